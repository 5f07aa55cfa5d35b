/** Question: And when the default minimizer, which no loader memo can spare, runs as well? */
import { playgroundCase } from '../playground-case.ts'

export default playgroundCase({
  case: 'webpack-react-sass-minimized',
  name: 'webpack-react-sass',
  question: 'And when the default minimizer, which no loader memo can spare, runs as well?',
  env: { PITCREW_SOURCEMAP: 'off' },
})
