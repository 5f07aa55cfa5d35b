/**
 * Question: is anybody alarmed in the first ten builds of a project, about which nothing is known?
 *
 * A thousand projects whose builds are noise alone, so every alert is false. A confirmed one would be a fault.
 */
import type { BenchCase } from '../case.ts'
import { simulateColdStarts } from '../detection/cold-start.ts'

const PROJECTS = 1000
const SEED = 20_260_701

const coldStart: BenchCase = {
  name: 'cold-start',
  question: 'Is anybody alarmed in the first ten builds of a thousand projects in which nothing changes?',
  async run() {
    const figures = simulateColdStarts(PROJECTS, SEED)
    const { projects, builds, alerts } = figures
    if (alerts.confirmed > 0) throw new Error(`${alerts.confirmed} alerts were confirmed in builds that differ by noise alone`)
    return { kind: 'figures', figures, text: `${projects} projects, ${builds} builds: ${alerts.confirmed} false confirmed, ${alerts.suspected} false suspected` }
  },
}

export default coldStart
