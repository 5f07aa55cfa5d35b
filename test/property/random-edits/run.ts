/**
 * `npm run test:edits [-- --sequences 500 --seed 1]`: random sequences of edits over the mixed application, warm against off
 * after each step. The seed is printed first; a sequence that fails is shrunk to the fewest edits that still fail.
 */
import fc from 'fast-check'
import { parseArgs } from 'node:util'
import { requireDist } from '../../harness/project.ts'
import { edits } from './edits.ts'
import { EditRunner } from './runner.ts'

const { values } = parseArgs({ options: { sequences: { type: 'string', default: '500' }, seed: { type: 'string' } } })
const numRuns = Number(values.sequences)
const seed = Number(values.seed ?? Date.now() % 2 ** 31)

requireDist()
process.stdout.write(`${numRuns} sequences of edits, seed ${seed}\n`)
const runner = new EditRunner()
const startedAt = performance.now()
const progress = setInterval(() => process.stdout.write(`  ${runner.counts.sequences} sequences, ${runner.counts.steps} steps, ${Math.round((performance.now() - startedAt) / 1000)} s\n`), 30_000)
try {
  await runner.open()
  await fc.assert(fc.asyncProperty(edits, sequence => runner.run(sequence)), { numRuns, seed, endOnFailure: false })
  const { sequences, steps, failures, hits, redone } = runner.counts
  process.stdout.write(`${sequences} sequences with ${steps} steps: no difference. ${hits} calls from memory, ${redone} done again, ${failures} steps that build nowhere. ${Math.round((performance.now() - startedAt) / 1000)} s\n`)
} catch (error) {
  process.stdout.write(`${error instanceof Error ? error.message : String(error)}\n${error instanceof Error && error.cause instanceof Error ? error.cause.message : ''}\n`)
  process.exitCode = 1
} finally {
  clearInterval(progress)
  runner.close()
}
