/** Question: How much faster is a warm Vite build of 310 Svelte components? */
import { playgroundCase } from '../playground-case.ts'

export default playgroundCase({
  case: 'vite-svelte',
  name: 'vite-svelte',
  question: 'How much faster is a warm Vite build of 310 Svelte components?',
  env: { PITCREW_SOURCEMAP: 'off' },
  warmMax: 0.28,
  coldMax: 1.05,
})
