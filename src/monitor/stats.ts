/**
 * The order statistics and tests that the monitor rests on. Pure and deterministic; inputs are never reordered.
 *
 * Empty input is a caller's mistake only where the docstring says so; elsewhere it yields the stated neutral value.
 */

/** Makes a median absolute deviation estimate the standard deviation of normal noise. */
const MAD_TO_SIGMA = 1.4826

/** Middle value; the mean of the two middle ones for an even count; 0 when empty. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

/** Linear interpolation between order statistics (Hyndman & Fan, type 7); 0 when empty. */
export function quantile(values: readonly number[], ratio: number): number {
  if (values.length === 0) return 0
  const sorted = Float64Array.from(values).sort()
  const at = (sorted.length - 1) * ratio
  const low = sorted[Math.floor(at)] ?? 0
  const high = sorted[Math.ceil(at)] ?? low
  return low + (high - low) * (at - Math.floor(at))
}

/**
 * Median of each window of `values`, in order; one sorted window slides along, which is what keeps a baseline cheap.
 *
 * @param windows Half-open, not empty, and neither end ever moves back.
 */
export function slidingMedians(values: readonly number[], windows: readonly { readonly from: number; readonly to: number }[]): readonly number[] {
  const sorted: number[] = []
  let from = 0
  let to = 0
  return windows.map((window) => {
    for (; to < window.to; to++) sorted.splice(rankOf(sorted, values[to] ?? 0), 0, values[to] ?? 0)
    for (; from < window.from; from++) sorted.splice(rankOf(sorted, values[from] ?? 0), 1)
    const middle = sorted.length >> 1
    const upper = sorted[middle] ?? 0
    return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2
  })
}

/** Index of the first element that is not below `value`. */
function rankOf(sorted: readonly number[], value: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle] ?? 0) < value) low = middle + 1
    else high = middle
  }
  return low
}

/** Standard deviation estimated from the median absolute deviation around `center`; 0 when empty. */
export function madScale(values: readonly number[], center: number = median(values)): number {
  return MAD_TO_SIGMA * median(values.map((value) => Math.abs(value - center)))
}

/** Smallest value at which half of the weight is reached; 0 when there is no weight. */
export function weightedMedian(items: readonly { readonly value: number; readonly weight: number }[]): number {
  const sorted = [...items].sort((a, b) => a.value - b.value)
  const half = sorted.reduce((sum, item) => sum + item.weight, 0) / 2
  let reached = 0
  for (const item of sorted) {
    reached += item.weight
    if (reached >= half) return item.value
  }
  return 0
}

/**
 * Split-conformal quantile: the smallest past value that a new exchangeable one exceeds with probability at most `miscoverage`.
 * `Infinity` when there are too few values to promise that.
 */
export function conformalQuantile(values: readonly number[], miscoverage: number): number {
  const rank = Math.ceil((values.length + 1) * (1 - miscoverage))
  if (rank > values.length) return Infinity
  return [...values].sort((a, b) => a - b)[Math.max(rank, 1) - 1] ?? Infinity
}

/** Which hypotheses survive at false discovery rate `rate` (Benjamini & Hochberg 1995), in the order given. */
export function benjaminiHochberg(pValues: readonly number[], rate: number): readonly boolean[] {
  const sorted = [...pValues].sort((a, b) => a - b)
  let cutoff = -1
  sorted.forEach((p, index) => {
    if (p <= (rate * (index + 1)) / sorted.length) cutoff = p
  })
  return pValues.map((p) => p <= cutoff)
}

/** Items by key, keys and items in order of appearance. */
export function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const group = groups.get(keyOf(item))
    if (group === undefined) groups.set(keyOf(item), [item])
    else group.push(item)
  }
  return groups
}

/** P(T > t) for Student's t with `degrees` of freedom, above 0 and not necessarily whole. */
export function studentUpperTail(t: number, degrees: number): number {
  const tail = 0.5 * incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5)
  return t >= 0 ? tail : 1 - tail
}

/** Regularised incomplete beta function, by its continued fraction (DLMF 8.17.22). */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  // The fraction converges fast only on this side; the other follows from symmetry.
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a)
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x)) / a
  return front / betaFraction(x, a, b)
}

/** 1 + d1/(1 + d2/(1 + …)), from the innermost term outwards: sixty terms are beyond double precision here. */
function betaFraction(x: number, a: number, b: number): number {
  let value = 1
  for (let m = 60; m >= 1; m--) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    const odd = (-(a + m - 1) * (a + b + m - 1) * x) / ((a + 2 * m - 2) * (a + 2 * m - 1))
    value = 1 + odd / (1 + even / value)
  }
  return value
}

/** Logarithm of the gamma function for x > 0: recurrence up to 8, then Stirling's series (DLMF 5.11.1). */
function logGamma(x: number): number {
  let shift = 0
  let y = x
  while (y < 8) {
    shift += Math.log(y)
    y += 1
  }
  const inverse = 1 / (y * y)
  const series = (1 / 12 - inverse * (1 / 360 - inverse * (1 / 1260 - inverse / 1680))) / y
  return (y - 0.5) * Math.log(y) - y + 0.5 * Math.log(2 * Math.PI) + series - shift
}
