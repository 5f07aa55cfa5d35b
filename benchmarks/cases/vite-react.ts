/** Question: How much faster is a warm Vite build of 650 modules that go through the Babel React Compiler? */
import { playgroundCase } from '../playground-case.ts'

export default playgroundCase({
  case: 'vite-react',
  name: 'vite-react',
  question: 'How much faster is a warm Vite build of 650 modules that go through the Babel React Compiler?',
  env: { PITCREW_SOURCEMAP: 'off' },
  warmOverOff: 0.15,
  coldOverOff: 1.05,
})
