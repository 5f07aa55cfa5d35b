/** Question: How much faster is a warm esbuild build of Svelte and Sass? */
import { playgroundCase } from '../playground-case.ts'

export default playgroundCase({
  case: 'esbuild-svelte-sass',
  name: 'esbuild-svelte-sass',
  question: 'How much faster is a warm esbuild build of Svelte and Sass?',
  env: { PITCREW_SOURCEMAP: 'off' },
  warmOverOff: 0.20,
  coldOverOff: 1.05,
})
