/** Question: How much faster is a warm webpack build of React and Sass, without its cache and its minimizer? */
import { playgroundCase } from '../playground-case.ts'

export default playgroundCase({
  case: 'webpack-react-sass',
  name: 'webpack-react-sass',
  question: 'How much faster is a warm webpack build of React and Sass, without its cache and its minimizer?',
  env: { PITCREW_MINIMIZE: 'off', PITCREW_SOURCEMAP: 'off' },
  warmOverOff: 0.45,
  coldOverOff: 1.05,
})
