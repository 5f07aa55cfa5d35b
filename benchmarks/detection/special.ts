/**
 * Trials that only a detector with explanations can pass: spikes, drifts, moved cost, slow machines, change points, attribution, forecasts.
 */
import { isAlertKind } from '../../src/monitor/anomalies/anomaly.ts'
import { detectAnomalies } from '../../src/monitor/anomalies/detect.ts'
import { findingsOf } from '../../src/monitor/anomalies/flag.ts'
import { judgeBuild } from '../../src/monitor/anomalies/judge-build.ts'
import { attribute } from '../../src/monitor/attribute.ts'
import type { BuildRecord } from '../../src/monitor/build-record.ts'
import { changePoints } from '../../src/monitor/change-points.ts'
import { learn } from '../../src/monitor/model.ts'
import { predict } from '../../src/monitor/predict.ts'
import { median } from '../../src/monitor/stats.ts'
import { typicalBuild } from '../../src/monitor/typical-build.ts'
import type { CaseSeries } from './build-times.ts'
import { movePhase, slowMachine, slowPhase } from './inject.ts'
import { eligiblePhases, historyAt } from './trials.ts'

/** A count of successes. */
export interface Tally {
  readonly hits: number
  readonly trials: number
}

export function tally(outcomes: readonly boolean[]): Tally {
  return { hits: outcomes.filter((outcome) => outcome).length, trials: outcomes.length }
}

function laterPairs(series: CaseSeries): readonly number[] {
  return series.sameCommit.filter((index) => index >= 20 && index + 3 < series.builds.length)
}

/** A phase that takes half as long again: is it the first, or among the first three, of the suspects? */
export function attributionTrials(series: CaseSeries): { readonly ours: readonly number[]; readonly naive: readonly number[] } {
  const ours: number[] = []
  const naive: number[] = []
  for (const index of laterPairs(series)) {
    const build = series.builds[index]
    const before = series.builds[index - 1]
    if (build === undefined || before === undefined) continue
    const history = historyAt(series.builds, index)
    const typical = typicalBuild(history, build.stratum, learn(history, build.stratum))
    for (const phase of eligiblePhases(series.builds, index)) {
      if (typical === null || phase.usualMs < Math.max(20, 0.01 * phase.usualBuildMs)) continue
      const slow = slowPhase(build, phase.name, 0.5 * phase.nowMs)
      const { suspects } = attribute(typical.costs, slow, typical.noiseOf)
      ours.push(suspects.findIndex((suspect) => suspect.plugin === phase.name))
      naive.push(naiveRank(before, slow, phase.name))
    }
  }
  return { ours, naive }
}

/** Place of `phase` when phases are ordered by the milliseconds that they gained since the build before. */
function naiveRank(before: BuildRecord, after: BuildRecord, phase: string): number {
  const old = new Map(before.metrics.map((metric) => [metric.plugin, metric.selfMs]))
  const gains = after.metrics.map((metric) => ({ name: metric.plugin, gain: metric.selfMs - (old.get(metric.plugin) ?? 0) }))
  return gains.sort((a, b) => b.gain - a.gain).findIndex((item) => item.name === phase)
}

/** Of ranks as `findIndex` gives them, the share below `limit`. */
export function topShare(ranks: readonly number[], limit: number): number {
  return ranks.filter((rank) => rank >= 0 && rank < limit).length / Math.max(1, ranks.length)
}

export interface ForecastTrials {
  readonly covered: Tally
  /** Half-widths as shares of the expectation. */
  readonly halfWidths: readonly number[]
}

/** Every second build predicted from those before it. */
export function forecastTrials(series: CaseSeries): ForecastTrials {
  const halfWidths: number[] = []
  const covered: boolean[] = []
  for (let index = 15; index < series.builds.length; index += 2) {
    const build = series.builds[index]
    if (build === undefined) continue
    const forecast = predict(series.builds.slice(0, index), { stratum: build.stratum, work: null, calibration: null })
    if (forecast === null) continue
    covered.push(build.wallMs >= forecast.low && build.wallMs <= forecast.high)
    halfWidths.push((forecast.high - forecast.low) / 2 / forecast.expectedMs)
  }
  return { covered: tally(covered), halfWidths }
}

/** A step of `ratio` in the middle of forty builds that have none of their own: how far off is it found? `null` when it is not. */
export function localisationTrials(series: CaseSeries, ratio: number): readonly (number | null)[] {
  const offsets: (number | null)[] = []
  for (let start = 0; start + 40 <= series.builds.length; start += 10) {
    const logs = series.builds.slice(start, start + 40).map((build) => Math.log(build.wallMs))
    if (changePoints(logs).length > 0) continue
    const at = 14 + (start % 13)
    const found = changePoints(logs.map((value, i) => (i < at ? value : value + Math.log1p(ratio)))).map((point) => Math.abs(point.index - at))
    offsets.push(found.length === 0 ? null : Math.min(...found))
  }
  return offsets
}

export interface MachineTrials {
  /** Machines made slower that no plugin was blamed for. */
  readonly blameless: Tally
  /** … and that were reported as slower on the whole. */
  readonly reported: Tally
}

export function machineTrials(series: CaseSeries, ratio: number): MachineTrials {
  const blameless: boolean[] = []
  const reported: boolean[] = []
  for (const index of laterPairs(series)) {
    const build = series.builds[index]
    if (build === undefined) continue
    const history = historyAt(series.builds, index)
    const found = findingsOf(judgeBuild(learn(history, build.stratum), slowMachine(build, 1 + ratio)))
    blameless.push(!found.some((finding) => finding.kind === 'slower' && finding.subject.kind === 'hook'))
    reported.push(found.some((finding) => finding.kind === 'everything-slower'))
  }
  return { blameless: tally(blameless), reported: tally(reported) }
}

/** Half of one large phase done in another: is nobody called slower? */
export function movedTrials(series: CaseSeries): Tally {
  const outcomes: boolean[] = []
  for (const index of laterPairs(series)) {
    const build = series.builds[index]
    if (build === undefined) continue
    const large = eligiblePhases(series.builds, index).filter((phase) => phase.usualMs >= 200)
    const [from, to] = [large[0], large[1]]
    if (from === undefined || to === undefined) continue
    const moved = movePhase(build, from.name, to.name, 0.5 * Math.min(from.nowMs, to.nowMs))
    const findings = findingsOf(judgeBuild(learn(historyAt(series.builds, index), build.stratum), moved))
    outcomes.push(!findings.some((finding) => isAlertKind(finding.kind)))
  }
  return tally(outcomes)
}

/** One slow build and two ordinary ones after it: is it never called confirmed? */
export function spikeTrials(series: CaseSeries, random: () => number): Tally {
  const outcomes = laterPairs(series).flatMap((index): boolean[] => {
    const build = series.builds[index]
    const phases = eligiblePhases(series.builds, index).filter((phase) => phase.usualMs >= 150)
    const phase = phases[Math.floor(random() * phases.length)]
    if (build === undefined || phase === undefined || random() > 0.5) return []
    const spiked = [...historyAt(series.builds, index), slowPhase(build, phase.name, phase.nowMs), ...series.builds.slice(index + 1, index + 3)]
    const wrong = [spiked.length - 2, spiked.length - 1].some((last) => {
      const current = spiked[last]
      if (current === undefined) return false
      const anomalies = detectAnomalies(spiked.slice(0, last), current)
      return anomalies.some(({ severity, isAlert, subject }) => isAlert && severity === 'confirmed' && subject.kind === 'hook' && subject.plugin === phase.name)
    })
    return [!wrong]
  })
  return tally(outcomes)
}

/** A phase that becomes `total` slower over ten builds in equal steps: is it named in any of them? */
export function driftTrials(series: CaseSeries, total: number, random: () => number): Tally {
  const outcomes = laterPairs(series).flatMap((index): boolean[] => {
    const phases = eligiblePhases(series.builds, index).filter((phase) => phase.usualMs * total >= 1.2 * Math.max(50, 0.01 * phase.usualBuildMs))
    const phase = phases[Math.floor(random() * phases.length)]
    if (phase === undefined || random() > 0.3) return []
    const slowed = series.builds.slice(index, index + 10).map((build, i) => {
      const ms = build.metrics.find((metric) => metric.plugin === phase.name)?.selfMs ?? 0
      return slowPhase(build, phase.name, ((ms * total) / 10) * (i + 1))
    })
    const all = [...historyAt(series.builds, index), ...slowed]
    return [slowed.some((build, i) => names(all.slice(0, all.length - slowed.length + i), build, phase.name))]
  })
  return tally(outcomes)
}

function names(history: readonly BuildRecord[], build: BuildRecord, phase: string): boolean {
  const findings = findingsOf(judgeBuild(learn(history, build.stratum), build))
  return findings.some(({ kind, subject }) => isAlertKind(kind) && subject.kind === 'hook' && subject.plugin === phase)
}

export function medianHalfWidth(forecasts: readonly ForecastTrials[]): number {
  return median(forecasts.flatMap((forecast) => forecast.halfWidths))
}
