/** Question: what do keys, traces, checks and the store cost a warm React Compiler build? */
import { floorCase } from '../floor-case.ts'

export default floorCase('floor-react', 'vite-react')
