/**
 * `npm run test:peers`: published plugins and loaders, each on a small project made for it, off, cold and warm, and some of them
 * warm after edits. None may differ. What was remembered, what was not and why, and the time saved go into a table, `test/peers/RESULTS.md`.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { BuildReport, PluginReport } from '../../src/report/build-report.ts'
import { REPOSITORY } from '../harness/playgrounds.ts'
import { diffDirectories } from '../harness/snapshot.ts'
import { Stage } from '../harness/stage.ts'
import type { Kept } from '../harness/stage.ts'
import { ESBUILD_PEERS } from './esbuild-peers.ts'
import type { Edit, Peer } from './peer.ts'
import { ROLLUP_PEERS } from './rollup-peers.ts'
import { VITE_PEERS } from './vite-peers.ts'
import { WEBPACK_PEERS } from './webpack-peers.ts'

const PEERS: readonly Peer[] = [...VITE_PEERS, ...ROLLUP_PEERS, ...WEBPACK_PEERS, ...ESBUILD_PEERS]
const PACKAGES = [join(REPOSITORY, 'test', 'peers', 'node_modules'), join(REPOSITORY, 'node_modules')]
const TIMEOUT_MS = 300_000

interface Row {
  readonly peer: Peer
  readonly verdict: string
  readonly calls: string
  readonly savedMs: number
}

const rows: Row[] = []
afterAll(() => {
  if (rows.length === PEERS.length) writeFileSync(join(REPOSITORY, 'test', 'peers', 'RESULTS.md'), tableOf(rows))
  else console.info(tableOf(rows))
})

describe.each(PEERS)('$bundler: $name', peer => {
  it('is the same off, cold and warm', async () => {
    const stage = new Stage(peer.bundler, peer.files, { packages: PACKAGES })
    try {
      if ('make.cjs' in peer.files) stage.prepare('make.cjs')
      const off = await stage.build('off')
      const again = await stage.build('off')
      // A plugin that differs from itself cannot be compared, and is no proof of anything.
      expect(diffDirectories(off.dir, again.dir), 'two builds without Pitcrew').toBeNull()
      const cold = await stage.build('cold')
      expect(diffDirectories(off.dir, cold.dir)).toBeNull()
      const warm = await stage.build('warm')
      expect(diffDirectories(off.dir, warm.dir)).toBeNull()
      for (const { outcome } of [cold, warm]) {
        expect(outcome.warnings.map(withNamesInOrder)).toEqual(off.outcome.warnings.map(withNamesInOrder))
        expect(outcome.report!.faults).toEqual([])
      }
      rows.push(rowOf(peer, warm.outcome.report!))
      let before = off
      for (const edit of peer.edits ?? []) before = await compareAfter(edit, before, stage)
    } finally {
      stage.dispose()
    }
  }, TIMEOUT_MS)
})

/** @returns The build without Pitcrew. */
async function compareAfter({ what, write = {}, replace, remove }: Edit, before: Kept, stage: Stage): Promise<Kept> {
  stage.write(write)
  if (replace) stage.edit(...replace)
  if (remove !== undefined) stage.remove(remove)
  const off = await stage.build('off')
  expect(diffDirectories(before.dir, off.dir), `${what} changes the output`).not.toBeNull()
  const warm = await stage.build('warm')
  expect(diffDirectories(off.dir, warm.dir), what).toBeNull()
  expect(warm.outcome.warnings.map(withNamesInOrder), what).toEqual(off.outcome.warnings.map(withNamesInOrder))
  return off
}

/** Rollup lists the modules that import something in the order in which they came, which is another one in each build. */
function withNamesInOrder(warning: string): string {
  return warning.replace(/(?<=never used in ).*/, names => (names.match(/"[^"]*"/g) ?? []).sort().join(', '))
}

function rowOf(peer: Peer, report: BuildReport): Row {
  const own = report.plugins.filter(({ name, hook }) => peer.rows.test(name) && (hook !== 'load' || !name.startsWith('vite:css')))
  const sum = (count: (plugin: PluginReport) => number): number => own.reduce((total, plugin) => total + count(plugin), 0)
  const hits = sum(({ outcomes }) => outcomes.hit)
  const calls = sum(({ outcomes }) => outcomes.hit + outcomes.miss + outcomes.stale + outcomes.corrupt + outcomes.refused + outcomes.bypass)
  const reasons = [...new Set(own.filter(({ outcomes }) => outcomes.refused + outcomes.bypass > 0).map(({ policy, outcomes }) => (outcomes.refused > 0 ? refusalOf(policy) : 'not worth it: cheaper than remembering')))]
  return { peer, verdict: verdictOf(hits, calls, reasons), calls: calls === 0 ? 'none' : `${hits} of ${calls}`, savedMs: sum(({ savedMs }) => savedMs) }
}

/** A hook without a reason of its own is one that a recipe leaves to run. */
function refusalOf({ reason }: PluginReport['policy']): string {
  return reason === 'known' ? 'some calls always run' : `refused: ${reason}`
}

function verdictOf(hits: number, calls: number, reasons: readonly string[]): string {
  if (calls === 0) return 'makes no call for a module'
  if (hits === calls) return 'memoized'
  const why = reasons.join('; ') || 'cheaper than remembering, or not to be stored'
  return hits > 0 ? `partly; ${why}` : why
}

function tableOf(all: readonly Row[]): string {
  const { version } = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8')) as { version: string }
  const lines = all.map(({ peer, verdict, calls, savedMs }) => `| ${peer.bundler} | ${peer.name} | ${verdict} | ${calls} | ${savedMs < 1 ? '' : `${Math.round(savedMs)} ms`} |`)
  return [`Made by \`npm run test:peers\` with ${version}; none of them differed by a byte.`, '', '| bundler | plugin or loader | | calls from memory | time saved |', '| --- | --- | --- | --- | --- |', ...lines, ''].join('\n')
}
