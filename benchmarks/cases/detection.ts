/**
 * Question: does the monitor find what became slower in real build times, blame the right one, and otherwise keep quiet?
 *
 * Data: real daily series (test/fixtures/build-times, or the folder that PITCREW_BUILD_TIMES names), whose same-commit pairs are noise by
 * construction. Injections have a fixed seed. Cases alternate by name between tuning and test: rivals get their threshold on the tuning
 * cases; ours has its constants in its sources, and both halves are printed so that one sees whether they fit only one.
 */
import { join } from 'node:path'
import { REPOSITORY } from '../../test/harness/playgrounds.ts'
import type { BenchCase } from '../case.ts'
import type { CaseSeries } from '../detection/build-times.ts'
import { loadCases } from '../detection/build-times.ts'
import { seeded } from '../detection/inject.ts'
import { formatDetection } from '../detection/format.ts'
import type { Detector } from '../detection/rivals.ts'
import { DETECTORS } from '../detection/rivals.ts'
import type { Tally } from '../detection/special.ts'
import {
  attributionTrials, driftTrials, forecastTrials, localisationTrials, machineTrials, medianHalfWidth, movedTrials, spikeTrials, tally, topShare,
} from '../detection/special.ts'
import type { InjectionTrial, Trials } from '../detection/trials.ts'
import { RATIOS, falseAlarmRatio, isFound, noiseAlarmRatio, runTrials } from '../detection/trials.ts'

const FIXTURES = join(REPOSITORY, 'test', 'fixtures', 'build-times')
const SEED = 20_260_701
const TARGET_FALSE_ALARMS = 0.01
/** Upper ends of the bands of noise: standard deviation of one build of the phase, from neighbouring builds. */
const NOISE_BANDS = [0.01, 0.02, Infinity] as const

export type Half = 'tune' | 'test'

export interface Recall {
  readonly ratio: number
  readonly bands: readonly { readonly noiseUpTo: number; readonly one: Tally; readonly withinThree: Tally }[]
}

export interface DetectorResult {
  readonly detector: string
  readonly half: Half
  readonly threshold: number
  readonly pairs: number
  /** Second builds with any alert. */
  readonly falseAlarms: number
  /** … of those whose first build has none. */
  readonly noiseAlarms: number
  readonly recall: readonly Recall[]
}

export interface SpecialResult {
  readonly half: Half
  readonly attribution: { readonly trials: number; readonly top1: number; readonly top3: number; readonly naiveTop1: number; readonly naiveTop3: number }
  readonly coverage: Tally
  readonly halfWidth: number
  readonly localisation: readonly { readonly ratio: number; readonly trials: number; readonly exact: number; readonly withinTwo: number }[]
  readonly machine: readonly { readonly ratio: number; readonly blameless: Tally; readonly reported: Tally }[]
  readonly moved: Tally
  readonly spikes: Tally
  readonly drift: Tally
}

export interface DetectionResult {
  readonly seed: number
  readonly cases: Readonly<Record<Half, readonly string[]>>
  readonly detectors: readonly DetectorResult[]
  readonly special: readonly SpecialResult[]
}

const detection: BenchCase = {
  name: 'detection',
  question: 'Does the monitor find what became slower in real build times, blame the right one, and otherwise keep quiet?',
  async run() {
    const figures = detect(process.env['PITCREW_BUILD_TIMES'] ?? FIXTURES)
    return { kind: 'figures', figures, text: formatDetection(figures) }
  },
}

export default detection

/** Runs everything; deterministic. @param folder Series as in the fixtures. */
export function detect(folder: string): DetectionResult {
  const all = loadCases(folder)
  const halves = { tune: all.filter((_, i) => i % 2 === 0), test: all.filter((_, i) => i % 2 === 1) }
  return {
    seed: SEED,
    cases: { tune: halves.tune.map((series) => series.name), test: halves.test.map((series) => series.name) },
    detectors: DETECTORS.flatMap((detector) => compare(detector, halves)),
    special: (['tune', 'test'] as const).map((half) => explain(half, halves[half])),
  }
}

function compare(detector: Detector, halves: Readonly<Record<Half, readonly CaseSeries[]>>): readonly DetectorResult[] {
  const random = seeded(SEED)
  const trials = { tune: merge(halves.tune, detector, random), test: merge(halves.test, detector, random) }
  const threshold = detector.isTuned ? tune(trials.tune) : 0
  return (['tune', 'test'] as const).map((half) => {
    const { pairs, injections } = trials[half]
    return {
      detector: detector.name,
      half,
      threshold,
      pairs: pairs.length,
      falseAlarms: falseAlarmRatio(pairs, threshold),
      noiseAlarms: noiseAlarmRatio(pairs, threshold),
      recall: RATIOS.map((ratio) => recallAt(injections.filter((trial) => trial.ratio === ratio), ratio, threshold)),
    }
  })
}

function merge(cases: readonly CaseSeries[], detector: Detector, random: () => number): Trials {
  const all = cases.map((series) => runTrials(series, detector, random))
  return { pairs: all.flatMap((trials) => trials.pairs), injections: all.flatMap((trials) => trials.injections) }
}

/** The lowest threshold that keeps false alarms at the target. */
function tune({ pairs }: Trials): number {
  const thresholds = [0, ...pairs.flatMap(({ second }) => [...second.values()]).map((score) => score * (1 + 1e-9))].sort((a, b) => a - b)
  return thresholds.find((threshold) => noiseAlarmRatio(pairs, threshold) <= TARGET_FALSE_ALARMS) ?? Infinity
}

function recallAt(trials: readonly InjectionTrial[], ratio: number, threshold: number): Recall {
  const bands = NOISE_BANDS.map((noiseUpTo, i) => {
    const some = trials.filter((trial) => trial.noise <= noiseUpTo && trial.noise > (NOISE_BANDS[i - 1] ?? -1))
    const found = (trial: InjectionTrial, builds: number): boolean =>
      trial.builds.slice(0, builds).some((scores) => isFound(scores, trial.phase, threshold))
    const continued = some.filter((trial) => trial.builds.length === 3)
    return { noiseUpTo, one: tally(some.map((trial) => found(trial, 1))), withinThree: tally(continued.map((trial) => found(trial, 3))) }
  })
  return { ratio, bands }
}

function explain(half: Half, cases: readonly CaseSeries[]): SpecialResult {
  const random = seeded(SEED)
  const ranks = cases.map(attributionTrials)
  const [ours, naive] = [ranks.flatMap((rank) => rank.ours), ranks.flatMap((rank) => rank.naive)]
  const forecasts = cases.map(forecastTrials)
  return {
    half,
    attribution: { trials: ours.length, top1: topShare(ours, 1), top3: topShare(ours, 3), naiveTop1: topShare(naive, 1), naiveTop3: topShare(naive, 3) },
    coverage: sum(forecasts.map((forecast) => forecast.covered)),
    halfWidth: medianHalfWidth(forecasts),
    localisation: [0.05, 0.1, 0.2].map((ratio) => localise(cases, ratio)),
    machine: [0.1, 0.3].map((ratio) => {
      const trials = cases.map((series) => machineTrials(series, ratio))
      return { ratio, blameless: sum(trials.map((trial) => trial.blameless)), reported: sum(trials.map((trial) => trial.reported)) }
    }),
    moved: sum(cases.map(movedTrials)),
    spikes: sum(cases.map((series) => spikeTrials(series, random))),
    drift: sum(cases.map((series) => driftTrials(series, 0.3, random))),
  }
}

function localise(cases: readonly CaseSeries[], ratio: number): SpecialResult['localisation'][number] {
  const offsets = cases.flatMap((series) => localisationTrials(series, ratio))
  const within = (limit: number): number => offsets.filter((offset) => offset !== null && offset <= limit).length / Math.max(1, offsets.length)
  return { ratio, trials: offsets.length, exact: within(0), withinTwo: within(2) }
}

function sum(tallies: readonly Tally[]): Tally {
  return { hits: tallies.reduce((total, item) => total + item.hits, 0), trials: tallies.reduce((total, item) => total + item.trials, 0) }
}
