/** Question: does a warm build hold more memory than one without Pitcrew? */
import { measureApplication } from '../playground-case.ts'
import type { BenchCase } from '../case.ts'

/** Source maps are on: the more a build holds anyway, the less can hide in it. */
const memory: BenchCase = {
  name: 'memory',
  question: 'Does a warm build hold more memory than one without Pitcrew?',
  run: options => measureApplication({ name: 'vite-vue' }, [
    { of: 'warm', over: 'off', metric: 'maxRssBytes', bound: { max: 1.1 } },
    { of: 'cold', over: 'off', metric: 'maxRssBytes', bound: null },
  ], options),
}
export default memory
