/**
 * How long the next build will take, with an interval that holds 90 times in a hundred.
 *
 * The expectation is the whole build's baseline. The interval is rank-conformal: it reaches as far as past forecasts, made the same way
 * from what was known then, have been wrong. How many of them it must cover is adapted to how it has done lately (Gibbs & Candès 2021),
 * since builds change and old errors then promise too much. In the first builds it rests on prior noise and is wide.
 */
import type { BuildRecord, Calibration, Stratum } from './build-record.ts'
import { comparable } from './build-record.ts'
import { fitBaseline, judge, measurePast, pooledSigma } from './baseline.ts'
import type { Baseline } from './baseline.ts'
import type { Sample } from './series.ts'
import { machineState, samplesOf, seriesOf, usualMachine } from './series.ts'
import { quantile } from './stats.ts'

const MISCOVERAGE = 0.1
/** Step of the adaptation. */
const ADAPTATION = 0.02
const MIN_ALPHA = 0.02
const MAX_ALPHA = 0.3
/** Past forecasts that are made again to learn from; each costs one small fit. */
const REPLAYED = 25
/** Standard deviations that hold nine normal values in ten, for when there are too few ranks. */
const NORMAL_REACH = 1.645
const MIN_RANKS = 9

export interface PlannedBuild {
  readonly stratum: Stratum
  /** `null` when the work is not known beforehand; then that of the last build is assumed. */
  readonly work: BuildRecord['work'] | null
  readonly calibration: Calibration | null
}

export interface Forecast {
  readonly expectedMs: number
  /** Nine builds in ten take between `low` and `high`. */
  readonly low: number
  readonly high: number
}

export interface Prediction extends Forecast {
  /** Builds that the forecast rests on. */
  readonly builds: number
}

/** `null` before the first build of the stratum. @param history Oldest first; those of other strata are ignored. */
export function predict(history: readonly BuildRecord[], planned: PlannedBuild): Prediction | null {
  const past = comparable(history, planned.stratum)
  const last = past.at(-1)
  if (last === undefined) return null
  const usual = usualMachine(past)
  const samples = seriesOf(past, usual).get('build')?.samples ?? []
  const now: BuildRecord = { ...last, work: planned.work ?? last.work, calibration: planned.calibration, metrics: [] }
  const [whole] = samplesOf(now, machineState(usual, planned.calibration))
  if (whole === undefined) return null
  const baseline = baselineOf(samples)
  const { expectedMs } = judge(baseline, whole.sample)
  const reach = baseline.sigma * reachOf(replay(samples))
  return { expectedMs, low: expectedMs * Math.exp(-reach), high: expectedMs * Math.exp(reach), builds: past.length }
}

function baselineOf(samples: readonly Sample[]): Baseline {
  const raw = measurePast(samples)
  return fitBaseline(raw, pooledSigma([raw]))
}

/** Absolute errors, in standard deviations, of the forecasts that would have been made for past builds; oldest first. */
function replay(samples: readonly Sample[]): readonly number[] {
  const first = Math.max(2, samples.length - REPLAYED)
  return samples.slice(first).map((sample, i) => {
    const baseline = baselineOf(samples.slice(0, first + i))
    return Math.abs(judge(baseline, sample).error) / baseline.sigma
  })
}

/** Standard deviations to reach so that nine in ten are covered, adapted to how that has gone. */
function reachOf(errors: readonly number[]): number {
  let alpha = MISCOVERAGE
  errors.forEach((error, index) => {
    const isMiss = error > rankReach(errors.slice(0, index), alpha)
    alpha = Math.min(MAX_ALPHA, Math.max(MIN_ALPHA, alpha + ADAPTATION * (MISCOVERAGE - (isMiss ? 1 : 0))))
  })
  return rankReach(errors, alpha)
}

function rankReach(errors: readonly number[], alpha: number): number {
  if (errors.length < MIN_RANKS) return NORMAL_REACH
  // The (n + 1)-corrected rank, interpolated; the largest error when the rank lies beyond it.
  return quantile(errors, Math.min(1, ((errors.length + 1) / errors.length) * (1 - alpha)))
}
