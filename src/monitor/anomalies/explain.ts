/**
 * Why a number rose, where that is not "somebody's code became slower": cost that moved, more work, a new hook, the machine.
 */
import type { Sample, Subject } from '../series.ts'
import type { Finding } from './anomaly.ts'
import type { Tested } from './flag.ts'
import { toFinding } from './flag.ts'
import type { Judgement } from './judge-build.ts'

/** A rise has moved, rather than grown, when others fell by this share of it. */
const MOVED_SHARE = 0.7
const FALL_SIGMAS = 2.5
const MIN_FALL = 0.02
/** Parts explain the whole when they add up to this share of its rise. */
const EXPLAINED_SHARE = 0.5
const MORE_CALLS_RATIO = 1.1
/** The machine has a share in a slow build when its kernels were slower by this much beyond their noise. */
const MACHINE_EXCESS = 0.03

/** A slower part, unless others became faster by as much: then its cost moved. */
export function explainSlower(entry: Tested, tested: readonly Tested[]): Finding {
  const finding = toFinding(entry, 'slower')
  const falls = tested
    .filter(({ item, error }) => item.subject.kind !== 'build' && error < -Math.max(FALL_SIGMAS * item.baseline.sigma, MIN_FALL))
    .map(({ item, error }) => ({ subject: item.subject, ms: item.sample.ms * (Math.exp(-error) - 1) }))
    .sort((a, b) => b.ms - a.ms)
  const counterparts: Subject[] = []
  let fallenMs = 0
  for (const fall of falls) {
    // A fall far beyond the rise is a change of its own that happened to coincide.
    if (fallenMs + fall.ms > finding.deltaMs / MOVED_SHARE) continue
    fallenMs += fall.ms
    counterparts.push(fall.subject)
  }
  return fallenMs >= MOVED_SHARE * finding.deltaMs ? { ...finding, kind: 'moved', counterparts } : finding
}

/** Hooks that cost more because they were called more often, at the usual cost a call. */
export function moreWork(tested: readonly Tested[], slower: readonly Tested[]): readonly Finding[] {
  return tested
    .filter((entry) => entry.item.subject.kind === 'hook' && !slower.includes(entry))
    .filter(({ item }) => item.baseline.typicalCalls > 0 && item.sample.calls >= MORE_CALLS_RATIO * item.baseline.typicalCalls)
    .map((entry) => {
      const finding = toFinding(entry, 'more-work')
      const { typicalMs } = entry.item.baseline
      return { ...finding, expectedMs: typicalMs, deltaMs: finding.observedMs - typicalMs, ratio: finding.observedMs / typicalMs }
    })
}

/** Hooks that no earlier build had. */
export function newHooks(unknown: readonly { readonly subject: Subject; readonly sample: Sample }[]): readonly Finding[] {
  return unknown.map(({ subject, sample }) => ({
    kind: 'new',
    subject,
    observedMs: sample.ms,
    expectedMs: 0,
    limitMs: 0,
    deltaMs: sample.ms,
    ratio: Infinity,
    pValue: 0,
    baselineBuilds: 0,
    observed: { calls: sample.calls, perCallMs: sample.ms / Math.max(sample.calls, 1) },
    expected: { calls: 0, perCallMs: 0 },
    counterparts: [],
  }))
}

export interface WholeBuild {
  /** The build when it is slower as measured, the shift of all plugins included; else `null`. */
  readonly whole: Tested | null
  /** The build when it is slower even without that shift; else `null`. */
  readonly own: Tested | null
  readonly parts: readonly Finding[]
  readonly judgement: Judgement
}

/** At most one finding about the whole build; none when its parts explain it. */
export function explainBuild({ whole, own, parts, judgement }: WholeBuild): readonly Finding[] {
  const machine = machineFinding(judgement)
  if (machine !== null) return [machine]
  if (judgement.shift > 0 && whole !== null) return [toFinding(whole, 'everything-slower')]
  if (own === null) return []
  const finding = toFinding(own, 'slower')
  const explainedMs = parts.reduce((sum, part) => (part.kind === 'moved' ? sum : sum + part.deltaMs), 0)
  return explainedMs >= EXPLAINED_SHARE * finding.deltaMs ? [] : [finding]
}

/** The build and how much of it the slow machine accounts for, when its kernels or what others had of its processors say that it was slow. */
function machineFinding({ judged }: Judgement): Finding | null {
  const build = judged.find((item) => item.subject.kind === 'build')
  if (build === undefined) return null
  const excess = Math.min(build.sample.machine, build.rise)
  return excess < MACHINE_EXCESS ? null : toFinding({ item: build, error: excess, pValue: 0, limit: 0 }, 'machine')
}
