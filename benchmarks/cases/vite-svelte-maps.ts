/** Question: And when the 310 Svelte components are built with source maps? */
import { playgroundCase } from '../playground-case.ts'

export default playgroundCase({
  case: 'vite-svelte-maps',
  name: 'vite-svelte',
  question: 'And when the 310 Svelte components are built with source maps?',
  env: {},
})
