import { describe, expect, it } from 'vitest'
import { cacheStateOf, changedFilesOf, toBuildRecord } from '../../../src/performance/to-build-record.ts'
import type { HookTiming } from '../../../src/monitor/measure/timings.ts'
import { PROVENANCE, STRATUM } from '../monitor/builds.ts'
import { callEvent, calls, collect } from '../report/reports.ts'

const FACTS = { id: 'one', startedAtMs: 0, stratum: STRATUM, provenance: PROVENANCE }

function timing(plugin: string, selfMs: number, count: number): HookTiming {
  return {
    plugin, hook: 'transform', calls: count, noopCalls: 0, noopMs: 0, filterSavingMs: 0, selfMs, minMs: selfMs, maxMs: selfMs, likelyMinMs: selfMs, likelyMaxMs: selfMs, quality: 'exact', busyMs: selfMs, overlapMs: 0,
    awaitMs: 0, bytes: 100 * count, unfinishedCalls: 0, modules: [{ id: 'src/a.vue', selfMs, calls: 1 }],
  }
}

describe('the record of a build', () => {
  it('has what was timed, and the costs of what ran without being timed', () => {
    const calibration = { javascriptMs: 7, threadsMs: 7, fileSystemMs: 7, mainWaitRatio: 1.5, threadWaitRatio: 1 }
    const report = collect(collector => {
      calls(collector, 3, 0, 10, { plugin: 'vite:vue', outcome: 'miss' })
      calls(collector, 2, 100, 5, { plugin: 'sass-loader', outcome: 'refused' })
      calls(collector, 4, 200, 1, { plugin: 'svgr', outcome: 'hit' })
    }, { timings: { mode: 'default', hooks: [timing('vite:vue', 28, 3)], totals: { wallMs: 840, selfMs: 28, nativeMs: 0, idleMs: 0, pitcrewMs: 0, interruptedMs: 0 }, calibration, unfinished: [] } })
    const { metrics, work, wallMs, calibration: kernels } = toBuildRecord(report, FACTS)
    expect(metrics.map(({ plugin, selfMs, calls: count }) => [plugin, selfMs, count])).toEqual([['vite:vue', 28, 3], ['sass-loader', 10, 2]])
    expect({ work, wallMs, kernels }).toEqual({ work: { calls: 5, moduleCount: report.moduleCount, bytes: 300 }, wallMs: 840, kernels: calibration })
  })

  it('has nothing of what a hook may have taken, or another, and no modules of it', () => {
    const unsure = { ...timing('vite:build-html', 87, 1), quality: 'bounded' as const, minMs: 2, likelyMinMs: 3, likelyMaxMs: 90 }
    const report = collect(() => undefined, { timings: { mode: 'default', hooks: [unsure], totals: { wallMs: 840, selfMs: 87, nativeMs: 0, idleMs: 0, pitcrewMs: 0, interruptedMs: 0 }, calibration: null, unfinished: [] } })
    expect(toBuildRecord(report, FACTS).metrics).toMatchObject([{ selfMs: 3, modules: [] }])
  })

  it.each<[string, 'cold' | 'partly-warm' | 'warm', number, number]>([
    ['nothing was remembered', 'cold', 0, 30], ['all was', 'warm', 30, 0], ['one edited module is no matter', 'warm', 30, 1], ['much was redone', 'partly-warm', 30, 30],
  ])('%s: it is %s', (_what, state, hits, misses) => {
    expect(cacheStateOf(collect(collector => {
      calls(collector, hits, 0, 1, { outcome: 'hit' })
      calls(collector, misses, 100, 10, { outcome: 'miss' })
    }))).toBe(state)
  })

  it('names the files of which it was seen that they changed', () => {
    const report = collect(collector => {
      collector.call(callEvent({ id: 'src/b.vue?vue&type=style', outcome: 'stale', cause: { kind: 'key', part: 'code' } }))
      collector.call(callEvent({ id: 'src/c.vue', outcome: 'stale', cause: { kind: 'trace', what: 'file', path: 'src/a.scss' } }))
      collector.call(callEvent({ id: 'src/d.vue', outcome: 'miss', cause: { kind: 'new' } }))
    })
    expect(changedFilesOf(report)).toEqual(['src/a.scss', 'src/b.vue'])
  })
})
