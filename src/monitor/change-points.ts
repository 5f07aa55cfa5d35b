/**
 * Where a series changed its level for good: deterministic binary segmentation, no permutations and no chance.
 *
 * A change point is confirmed when at least `MIN_SEGMENT` builds lie on each side, the two levels differ by a relevant amount and by more
 * than noise explains. Noise is measured between neighbours, so the shifts themselves do not inflate it; spikes shorter
 * than that are clipped to a running median first, so they are not shifts. Slow drift comes out as several small steps.
 */
import { madScale, median } from './stats.ts'

export interface ChangePoint {
  /** Index of the first build at the new level. */
  readonly index: number
  /** Level before and after, in the unit of the values. */
  readonly before: number
  readonly after: number
}

/** Fewer builds at a new level are a spike, not a level. */
export const MIN_SEGMENT = 3
/** A split must gain more than this many log(n) of squared standard errors, as BIC asks with a heavy-tailed reserve. */
const PENALTY = 5
/** Values are logarithms: below 2 % nobody cares and drift would shred the series. */
const MIN_STEP = 0.02
const MIN_STEP_SIGMAS = 1
/** Timers are not perfect: noise below half a percent is not believed. */
const NOISE_FLOOR = 0.005

/** Confirmed change points of a series of log times, oldest first; empty when it is one level. */
export function changePoints(values: readonly number[]): readonly ChangePoint[] {
  if (values.length < 2 * MIN_SEGMENT) return []
  const noise = Math.max(neighbourNoise(values), NOISE_FLOOR)
  const clipped = clipSpikes(values, noise)
  const splits = segment(clipped, 0, values.length, noise, PENALTY * Math.log(values.length))
  const bounds = [0, ...splits, values.length]
  return splits.map((index, i) => ({
    index,
    before: median(values.slice(bounds[i], index)),
    after: median(values.slice(index, bounds[i + 2])),
  }))
}

/** Standard deviation of one value, from differences between neighbours. */
function neighbourNoise(values: readonly number[]): number {
  const steps = values.slice(1).map((value, i) => value - (values[i] ?? value))
  return madScale(steps, 0) / Math.SQRT2
}

/** Runs shorter than a segment do not survive a median over twice a segment's length less one, at the ends included. */
function clipSpikes(values: readonly number[], limit: number): number[] {
  const length = 2 * MIN_SEGMENT - 1
  return values.map((value, i) => {
    const from = Math.max(0, Math.min(i - MIN_SEGMENT + 1, values.length - length))
    const local = median(values.slice(from, from + length))
    return Math.min(local + limit, Math.max(local - limit, value))
  })
}

function segment(values: readonly number[], from: number, to: number, noise: number, threshold: number): number[] {
  const best = bestSplit(values, from, to)
  const minStep = Math.max(MIN_STEP, MIN_STEP_SIGMAS * noise)
  if (best === null || best.gain / (noise * noise) <= threshold || Math.abs(best.step) < minStep) return []
  return [
    ...segment(values, from, best.index, noise, threshold),
    best.index,
    ...segment(values, best.index, to, noise, threshold),
  ]
}

/** The split that lowers the sum of squares most. */
function bestSplit(values: readonly number[], from: number, to: number): { index: number; gain: number; step: number } | null {
  let total = 0
  for (let i = from; i < to; i++) total += values[i] ?? 0
  let left = 0
  let best: { index: number; gain: number; step: number } | null = null
  for (let index = from + 1; index <= to - MIN_SEGMENT; index++) {
    left += values[index - 1] ?? 0
    if (index - from < MIN_SEGMENT) continue
    const step = (total - left) / (to - index) - left / (index - from)
    const gain = (step * step * (index - from) * (to - index)) / (to - from)
    if (best === null || gain > best.gain) best = { index, gain, step }
  }
  return best
}
