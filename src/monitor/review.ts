/**
 * One build looked at in the light of those before it: anomalies, whose doing they are, and the change taken apart. Pure.
 *
 * Only hooks that are worth it are looked at (those that took some milliseconds lately, at most sixty), in all builds alike; what the
 * others took counts as time outside of them.
 */
import type { Anomaly } from './anomalies/anomaly.ts'
import { describeAnomaly, duration } from './anomalies/describe.ts'
import { createDetector } from './anomalies/detect.ts'
import type { Attribution, HookChange } from './attribute.ts'
import { attribute, ownMs } from './attribute.ts'
import { MAX_PAST } from './baseline.ts'
import type { BuildEntry, PastFinding } from './build-entry.ts'
import type { BuildRecord } from './build-record.ts'
import { metricKey } from './build-record.ts'
import type { ReportedAnomaly, ReportedChange, ReportedHookChange } from './monitor-report.ts'
import { typicalBuild } from './typical-build.ts'

const RECENT_BUILDS = 5
const MIN_METRIC_MS = 5
const MAX_METRICS = 60
/** What was confirmed in as many builds is remembered, so that its end is told. */
const ALERT_SPAN = 20
const MAX_HOOKS = 20
const MAX_MODULES = 3
/** A module is named when it makes at least this much of what its hook gained. */
const MODULE_SHARE = 0.5
/** Below this many builds a difference to the usual build says nothing. */
const MIN_BUILDS = 3

export interface Review {
  readonly anomalies: readonly ReportedAnomaly[]
  readonly change: ReportedChange | null
  /** For the history. */
  readonly findings: readonly PastFinding[]
}

/** @param history Comparable builds, oldest first. @param isChangeRead Without it the change is taken apart only for what there is to say. @default true */
export function reviewBuild(history: readonly BuildEntry[], current: BuildRecord, isChangeRead: boolean = true): Review {
  const entries = history.slice(-MAX_PAST)
  const isWorthIt = worthwhileMetrics([...entries.slice(-RECENT_BUILDS).map(entry => entry.record), current])
  const narrowed = (record: BuildRecord): BuildRecord => ({ ...record, metrics: record.metrics.filter(isWorthIt) })
  const records = entries.map(entry => narrowed(entry.record))
  const now = narrowed(current)
  const earlier = entries.slice(-ALERT_SPAN).reverse().map(entry => entry.findings)
  const detector = createDetector(records, current.stratum, earlier)
  const anomalies = detector.detect(now)
  const isWanted = records.length >= MIN_BUILDS && (isChangeRead || anomalies.length > 0)
  const typical = !isWanted ? null : typicalBuild(records, current.stratum, detector.model(now))
  const attribution = typical === null ? null : attribute(typical.costs, now, typical.noiseOf)
  return {
    anomalies: [...anomalies].sort((a, b) => rank(b) - rank(a)).map(anomaly => reported(anomaly, attribution)),
    change: attribution === null ? null : changeOf(attribution),
    findings: anomalies.filter(anomaly => anomaly.severity !== 'went-away').map(pastFinding),
  }
}

function worthwhileMetrics(records: readonly BuildRecord[]): (metric: BuildRecord['metrics'][number]) => boolean {
  const largest = new Map<string, number>()
  for (const { plugin, hook, selfMs } of records.flatMap(record => record.metrics)) {
    const key = metricKey(plugin, hook)
    largest.set(key, Math.max(selfMs, largest.get(key) ?? 0))
  }
  const dear = [...largest].filter(([, ms]) => ms >= MIN_METRIC_MS).sort(([, a], [, b]) => b - a).slice(0, MAX_METRICS)
  const kept = new Set(dear.map(([key]) => key))
  return ({ plugin, hook }) => kept.has(metricKey(plugin, hook))
}

function rank({ isAlert, severity }: Anomaly): number {
  return (isAlert ? 2 : 0) + (severity === 'confirmed' ? 1 : 0)
}

function pastFinding({ kind, subject, observedMs, expectedMs, limitMs }: Anomaly): PastFinding {
  return { kind, subject, observedMs, expectedMs, limitMs }
}

function reported(anomaly: Anomaly, attribution: Attribution | null): ReportedAnomaly {
  const { kind, severity, isAlert, isPlain, subject, observedMs, expectedMs, deltaMs, ratio, pValue, evidence } = anomaly
  const [plugin, hook] = subject.kind === 'hook' ? [subject.plugin, subject.hook] : [null, null]
  return {
    kind, severity, isAlert, plugin, hook, observedMs, expectedMs, deltaMs, pValue, evidence,
    ratio: Number.isFinite(ratio) ? ratio : null,
    isWarning: isAlert && kind === 'slower' && (severity === 'confirmed' || isPlain),
    sentence: withModule(describeAnomaly(anomaly), anomaly, hookChange(attribution, plugin, hook)),
  }
}

function hookChange(attribution: Attribution | null, plugin: string | null, hook: string | null): HookChange | null {
  return attribution?.plugins.find(change => change.plugin === plugin)?.hooks.find(change => change.hook === hook) ?? null
}

/** Names the module that most of it happened in, if there is one. */
function withModule(sentence: string, { kind, deltaMs, severity }: Anomaly, change: HookChange | null): string {
  const module = change?.modules[0]
  if (module === undefined || kind !== 'slower' || severity === 'went-away' || module.deltaMs < MODULE_SHARE * deltaMs) return sentence
  return `${sentence.slice(0, -1)}; ${duration(module.deltaMs)} of it in ${module.id}.`
}

function changeOf({ beforeMs, afterMs, machineRatio, plugins, restMs }: Attribution): ReportedChange {
  const hooks = plugins.flatMap(plugin => plugin.hooks).sort((a, b) => Math.abs(ownMs(b.parts)) - Math.abs(ownMs(a.parts)))
  const shown = hooks.slice(0, MAX_HOOKS)
  const otherHooksMs = hooks.slice(MAX_HOOKS).reduce((sum, change) => sum + change.deltaMs, 0)
  return { beforeMs, afterMs, machineRatio, restMs, otherHooksMs, hooks: shown.map(reportedHook) }
}

function reportedHook({ plugin, hook, kind, deltaMs, parts, modules }: HookChange): ReportedHookChange {
  return { plugin, hook, kind, deltaMs, parts, modules: modules.slice(0, MAX_MODULES).map(module => ({ id: module.id, deltaMs: module.deltaMs })) }
}
