/** Question: How much faster is a warm webpack build of 330 Vue components, without its cache and its minimizer? */
import { playgroundCase } from '../playground-case.ts'

export default playgroundCase({
  case: 'webpack-vue',
  name: 'webpack-vue',
  question: 'How much faster is a warm webpack build of 330 Vue components, without its cache and its minimizer?',
  env: { PITCREW_MINIMIZE: 'off', PITCREW_SOURCEMAP: 'off' },
})
