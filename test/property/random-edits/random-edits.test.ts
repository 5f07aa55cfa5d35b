/**
 * A share of `npm run test:edits`, and every sequence that once failed: whatever is done to a project, a warm build is the
 * one that there would have been without Pitcrew.
 */
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { requireDist } from '../../harness/project.ts'
import { apply, begin, edits } from './edits.ts'
import { REGRESSIONS } from './regressions.ts'
import { EditRunner } from './runner.ts'

const SEQUENCES = 8
const TIMEOUT_MS = 600_000

requireDist()

const runner = new EditRunner()
beforeAll(() => runner.open(), TIMEOUT_MS)
afterAll(() => runner.close())

it('makes edits of every kind, which can be taken back', () => {
  const states = fc.sample(edits, { numRuns: 200, seed: 1 }).flatMap(sequence => {
    let history = begin()
    return sequence.map(edit => (history = apply(history, edit)).now)
  })
  const different = new Set(states.map(({ tree, env }) => JSON.stringify([tree, env])))
  expect(different.size).toBeGreaterThan(300)
})

it('is the same after each of a few random edits', async () => {
  // The same in every run, so that what fails did so for a change; `npm run test:edits` takes other ones.
  const seed = 20_261_125
  await fc.assert(fc.asyncProperty(edits, sequence => runner.run(sequence)), { numRuns: SEQUENCES, seed })
  expect(runner.counts.hits).toBeGreaterThan(0)
}, TIMEOUT_MS)

it.each(REGRESSIONS)('is the same after $name', async ({ sequence }) => {
  await runner.run(sequence)
}, TIMEOUT_MS)
