/**
 * Trials on real same-commit pairs: the second build of a pair as it was (any alert is false) and with cost injected (no alert is a miss).
 *
 * Pairs are used because nothing real changed between their builds, so any alert about a second one is a false alarm, also where a true
 * change came with the first build: it is no news then. Counted apart are those whose twin raised none, which are noise alone.
 */
import type { BuildRecord } from '../../src/monitor/build-record.ts'
import { madScale, median } from '../../src/monitor/stats.ts'
import type { CaseSeries } from './build-times.ts'
import { slowPhase } from './inject.ts'
import type { Detector, Scores } from './rivals.ts'
import { HISTORY } from './rivals.ts'

export const RATIOS = [0.05, 0.1, 0.2, 0.5] as const
/** Builds before the first trial of a case. */
const WARM_UP = 20
/** A phase can be found at +p only where p of it passes the absolute thresholds, with some room for its noise. */
const THRESHOLD_ROOM = 1.2
const NOISE_BUILDS = 40
/** Share of the injections that are continued for two more builds; those cost a model each. */
const CONTINUED_SHARE = 0.25

export interface PairTrial {
  readonly first: Scores
  readonly second: Scores
}

export interface InjectionTrial {
  readonly ratio: number
  /** Standard deviation of the phase between neighbouring builds, as a ratio. */
  readonly noise: number
  readonly phase: string
  /** Scores of one to three builds with the cost in them. */
  readonly builds: readonly Scores[]
}

export interface Trials {
  readonly pairs: readonly PairTrial[]
  readonly injections: readonly InjectionTrial[]
}

/** All trials of one detector on one case; `random` picks those that go on for three builds. */
export function runTrials(series: CaseSeries, detector: Detector, random: () => number): Trials {
  const pairs: PairTrial[] = []
  const injections: InjectionTrial[] = []
  for (const index of series.sameCommit) {
    const build = series.builds[index]
    const previous = series.builds[index - 1]
    if (index < WARM_UP || build === undefined || previous === undefined) continue
    const judge = detector.prepare(historyAt(series.builds, index))
    pairs.push({ first: detector.prepare(historyAt(series.builds, index - 1))(previous), second: judge(build) })
    for (const phase of eligiblePhases(series.builds, index)) {
      for (const ratio of RATIOS.filter((candidate) => isEligible(phase, candidate))) {
        const one = judge(slowPhase(build, phase.name, ratio * phase.nowMs))
        const later = random() < CONTINUED_SHARE ? laterBuilds(series.builds, index, phase.name, ratio, detector) : []
        injections.push({ ratio, noise: phase.noise, phase: phase.name, builds: [one, ...later] })
      }
    }
  }
  return { pairs, injections }
}

interface Phase {
  readonly name: string
  readonly nowMs: number
  readonly usualMs: number
  readonly usualBuildMs: number
  readonly noise: number
}

function isEligible(phase: Phase, ratio: number): boolean {
  return ratio * phase.usualMs >= THRESHOLD_ROOM * Math.max(50, 0.01 * phase.usualBuildMs)
}

/** Phases with a past and how noisy they are; nothing of this is known to the detectors. */
export function eligiblePhases(builds: readonly BuildRecord[], index: number): readonly Phase[] {
  const recent = builds.slice(Math.max(0, index - NOISE_BUILDS), index)
  const usualBuildMs = median(recent.slice(-5).map((build) => build.wallMs))
  return (builds[index]?.metrics ?? []).flatMap((metric) => {
    const times = recent.flatMap((build) => build.metrics.filter((item) => item.plugin === metric.plugin && item.selfMs >= 1).map((item) => item.selfMs))
    if (times.length < 10) return []
    const steps = times.slice(1).map((ms, i) => Math.log(ms / (times[i] ?? ms)))
    const noise = madScale(steps, 0) / Math.SQRT2
    return [{ name: metric.plugin, nowMs: metric.selfMs, usualMs: median(times.slice(-5)), usualBuildMs, noise }]
  })
}

/** The two builds after, slower too, each judged with the slower ones before it in its history. */
function laterBuilds(builds: readonly BuildRecord[], index: number, phase: string, ratio: number, detector: Detector): readonly Scores[] {
  const slowed = builds.slice(index, index + 3).map((build) => {
    const ms = build.metrics.find((metric) => metric.plugin === phase)?.selfMs ?? 0
    return slowPhase(build, phase, ratio * ms)
  })
  const history = historyAt(builds, index)
  return slowed.slice(1).map((build, i) => detector.prepare([...history, ...slowed.slice(0, i + 1)])(build))
}

export function historyAt(builds: readonly BuildRecord[], index: number): readonly BuildRecord[] {
  return builds.slice(Math.max(0, index - HISTORY), index)
}

/** Share of second builds with an alert, among those whose first build has none. */
export function noiseAlarmRatio(pairs: readonly PairTrial[], threshold: number): number {
  const calm = pairs.filter(({ first }) => !hasAlert(first, threshold))
  return falseAlarmRatio(calm, threshold)
}

/** Share of second builds with an alert. */
export function falseAlarmRatio(pairs: readonly PairTrial[], threshold: number): number {
  return pairs.filter(({ second }) => hasAlert(second, threshold)).length / Math.max(1, pairs.length)
}

export function hasAlert(scores: Scores, threshold: number): boolean {
  return [...scores.values()].some((score) => score >= threshold)
}

/** Whether an alert names the injected phase; an alert about something else does not count. */
export function isFound(scores: Scores, phase: string, threshold: number): boolean {
  return (scores.get(phase) ?? -Infinity) >= threshold
}
