/** Question: How much faster is a warm Vite build of 310 Svelte components? */
import { playgroundCase } from '../playground-case.ts'

export default playgroundCase({
  case: 'vite-svelte',
  name: 'vite-svelte',
  question: 'How much faster is a warm Vite build of 310 Svelte components?',
  env: { PITCREW_SOURCEMAP: 'off' },
  warmOverOff: 0.28,
  coldOverOff: 1.05,
})
