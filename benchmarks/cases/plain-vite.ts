/** Question: what does Pitcrew cost vite where there is nothing to gain? */
import { plainCase } from '../plain-application.ts'

export default plainCase('vite')
