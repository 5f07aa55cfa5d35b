/**
 * What to say about a build, given those before it: findings with a severity and with what else changed.
 *
 * Guaranteed: deterministic, the same history and build give the same anomalies; never `confirmed` before the tenth build of a
 * stratum. Not guaranteed: that evidence is the cause; it is what coincides.
 */
import type { BuildRecord } from '../build-record.ts'
import { comparable } from '../build-record.ts'
import type { Evidence } from '../evidence.ts'
import { coincidences } from '../evidence.ts'
import { learn } from '../model.ts'
import type { Subject } from '../series.ts'
import { subjectKey } from '../series.ts'
import type { Anomaly, Finding } from './anomaly.ts'
import { isAlertKind } from './anomaly.ts'
import { findingsOf } from './flag.ts'
import { judgeBuild } from './judge-build.ts'

/** Below this many earlier builds an alert is at most suspected. */
const CONFIRM_MIN_BUILDS = 10
/** A confirmed alert needs this many… */
const CONFIRM_HITS = 2
/** …of this many newest builds. */
const CONFIRM_SPAN = 3
const MAX_EVIDENCE = 4

/**
 * Anomalies of `current`, the costliest first; empty when all is as expected.
 *
 * @param history Earlier builds, oldest first; those of other strata are ignored.
 * @param earlier Findings of the newest three builds of the stratum, newest build first, where they were kept (without those that went
 *   away). They save judging these builds again, which is three quarters of the work. @default Judged again
 */
export function detectAnomalies(
  history: readonly BuildRecord[],
  current: BuildRecord,
  earlier?: readonly (readonly Finding[])[],
): readonly Anomaly[] {
  const past = comparable(history, current.stratum)
  const findings = findingsAt(past, current)
  const before = earlier ?? earlierFindings(past)
  const anomalies = findings.map((finding) => toAnomaly(finding, past, before, current))
  return [...anomalies, ...wentAway(past, before, findings, current)].sort((a, b) => b.deltaMs - a.deltaMs)
}

function findingsAt(past: readonly BuildRecord[], current: BuildRecord): readonly Finding[] {
  return findingsOf(judgeBuild(learn(past, current.stratum), current))
}

/** Findings of the builds before, newest first, as far back as severities look. */
function earlierFindings(past: readonly BuildRecord[]): readonly (readonly Finding[])[] {
  return Array.from({ length: Math.min(CONFIRM_SPAN, past.length) }, (_, back) => {
    const index = past.length - 1 - back
    const build = past[index]
    return build === undefined ? [] : findingsAt(past.slice(0, index), build)
  })
}

function toAnomaly(
  finding: Finding,
  past: readonly BuildRecord[],
  before: readonly (readonly Finding[])[],
  current: BuildRecord,
): Anomaly {
  const earlier = before.slice(0, CONFIRM_SPAN - 1).map((findings) => hasAlert(findings, finding.subject))
  const hits = 1 + earlier.filter((hit) => hit).length
  const isConfirmed = hits >= CONFIRM_HITS && past.length >= CONFIRM_MIN_BUILDS
  // The last build without the anomaly is the one to compare surroundings with.
  const sane = past.at(-1 - (earlier.lastIndexOf(true) + 1))
  return {
    ...finding,
    severity: isConfirmed ? 'confirmed' : 'suspected',
    isAlert: isAlertKind(finding.kind),
    evidence: evidenceFor(finding.subject, sane, current),
  }
}

function evidenceFor(subject: Subject, before: BuildRecord | undefined, after: BuildRecord): readonly Evidence[] {
  if (before === undefined) return []
  return coincidences(before, after, subject.kind === 'hook' ? subject.plugin : null).slice(0, MAX_EVIDENCE)
}

/** Alerts that were confirmed with the last build and are over: the cost is back where it was, not merely the new normal. */
function wentAway(
  past: readonly BuildRecord[],
  before: readonly (readonly Finding[])[],
  findings: readonly Finding[],
  current: BuildRecord,
): readonly Anomaly[] {
  if (past.length <= CONFIRM_MIN_BUILDS) return []
  const [last = [], ...older] = before
  return last.flatMap((finding) => {
    const wasConfirmed = isAlertKind(finding.kind) && older.some((findings) => hasAlert(findings, finding.subject))
    const observedMs = timeOf(finding.subject, current)
    if (!wasConfirmed || observedMs === null || observedMs > finding.limitMs || hasAlert(findings, finding.subject)) return []
    const deltaMs = observedMs - finding.expectedMs
    const ratio = observedMs / finding.expectedMs
    return [{ ...finding, observedMs, deltaMs, ratio, severity: 'went-away', isAlert: false, evidence: evidenceFor(finding.subject, past.at(-1), current) }]
  })
}

function hasAlert(findings: readonly Finding[], subject: Subject): boolean {
  return findings.some((finding) => isAlertKind(finding.kind) && subjectKey(finding.subject) === subjectKey(subject))
}

function timeOf(subject: Subject, record: BuildRecord): number | null {
  if (subject.kind === 'build') return record.wallMs
  if (subject.kind === 'rest') return record.wallMs - record.metrics.reduce((sum, metric) => sum + metric.selfMs, 0)
  return record.metrics.find((metric) => metric.plugin === subject.plugin && metric.hook === subject.hook)?.selfMs ?? null
}
