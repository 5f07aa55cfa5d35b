/** Question: what do keys, traces, checks and the store cost a warm Vue build? */
import { floorCase } from '../floor-case.ts'

export default floorCase('floor-vue', 'vite-vue')
