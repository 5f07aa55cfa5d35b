/** Question: How much faster is a warm Vite build of 330 Vue components? */
import { playgroundCase } from '../playground-case.ts'

export default playgroundCase({
  case: 'vite-vue',
  name: 'vite-vue',
  question: 'How much faster is a warm Vite build of 330 Vue components?',
  env: { PITCREW_SOURCEMAP: 'off' },
  warmOverOff: 0.33,
  coldOverOff: 1.05,
})
