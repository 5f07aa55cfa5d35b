/**
 * From a build report to what the monitor learns from: the one place that knows both.
 */
import type { BuildRecord, HookMetric, Stratum } from '../monitor/build-record.ts'
import { metricKey } from '../monitor/build-record.ts'
import type { BuildReport } from '../report/build-report.ts'

/** Warm, although something was edited: what was redone took less than this share of the build. */
const WARM_REDONE_RATIO = 0.05
const MAX_CHANGED_FILES = 20

export type RecordFacts = Pick<BuildRecord, 'id' | 'startedAtMs' | 'stratum' | 'provenance'>

export function toBuildRecord(report: BuildReport, facts: RecordFacts): BuildRecord {
  const metrics = metricsOf(report)
  return {
    ...facts,
    wallMs: report.wallMs,
    work: {
      calls: metrics.reduce((sum, metric) => sum + metric.calls, 0),
      moduleCount: report.moduleCount,
      bytes: metrics.reduce((sum, metric) => sum + metric.bytes, 0),
    },
    calibration: report.timings?.calibration ?? null,
    metrics,
  }
}

/** As much of a hook's number must be without doubt before its modules are told apart. */
const SURE_RATIO = 0.8

/** Calls that were really made, and what they took without doubt: nobody is to blame for what may be another's; what was not timed, as the memo knows its costs. */
function metricsOf({ timings, plugins }: BuildReport): readonly HookMetric[] {
  const timed = (timings?.hooks ?? []).map(({ plugin, hook, selfMs, likelyMinMs, calls, bytes, modules }): HookMetric => ({
    plugin, hook, selfMs: likelyMinMs, calls, bytes, modules: likelyMinMs >= SURE_RATIO * selfMs ? modules : [],
  }))
  const known = new Set(timed.map(({ plugin, hook }) => metricKey(plugin, hook)))
  const others = plugins.flatMap(({ name, hook, costMs, calls, outcomes }): HookMetric[] => {
    const isRun = calls > outcomes.hit + outcomes.restored
    return isRun && !known.has(metricKey(name, hook)) ? [{ plugin: name, hook, selfMs: costMs, calls, bytes: 0, modules: [] }] : []
  })
  return [...timed, ...others]
}

/** How much of the work was answered from a store, ours or the bundler's. */
export function cacheStateOf({ outcomes, redoneMs, wallMs }: BuildReport): Stratum['cache'] {
  const answered = outcomes.hit + outcomes.restored
  if (answered === 0) return 'cold'
  return redoneMs <= WARM_REDONE_RATIO * wallMs ? 'warm' : 'partly-warm'
}

/** Files of which the memo saw that they are not what they were: edited modules and changed dependencies. */
export function changedFilesOf({ redone }: BuildReport): readonly string[] {
  const files = redone.flatMap(({ id, cause }) => {
    if (cause.kind === 'key' && cause.part === 'code') return [id.replace(/(.)\?.*$/s, '$1')]
    return cause.kind === 'trace' && cause.what === 'file' ? [cause.path] : []
  })
  return [...new Set(files)].sort().slice(0, MAX_CHANGED_FILES)
}
