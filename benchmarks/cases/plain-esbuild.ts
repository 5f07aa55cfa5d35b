/** Question: what does Pitcrew cost esbuild where there is nothing to gain? */
import { plainCase } from '../plain-application.ts'

export default plainCase('esbuild')
