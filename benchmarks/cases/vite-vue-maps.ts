/** Question: And when the 330 Vue components are built with source maps? */
import { playgroundCase } from '../playground-case.ts'

export default playgroundCase({
  case: 'vite-vue-maps',
  name: 'vite-vue',
  question: 'And when the 330 Vue components are built with source maps?',
  env: {},
})
