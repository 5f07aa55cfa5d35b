/**
 * What all plugins of one build have in common: a machine, a Node or a bundler that was slower or faster that day.
 *
 * Phases of one build move together. A shift is taken as common only when it is beyond noise and most plugins, independently weighed, show
 * it; otherwise it is 0, because removing noise from noise adds noise. With fewer than five plugins nothing is called common: one
 * plugin's own fault would pass for the machine's.
 */
import { groupBy, weightedMedian } from './stats.ts'

const MIN_PLUGINS = 5
const MIN_SHIFT = 0.03
const MIN_SIGMAS = 3
/** Share of plugins, by weight, that must have moved at least half as far in the same direction. */
const MIN_AGREEMENT = 0.75
/** Keeps one very quiet metric from outweighing all others. */
const WEIGHT_FLOOR = 0.02

export interface Deviation {
  /** Metrics of one group (a plugin's hooks) count once. */
  readonly group: string
  /** Log of observed over expected. */
  readonly error: number
  readonly sigma: number
}

/** The common log shift of a build; 0 when there is none. */
export function commonShift(deviations: readonly Deviation[]): number {
  const groups = [...groupBy(deviations, (item) => item.group).values()].map((items) => {
    const weighted = items.map((item) => ({ value: item.error, weight: weightOf(item.sigma) }))
    return { value: weightedMedian(weighted), weight: Math.max(...weighted.map((item) => item.weight)) }
  })
  if (groups.length < MIN_PLUGINS) return 0
  const shift = weightedMedian(groups)
  const total = groups.reduce((sum, item) => sum + item.weight, 0)
  // A weighted median of independent errors has about this standard error.
  const standardError = 1.25 / Math.sqrt(total)
  if (Math.abs(shift) < Math.max(MIN_SHIFT, MIN_SIGMAS * standardError)) return 0
  const agreeing = groups.filter((item) => item.value * Math.sign(shift) > Math.abs(shift) / 2)
  return agreeing.reduce((sum, item) => sum + item.weight, 0) >= MIN_AGREEMENT * total ? shift : 0
}

function weightOf(sigma: number): number {
  return 1 / (sigma * sigma + WEIGHT_FLOOR * WEIGHT_FLOOR)
}
