/** Question: How much faster is a warm Vite build of 230 Sass entries? */
import { playgroundCase } from '../playground-case.ts'

export default playgroundCase({
  case: 'vite-sass',
  name: 'vite-sass',
  question: 'How much faster is a warm Vite build of 230 Sass entries?',
  env: { PITCREW_SOURCEMAP: 'off' },
  warmOverOff: 0.12,
  coldOverOff: 1.05,
})
