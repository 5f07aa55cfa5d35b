import { expect, it } from 'vitest'
import { combineSites } from '../../../../src/memo/sites/combined-site.ts'
import type { Decision } from '../../../../src/memo/sites/site.ts'
import { SharedReads } from '../../../../src/memo/trace/shared-reads.ts'
import { siteOf } from '../helpers/memo-bench.ts'

const known = (learning: boolean): Decision => ({ kind: 'memoize', reason: 'known', recipe: 'fake', learning })
const said: Decision = { kind: 'memoize', reason: 'the configuration says so', recipe: null, learning: true }

it.each<[string, Decision[], boolean]>([
  ['loaders that may all be cheap', [known(true), known(true)], true],
  ['one among them that is dear', [known(true), known(false)], false],
  ['one that is remembered by the user’s word', [known(true), said], false],
])('asks what it costs of a run of %s: %s', (_what, decisions, learning) => {
  const site = combineSites(decisions.map(decision => siteOf({}, { decision })), new SharedReads())
  expect(site.decision).toMatchObject({ kind: 'memoize', learning })
})
