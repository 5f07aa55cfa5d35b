/**
 * What a metric should cost now, judged by its own past: a level, a scale, and how much both can be trusted.
 *
 * The past is cut at the last confirmed change point. The level is the median of the newest builds since then; how many is decided
 * by which length predicted best so far, because a project that changes daily is best compared with last week and a quiet one with
 * last month. From fifteen builds on a ridge regression on work and calibration is taken out first; below, medians alone.
 * The scale is the MAD of one-step-ahead errors (so it contains drift, as a prediction must), shrunk to what is usual for the other
 * metrics of the same builds, with a floor. Nothing here knows the build that is judged.
 */
import { changePoints } from './change-points.ts'
import { dot, robustRidge } from './ridge.ts'
import type { Sample } from './series.ts'
import { COVARIATE_COUNT } from './series.ts'
import { madScale, median, slidingMedians } from './stats.ts'

/** Builds looked back upon at most; older ones say little and cost time. */
export const MAX_PAST = 90
const REGRESSION_MIN_BUILDS = 15
/** Alerts start at 50 ms; a metric that never comes near needs no fine model. */
const REGRESSION_MIN_MS = 20
/** Noise variance over prior coefficient variance, for noise of 2 % and coefficients around 0.5. */
const RIDGE_PENALTY = 0.0016
/** Longest first; a shorter one must predict clearly better to be chosen. */
const WINDOWS = [23, 11, 5, 3] as const
const WINDOW_GAIN = 0.95
const ERRORS_FOR_SCALE = 50
/** The prior weighs as much as this many builds. */
const PRIOR_BUILDS = 4
const SIGMA_FLOOR = 0.008
/** Timer and scheduler noise that does not shrink with the metric, in milliseconds. */
const SIGMA_FLOOR_MS = 1
/**
 * Noise of a percent is the sum of many small causes, noise of ten percent is rare events (a collection, a scan, another process): the
 * noisier a metric, the heavier its tails. Degrees of freedom are this over the standard deviation.
 */
const TAIL_SIGMA = 0.4
const MAX_DEGREES = 30
const MIN_DEGREES = 4
const UNSEEN_SIGMA = 0.04
/** Builds before the one that is judged which may show the same rise… */
export const LATELY_BUILDS = 2
/** …and how many there must be before these. */
const LATELY_MIN_BUILDS = 5
const IMPROVEMENT_SIGMAS = 3
const IMPROVED_BUILDS = 2
const MAX_SINGLE_IMPROVEMENT = 0.35
const MIN_IMPROVEMENT = 0.03
/** Variance of a median relative to that of a mean, for normal noise. */
const MEDIAN_VARIANCE = Math.PI / 2

export interface Baseline {
  /** Expected adjusted log time. */
  readonly level: number
  /** Standard deviation of the next value around `level`. */
  readonly sigma: number
  /** Degrees of freedom of the predictive distribution. */
  readonly degrees: number
  /** Builds that the level is the median of. */
  readonly levelBuilds: number
  /** All builds that the metric was seen in. */
  readonly builds: number
  /** Builds since the last confirmed change point. */
  readonly regimeBuilds: number
  /** Past one-step-ahead errors in standard deviations, oldest first. */
  readonly errors: readonly number[]
  /** How the newest builds compare with the level before them; `null` where there are too few. */
  readonly lately: Lately | null
  readonly coefficients: readonly number[]
  /** Median calls and milliseconds of the builds that the level rests on. */
  readonly typicalCalls: number
  readonly typicalMs: number
}

/** What a rise is found by that no single build shows beyond doubt. */
export interface Lately {
  /** Expected adjusted log time before the newest `LATELY_BUILDS` builds. */
  readonly level: number
  /** Log errors of these builds against it, newest first. */
  readonly errors: readonly number[]
}

/** A baseline before shrinkage: what is needed to learn how noisy the metrics of these builds usually are. */
export interface RawBaseline {
  readonly values: readonly number[]
  readonly errors: readonly number[]
  readonly regimeStart: number
  readonly window: number
  readonly builds: number
  readonly coefficients: readonly number[]
  readonly samples: readonly Sample[]
}

/** First pass over one metric; `past` is oldest first and may be empty. */
export function measurePast(past: readonly Sample[]): RawBaseline {
  const recent = past.slice(-MAX_PAST)
  const plain = recent.map((sample) => sample.y)
  const starts = regimeStarts(plain)
  const isWorthwhile = recent.length >= REGRESSION_MIN_BUILDS && recent.some((sample) => sample.ms >= REGRESSION_MIN_MS)
  const coefficients = isWorthwhile ? regress(recent, plain, starts) : zeros()
  const values = recent.map((sample, i) => (plain[i] ?? 0) - dot(coefficients, sample.x))
  const { window, errors } = chooseWindow(values, starts)
  return {
    values,
    errors,
    regimeStart: starts.at(-1) ?? 0,
    window,
    builds: past.length,
    coefficients,
    samples: recent,
  }
}

/**
 * Second pass: the level, and the scale shrunk to the prior.
 * @param raw Must have seen at least one build.
 * @param isRebuild The build to be judged has the very sources of the last one, which then is compared with even where it alone was faster.
 */
export function fitBaseline(raw: RawBaseline, priorSigma: number, isRebuild: boolean = false): Baseline {
  const errors = raw.errors.slice(-ERRORS_FOR_SCALE)
  const own = madScale(errors, 0)
  const shrunk = Math.sqrt((errors.length * own * own + PRIOR_BUILDS * priorSigma * priorSigma) / (errors.length + PRIOR_BUILDS))
  const newestMs = median(raw.samples.slice(-raw.window).map((sample) => sample.ms))
  const floored = Math.max(shrunk, SIGMA_FLOOR, SIGMA_FLOOR_MS / Math.max(newestMs, 1))
  const regime = currentRegime(raw, floored, isRebuild ? 1 : IMPROVED_BUILDS)
  const used = regime.slice(-raw.window)
  // The errors contain a level of `window` builds; a younger regime has a less certain one.
  const youth = (1 + MEDIAN_VARIANCE / used.length) / (1 + MEDIAN_VARIANCE / raw.window)
  const sigma = floored * Math.sqrt(youth)
  const samples = raw.samples.slice(-used.length)
  return {
    level: median(used),
    sigma,
    degrees: degreesOfFreedom(errors.length, floored),
    levelBuilds: used.length,
    builds: raw.builds,
    regimeBuilds: regime.length,
    errors: errors.map((error) => error / floored),
    lately: latelyOf(regime, raw.window),
    coefficients: raw.coefficients,
    typicalCalls: median(samples.map((sample) => sample.calls)),
    typicalMs: median(samples.map((sample) => sample.ms)),
  }
}

function latelyOf(regime: readonly number[], window: number): Lately | null {
  const before = regime.slice(0, -LATELY_BUILDS)
  if (before.length < LATELY_MIN_BUILDS) return null
  // A short window follows the very builds that it would have to tell apart.
  const level = median(before.slice(-Math.max(window, LATELY_MIN_BUILDS)))
  return { level, errors: regime.slice(-LATELY_BUILDS).reverse().map((value) => value - level) }
}

/**
 * Values since the last confirmed change point, or since the project became faster `improvedBuilds` times in a row. An improvement is believed
 * sooner than a change point would be: to be slow about it would hide the next slowdown, and to be wrong about it costs little.
 */
function currentRegime(raw: RawBaseline, sigma: number, improvedBuilds: number): readonly number[] {
  const regime = raw.values.slice(raw.regimeStart)
  const level = median(regime.slice(-raw.window))
  const limit = level - Math.max(IMPROVEMENT_SIGMAS * sigma, MIN_IMPROVEMENT)
  let start = regime.length
  while (start > 0 && (regime[start - 1] ?? Infinity) < limit) start--
  const fasterBuilds = regime.length - start
  // A single build that is faster beyond belief is one that went wrong.
  if (fasterBuilds === 1 && (regime[start] ?? 0) < level - MAX_SINGLE_IMPROVEMENT) return regime
  return fasterBuilds >= improvedBuilds ? regime.slice(start) : regime
}

/** Log time expected for `sample`, and how far above it the sample lies. */
export function judge(baseline: Baseline, sample: Sample): { readonly expectedMs: number; readonly error: number } {
  const expected = baseline.level + dot(baseline.coefficients, sample.x)
  return { expectedMs: Math.exp(expected + sample.offset), error: sample.y - expected }
}

/** Noise to expect of a metric nobody has seen enough of: what is usual for the others, or 4 % where there are none. */
export function pooledSigma(raws: readonly RawBaseline[]): number {
  const own = raws.filter((raw) => raw.errors.length >= 3).map((raw) => madScale(raw.errors.slice(-ERRORS_FOR_SCALE), 0))
  const weight = own.length
  const usual = median(own)
  return Math.sqrt((weight * usual * usual + PRIOR_BUILDS * UNSEEN_SIGMA * UNSEEN_SIGMA) / (weight + PRIOR_BUILDS))
}

/** By how many errors there are to know the scale from, and by how heavy the tails must be expected to be. */
function degreesOfFreedom(errorCount: number, sigma: number): number {
  return Math.min(2 + errorCount, Math.max(MIN_DEGREES, Math.min(MAX_DEGREES, TAIL_SIGMA / sigma)))
}

function zeros(): readonly number[] {
  return new Array<number>(COVARIATE_COUNT).fill(0)
}

function regimeStarts(values: readonly number[]): readonly number[] {
  return [0, ...changePoints(values).map((point) => point.index)]
}

/** Where a value lies and which values before it, in its own regime, it is compared with. */
interface Step {
  readonly index: number
  readonly from: number
  readonly to: number
}

/** At most `window` builds before each; the first two of a regime have too few. */
function stepsOf(count: number, starts: readonly number[], window: number): readonly Step[] {
  return starts.flatMap((start, regime) => {
    const end = starts[regime + 1] ?? count
    return Array.from({ length: Math.max(0, end - start - 2) }, (_, i) => {
      const index = start + 2 + i
      return { index, from: Math.max(start, index - window), to: index }
    })
  })
}

/** Each value minus the median of those it is compared with. */
function stepErrors(values: readonly number[], steps: readonly Step[]): readonly number[] {
  const medians = slidingMedians(values, steps)
  return steps.map(({ index }, i) => (values[index] ?? 0) - (medians[i] ?? 0))
}

/** The window that predicted best so far, and its errors. */
function chooseWindow(values: readonly number[], starts: readonly number[]): { readonly window: number; readonly errors: readonly number[] } {
  let chosen: { window: number; errors: readonly number[]; loss: number } | null = null
  for (const window of WINDOWS) {
    const errors = stepErrors(values, stepsOf(values.length, starts, window))
    const sizes = errors.map(Math.abs)
    const limit = 3 * median(sizes)
    const loss = sizes.reduce((sum, size) => sum + Math.min(size, limit), 0)
    if (chosen === null || loss < WINDOW_GAIN * chosen.loss) chosen = { window, errors, loss }
  }
  return chosen ?? { window: WINDOWS[0], errors: [] }
}

/** How errors follow work and calibration, both taken relative to the same recent builds; 0 for what never varied. */
function regress(past: readonly Sample[], values: readonly number[], starts: readonly number[]): readonly number[] {
  const varying = zeros().flatMap((_, k) => (past.some((sample) => sample.x[k] !== past[0]?.x[k]) ? [k] : []))
  if (varying.length === 0) return zeros()
  const steps = stepsOf(values.length, starts, WINDOWS[0])
  const errors = stepErrors(values, steps)
  const deviations = varying.map((k) => stepErrors(past.map((sample) => sample.x[k] ?? 0), steps))
  const data = errors.map((y, i) => ({ y, x: deviations.map((deviation) => deviation[i] ?? 0) }))
  const found = robustRidge(data, varying.length, RIDGE_PENALTY)
  return zeros().map((_, k) => found[varying.indexOf(k)] ?? 0)
}
