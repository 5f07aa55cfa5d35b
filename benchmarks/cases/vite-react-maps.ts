/** Question: And when the 650 modules are built with source maps? */
import { playgroundCase } from '../playground-case.ts'

export default playgroundCase({
  case: 'vite-react-maps',
  name: 'vite-react',
  question: 'And when the 650 modules are built with source maps?',
  env: {},
})
