/**
 * What to say about a build, given those before it: findings with a severity and with what else changed.
 *
 * Guaranteed: deterministic, the same history and build give the same anomalies; never `confirmed` before the tenth build of a
 * stratum; nobody is alarmed twice by what has not become worse. Not guaranteed: that evidence is the cause; it is what coincides.
 */
import type { PastFinding } from '../build-entry.ts'
import type { BuildRecord, Stratum } from '../build-record.ts'
import { comparable } from '../build-record.ts'
import type { Evidence } from '../evidence.ts'
import { coincidences, isRebuild } from '../evidence.ts'
import type { Model } from '../model.ts'
import { learn } from '../model.ts'
import type { Subject } from '../series.ts'
import { restOf, subjectKey } from '../series.ts'
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
/** What was said before is said anew when it has become worse by this much. */
const WORSE_RATIO = 1.08
/** One build is enough to be sure of what is slower by so much and so improbable. */
const PLAIN_RATIO = 1.25
const PLAIN_P = 1e-3
/** Of what was slower, as much may be left of what went away. */
const BACK_REMAINDER = 0.2

export interface Detector {
  /** What was learnt for `current`, which attribution goes on with. */
  model(current: BuildRecord): Model
  /** Largest change first; empty when all is as expected. @param current Of the stratum that the detector was made for. */
  detect(current: BuildRecord): readonly Anomaly[]
}

/** Findings of earlier builds, newest build first (without those that went away). Of more than three only what goes away is known. */
export type EarlierFindings = readonly (readonly PastFinding[])[]

/**
 * @param history Oldest first; builds of other strata are ignored.
 * @param earlier Findings of the newest builds of that stratum, three or more, where they were kept. They save judging these builds again, which is
 *   three quarters of the work. @default Judged again
 */
export function createDetector(history: readonly BuildRecord[], stratum: Stratum, earlier?: EarlierFindings): Detector {
  const past = comparable(history, stratum)
  const before = earlier ?? earlierFindings(past)
  const models = new Map<boolean, Model>()
  const modelFor = (current: BuildRecord): Model => {
    const same = isRebuildOfLast(past, current)
    const model = models.get(same) ?? learn(past, stratum, same)
    models.set(same, model)
    return model
  }
  return {
    model: modelFor,
    detect(current) {
      const findings = findingsOf(judgeBuild(modelFor(current), current))
      const anomalies = findings.map((finding) => toAnomaly(finding, { past, before, current }))
      return [...anomalies, ...wentAway(findings, { past, before, current })].sort((a, b) => b.deltaMs - a.deltaMs)
    },
  }
}

/** `createDetector` for one build. */
export function detectAnomalies(history: readonly BuildRecord[], current: BuildRecord, earlier?: EarlierFindings): readonly Anomaly[] {
  return createDetector(history, current.stratum, earlier).detect(current)
}

interface Context {
  readonly past: readonly BuildRecord[]
  readonly before: EarlierFindings
  readonly current: BuildRecord
}

function isRebuildOfLast(past: readonly BuildRecord[], current: BuildRecord): boolean {
  const last = past.at(-1)
  return last !== undefined && isRebuild(last.provenance, current.provenance)
}

/** Findings of the builds before, newest first, as far back as severities look. */
function earlierFindings(past: readonly BuildRecord[]): EarlierFindings {
  return Array.from({ length: Math.min(CONFIRM_SPAN, past.length) }, (_, back) => {
    const index = past.length - 1 - back
    const build = past[index]
    if (build === undefined) return []
    const known = past.slice(0, index)
    return findingsOf(judgeBuild(learn(known, build.stratum, isRebuildOfLast(known, build)), build))
  })
}

function toAnomaly(finding: Finding, context: Context): Anomaly {
  const { past, before, current } = context
  const earlier = before.slice(0, CONFIRM_SPAN - 1).map((findings) => alertAbout(findings, finding.subject))
  const hits = earlier.filter((found) => found !== null)
  const isConfirmed = 1 + hits.length >= CONFIRM_HITS && past.length >= CONFIRM_MIN_BUILDS
  // The last build without the anomaly is the one to compare surroundings with.
  const sane = past.at(-1 - (earlier.findLastIndex((found) => found !== null) + 1))
  const isKnown = hits.length >= CONFIRM_HITS || wasExplained(finding.subject, context)
  const isWorse = hits.length > 0 && hits.every((found) => finding.observedMs > WORSE_RATIO * found.observedMs)
  return {
    ...finding,
    severity: isConfirmed ? 'confirmed' : 'suspected',
    isAlert: isAlertKind(finding.kind) && (!isKnown || isWorse),
    isPlain: past.length >= CONFIRM_MIN_BUILDS && isPlainlySlower(finding),
    evidence: evidenceFor(finding.subject, sane, current),
  }
}

/** Nothing has changed since the last build, which said as much. */
function wasExplained(subject: Subject, { past, before: [last = []], current }: Context): boolean {
  return isRebuildOfLast(past, current) && isExplained(subject, last)
}

function isPlainlySlower({ kind, ratio, pValue }: Finding): boolean {
  return kind === 'slower' && ratio >= PLAIN_RATIO && pValue <= PLAIN_P
}

function evidenceFor(subject: Subject, before: BuildRecord | undefined, after: BuildRecord): readonly Evidence[] {
  if (before === undefined) return []
  return coincidences(before, after, subject.kind === 'hook' ? subject.plugin : null).slice(0, MAX_EVIDENCE)
}

/**
 * Alerts that were confirmed and are over: the cost is back where it was, not merely the new normal. One that has become normal meanwhile,
 * so that nobody spoke of it in the last builds, goes away no less.
 */
function wentAway(findings: readonly Finding[], { past, before, current }: Context): readonly Anomaly[] {
  if (past.length <= CONFIRM_MIN_BUILDS) return []
  return lastAlerts(before).flatMap(({ finding, age }) => {
    const { subject } = finding
    const limitMs = backMs(finding)
    const wasConfirmed = before.slice(age + 1, age + CONFIRM_SPAN).some((found) => alertAbout(found, subject) !== null)
    const now = costOf(subject, current)
    if (!wasConfirmed || now === null || now.ms > limitMs || alertAbout(findings, subject) !== null) return []
    const hasLasted = past.slice(past.length - age).every((build) => (costOf(subject, build)?.ms ?? 0) > limitMs)
    return hasLasted ? [isOver(finding, now, evidenceFor(subject, past.at(-1), current))] : []
  })
}

/** Up to here it is back: within the interval of then, or most of the way. */
function backMs({ expectedMs, limitMs, observedMs }: PastFinding): number {
  return Math.max(limitMs, expectedMs + BACK_REMAINDER * (observedMs - expectedMs))
}

/** The newest alert about each subject, and how many builds there were since. */
function lastAlerts(before: EarlierFindings): readonly { readonly finding: PastFinding; readonly age: number }[] {
  const seen = new Set<string>()
  return before.flatMap((findings, age) => findings.filter(({ kind }) => isAlertKind(kind)).flatMap((finding) => {
    const key = subjectKey(finding.subject)
    if (seen.has(key)) return []
    seen.add(key)
    return [{ finding, age }]
  }))
}

function isOver({ kind, subject, expectedMs, limitMs }: PastFinding, { ms, calls }: { readonly ms: number; readonly calls: number }, evidence: readonly Evidence[]): Anomaly {
  const cost = { calls, perCallMs: ms / Math.max(calls, 1) }
  return {
    kind, subject, expectedMs, limitMs, evidence, observedMs: ms, deltaMs: ms - expectedMs, ratio: ms / expectedMs, pValue: 1, baselineBuilds: 0,
    observed: cost, expected: { calls, perCallMs: expectedMs / Math.max(calls, 1) }, counterparts: [], severity: 'went-away', isAlert: false, isPlain: false,
  }
}

/** Whether findings of an earlier build say as much: the build is slower for what made its parts slower. */
function isExplained(subject: Subject, findings: readonly PastFinding[]): boolean {
  return subject.kind === 'build' ? findings.some((finding) => isAlertKind(finding.kind)) : alertAbout(findings, subject) !== null
}

function alertAbout(findings: readonly PastFinding[], subject: Subject): PastFinding | null {
  return findings.find((finding) => isAlertKind(finding.kind) && subjectKey(finding.subject) === subjectKey(subject)) ?? null
}

function costOf(subject: Subject, record: BuildRecord): { readonly ms: number; readonly calls: number } | null {
  if (subject.kind === 'build') return { ms: record.wallMs, calls: record.work.calls }
  if (subject.kind === 'rest') return { ms: restOf(record), calls: record.work.calls }
  const metric = record.metrics.find(({ plugin, hook }) => plugin === subject.plugin && hook === subject.hook)
  return metric === undefined ? null : { ms: metric.selfMs, calls: metric.calls }
}
