/**
 * Which metrics of one build are out of the ordinary, without looking at the builds around it (severity does).
 *
 * To be called slower a metric needs all of: outside the rank-conformal interval, at least 5 %, at least 50 ms and 1 % of the build, and
 * survival of Benjamini & Hochberg over all metrics of the build. In a project's first builds, where noise is unknown, it needs
 * far more. A shift that all plugins share is taken out first and reported as such.
 */
import type { MachineState } from '../series.ts'
import { benjaminiHochberg, conformalQuantile, studentUpperTail } from '../stats.ts'
import type { AnomalyKind, Finding } from './anomaly.ts'
import { explainBuild, explainSlower, moreWork, newHooks } from './explain.ts'
import type { Judged, Judgement } from './judge-build.ts'

/** With no true change at all, at most one build in a hundred raises an alarm. */
const FALSE_DISCOVERY_RATE = 0.01
/** Of each metric's own interval; the correction for many metrics is Benjamini & Hochberg's. */
const INTERVAL_MISCOVERAGE = 0.02
/** Where there are too few past errors for a rank, the interval reaches this many standard deviations. */
const FALLBACK_REACH = 4
/** Builds in a row are not independent of one another: so much does a further one count. */
const REPEATED = 0.75
/** Where noise is so small that less would be beyond it, one build is enough to show it. */
const MIN_LASTING_RATIO = 1.1
const MIN_RATIO = 1.05
const MIN_MS = 50
const MIN_BUILD_SHARE = 0.01
/** Log of how much faster a machine may be than usual; beyond it the work was another. */
const MAX_FASTER = 0.3
/** Below this many builds only what nobody could overlook is said at all. */
const NOVICE_BUILDS = 5
const NOVICE_RATIO = 1.5
const NOVICE_MS = 1000

/** A metric with the common shift taken out. */
export interface Tested {
  readonly item: Judged
  readonly error: number
  readonly pValue: number
  /** Log distance from the expectation at which the interval ends. */
  readonly limit: number
}

/** What is to be said about one build, alerts and explanations; empty when all is as expected. */
export function findingsOf(judgement: Judgement): readonly Finding[] {
  const { judged } = judgement
  // Who alone did not become faster has not become slower.
  const shift = Math.max(judgement.shift, -MAX_FASTER)
  const build = judged.find((item) => item.subject.kind === 'build')
  if (build === undefined) return []
  const buildMs = build.sample.ms * Math.exp(-build.error)
  const pastErrors = judged.flatMap((item) => item.baseline.errors)
  const reaches = [1, 2, 3].map((builds) => Math.min(conformalQuantile(pastErrors, INTERVAL_MISCOVERAGE ** (1 / builds)), FALLBACK_REACH))
  const reachOf = (builds: number): number => reaches[builds - 1] ?? FALLBACK_REACH
  const tested = judged.map((item) => testItem(item, shift, reachOf))
  const survives = benjaminiHochberg(tested.map((entry) => entry.pValue), FALSE_DISCOVERY_RATE)
  const slower = tested.filter((entry, index) => survives[index] === true && isOutside(entry, buildMs))
  const slowerParts = slower.filter(({ item: { subject } }) => subject.kind === 'hook' || (subject.kind === 'rest' && !isBusy(judgement.machine)))
  const parts = [
    ...slowerParts.map((entry) => explainSlower(entry, tested)),
    ...moreWork(tested, slowerParts).filter((finding) => matters(finding, buildMs)),
    ...newHooks(judgement.unknown).filter((finding) => finding.deltaMs >= thresholdMs(buildMs) && build.baseline.builds >= NOVICE_BUILDS),
  ]
  const whole = testItem(build, 0, reachOf)
  const wholeIsOutside = whole.pValue <= FALSE_DISCOVERY_RATE / tested.length && isOutside(whole, buildMs)
  const own = slower.find((entry) => entry.item === build)
  return [...explainBuild({ whole: wholeIsOutside ? whole : null, own: own ?? null, parts, judgement }), ...parts]
}

function testItem(item: Judged, shift: number, reachOf: (builds: number) => number): Tested {
  const { sigma, degrees } = item.baseline
  const error = item.error - shift
  const alone = { item, error, pValue: studentUpperTail(error / sigma, degrees), limit: sigma * reachOf(1) }
  return lasting(item, reachOf).reduce<Tested>((best, tested) => (tested.pValue < best.pValue ? tested : best), alone)
}

/** A hook's rise in two and in three builds in a row: chance would have to repeat itself to make the smallest of them. */
function lasting(item: Judged, reachOf: (builds: number) => number): readonly Tested[] {
  const { baseline: { sigma, degrees }, lately, subject } = item
  if (subject.kind !== 'hook') return []
  const [error = 0] = lately
  return lately.slice(1).flatMap((_, index): Tested[] => {
    const builds = index + 2
    const smallest = Math.min(...lately.slice(0, builds))
    const limit = sigma * reachOf(builds)
    if (smallest <= limit || Math.exp(smallest) < MIN_LASTING_RATIO) return []
    return [{ item, error, pValue: studentUpperTail(smallest / sigma, degrees) ** (builds * REPEATED), limit }]
  })
}

function isOutside({ item, error, limit }: Tested, buildMs: number): boolean {
  const deltaMs = item.sample.ms * (1 - Math.exp(-error))
  const ratio = Math.exp(error)
  if (item.baseline.builds < NOVICE_BUILDS && (ratio < NOVICE_RATIO || deltaMs < NOVICE_MS)) return false
  return error > limit && ratio >= MIN_RATIO && deltaMs >= thresholdMs(buildMs)
}

/** Others had the processors: what no hook accounts for is no one's fault then. */
function isBusy({ excess }: MachineState): boolean {
  return excess.mainWait > 0 || excess.threadWait > 0
}

function matters(finding: Finding, buildMs: number): boolean {
  return finding.ratio >= MIN_RATIO && finding.deltaMs >= thresholdMs(buildMs)
}

function thresholdMs(buildMs: number): number {
  return Math.max(MIN_MS, MIN_BUILD_SHARE * buildMs)
}

/** A finding about `entry`; what it is compared with is the expectation for the work that was really done. */
export function toFinding({ item, error, pValue, limit }: Tested, kind: AnomalyKind): Finding {
  const { sample, baseline, subject } = item
  const expectedMs = sample.ms * Math.exp(-error)
  const calls = Math.max(sample.calls, 1)
  return {
    kind,
    subject,
    observedMs: sample.ms,
    expectedMs,
    limitMs: expectedMs * Math.exp(limit),
    deltaMs: sample.ms - expectedMs,
    ratio: Math.exp(error),
    pValue,
    baselineBuilds: baseline.levelBuilds,
    observed: { calls: sample.calls, perCallMs: sample.ms / calls },
    expected: { calls: baseline.typicalCalls, perCallMs: expectedMs / calls },
    counterparts: [],
  }
}
