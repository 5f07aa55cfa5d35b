/** A finished report, and ways to vary it, for tests that render one. */
import { createReportCollector } from '../../../src/report/collect.ts'
import type { BuildFacts, CallEvent, EndFacts, ReportCollector } from '../../../src/report/collect.ts'
import type { BuildReport } from '../../../src/report/build-report.ts'
import type { BuildTimings, HookTiming } from '../../../src/monitor/measure/timings.ts'

export const FACTS: BuildFacts = {
  pitcrew: '0.1.0',
  bundler: { name: 'vite', version: '8.3.8' },
  command: 'build',
  mode: 'production',
  root: '/project',
  startedAt: '2026-01-05T10:00:00.000Z',
}

export const END: EndFacts = {
  wallMs: 840,
  firstRun: false,
  store: { location: 'node_modules/.cache/pitcrew', state: 'ok', entryCount: 1204, sizeBytes: 18_200_000, readBytes: 3_100_000, writtenBytes: 41_000 },
  timings: null,
  audit: { audited: 0, inconclusive: 0, ms: 0, mismatches: [], quarantined: [] },
  off: [],
  vfs: { hits: 340, misses: 120, evictions: 0, bytes: 4_200_000 },
  analysis: null,
}

/** One hook that was measured: all of its time was seen, unless the parts say otherwise. */
export function timed(plugin: string, selfMs: number, parts: Partial<HookTiming> = {}): HookTiming {
  return {
    plugin, hook: 'transform', calls: 1, noopCalls: 0, noopMs: 0, filterSavingMs: 0, selfMs, minMs: selfMs, maxMs: selfMs, likelyMinMs: selfMs, likelyMaxMs: selfMs,
    quality: 'exact', busyMs: selfMs, overlapMs: 0, awaitMs: 0, bytes: 0, unfinishedCalls: 0, modules: [], ...parts,
  }
}

export function timings(wallMs: number, ...hooks: readonly HookTiming[]): BuildTimings {
  const selfMs = hooks.reduce((total, hook) => total + hook.selfMs, 0)
  return { mode: 'default', hooks, totals: { wallMs, selfMs, nativeMs: wallMs - selfMs, idleMs: 0, pitcrewMs: 7, interruptedMs: 0 }, calibration: null, unfinished: [] }
}

export function callEvent(event: Partial<CallEvent>): CallEvent {
  return { plugin: 'vite:vue', hook: 'transform', id: 'src/App.vue', outcome: 'hit', cause: null, isRecorded: true, costMs: 0, recordedCostMs: 0, startMs: 0, endMs: 0, ...event }
}

export function collect(feed: (collector: ReportCollector) => void, end: Partial<EndFacts> = {}, facts: Partial<BuildFacts> = {}): BuildReport {
  const collector = createReportCollector({ ...FACTS, ...facts })
  feed(collector)
  return collector.finish({ ...END, ...end })
}

export const MEMOIZED = { decision: 'memoize', reason: 'known plugin', recipe: 'vue', remedy: null } as const

/** `count` calls one after the other, from `fromMs` on. @returns When the last one ended. */
export function calls(collector: ReportCollector, count: number, fromMs: number, eachMs: number, event: Partial<CallEvent>): number {
  for (let index = 0; index < count; index++) {
    const startMs = fromMs + index * eachMs
    collector.call(callEvent({ id: `src/module-${index}.vue`, costMs: eachMs, ...event, startMs, endMs: startMs + eachMs }))
  }
  return fromMs + count * eachMs
}
