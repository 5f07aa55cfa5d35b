/** Medians and spreads of samples. */
import type { Metric, Sample, Target, TargetResult } from './case.ts'

/** @throws RangeError when there are none. */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('no values have no median')
  const sorted = [...values].sort((a, b) => a - b)
  const upper = sorted[sorted.length >> 1] ?? Number.NaN
  const lower = sorted[(sorted.length - 1) >> 1] ?? Number.NaN
  return (lower + upper) / 2
}

/** Median absolute deviation from the median, not scaled. */
export function deviation(values: readonly number[]): number {
  const middle = median(values)
  return median(values.map(value => Math.abs(value - middle)))
}

export function medianOf(samples: readonly Sample[], metric: Metric): number {
  return median(samples.map(sample => sample[metric]))
}

/** @throws Error when a target names a variant without samples. */
export function judge(targets: readonly Target[], samples: Readonly<Record<string, readonly Sample[]>>): TargetResult[] {
  return targets.map(target => {
    const [of, over] = [samples[target.of], samples[target.over]]
    if (!of || !over) throw new Error(`there are no samples of ${target.of} or ${target.over}`)
    const ratio = medianOf(of, target.metric) / medianOf(over, target.metric)
    return { ...target, ratio, met: meets(ratio, target.bound) }
  })
}

function meets(ratio: number, bound: Target['bound']): boolean | null {
  if (bound === null) return null
  return 'max' in bound ? ratio <= bound.max : ratio >= bound.min
}
