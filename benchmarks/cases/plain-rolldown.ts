/** Question: what does Pitcrew cost rolldown where there is nothing to gain? */
import { plainCase } from '../plain-application.ts'

export default plainCase('rolldown')
