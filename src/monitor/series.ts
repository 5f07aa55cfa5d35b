/**
 * From build records to one comparable series per metric: every hook, the whole build, and what no hook accounts for.
 *
 * Values are logarithms of milliseconds after what is known beforehand has been taken out: a hook's time grows with its calls, a whole
 * build's with the root of its modules, everything with a machine that is slower than its own noise explains. What others took of the main
 * thread's processor is in the whole build alone: hooks are measured without it, and so is what no hook accounts for. What is not
 * known beforehand (bytes, small machine differences) goes along as covariates for the baseline to learn.
 */
import type { BuildRecord, Calibration, HookMetric } from './build-record.ts'
import { metricKey } from './build-record.ts'
import { madScale, median } from './stats.ts'

/** Below this a timer sees mostly itself; also keeps the logarithm finite. */
const MIN_MS = 0.5
/** How a build's total follows its module count when nothing else is known: part of it is fixed cost. */
const MODULE_ELASTICITY = 0.5
/** A machine is slow, rather than noisy, beyond this many standard deviations of its own kernels… */
const MACHINE_SIGMAS = 3
/** …whose noise is never believed to be below 2 %. */
const MACHINE_NOISE_FLOOR = 0.02
export const COVARIATE_COUNT = 5

export interface Sample {
  readonly ms: number
  readonly calls: number
  /** Adjusted log time. */
  readonly y: number
  /** What has been taken out of the log time to get `y`. */
  readonly offset: number
  /** Of that, what a machine that was slower than usual did to it. */
  readonly machine: number
  /** Log calls, log bytes a call, and the three kernels' log deviations within their noise. */
  readonly x: readonly number[]
}

/** `build` is everything from start to end, `rest` what no hook accounts for. Both have no plugin. */
export type Subject =
  | { readonly kind: 'hook'; readonly plugin: string; readonly hook: string }
  | { readonly kind: 'build' }
  | { readonly kind: 'rest' }

export interface Series {
  readonly subject: Subject
  /** Builds that had this metric, oldest first. */
  readonly samples: readonly Sample[]
}

/** How much slower than usual the machine was at one build, in logarithms. */
export interface MachineState {
  /** Beyond noise: taken out of every time. 0 for an ordinary machine. */
  readonly excess: {
    readonly main: number
    readonly native: number
    /** Others had the main thread's processor. */
    readonly mainWait: number
    /** Others had the processors of all other threads. */
    readonly threadWait: number
  }
  /** Within noise: covariates. */
  readonly small: readonly [number, number, number]
}

/** What the kernels usually take, in logarithms; empty when no build was calibrated. */
export type UsualMachine = readonly { readonly level: number; readonly limit: number }[]

const UNKNOWN_MACHINE: MachineState = { excess: { main: 0, native: 0, mainWait: 0, threadWait: 0 }, small: [0, 0, 0] }

/** One series per metric of `records`, by subject key; the whole build first. */
export function seriesOf(records: readonly BuildRecord[], usual: UsualMachine): ReadonlyMap<string, Series> {
  const all = new Map<string, { subject: Subject; samples: Sample[] }>()
  for (const record of records) {
    for (const { subject, sample } of samplesOf(record, machineState(usual, record.calibration))) {
      const key = subjectKey(subject)
      const series = all.get(key)
      if (series === undefined) all.set(key, { subject, samples: [sample] })
      else series.samples.push(sample)
    }
  }
  return all
}

export function subjectKey(subject: Subject): string {
  return subject.kind === 'hook' ? metricKey(subject.plugin, subject.hook) : subject.kind
}

export function usualMachine(records: readonly BuildRecord[]): UsualMachine {
  const known = records.flatMap((record) => (record.calibration === null ? [] : [kernelLogs(record.calibration)]))
  if (known.length === 0) return []
  return [0, 1, 2, 3, 4].map((kernel) => {
    const logs = known.map((values) => values[kernel] ?? 0)
    return { level: median(logs), limit: MACHINE_SIGMAS * Math.max(madScale(logs), MACHINE_NOISE_FLOOR) }
  })
}

/** How a build's kernels compare with the usual ones. */
export function machineState(usual: UsualMachine, calibration: Calibration | null): MachineState {
  if (calibration === null || usual.length === 0) return UNKNOWN_MACHINE
  const [main, native, files, mainWait, threadWait] = kernelLogs(calibration).map((value, kernel) => deviationOf(value, usual[kernel] ?? { level: value, limit: 0 })) as [Deviation, Deviation, Deviation, Deviation, Deviation]
  return {
    // A machine that nobody else wants is no faster than that.
    excess: { main: main.excess, native: native.excess, mainWait: Math.max(0, mainWait.excess), threadWait: Math.max(0, threadWait.excess) },
    small: [main.small, native.small, files.small],
  }
}

/** What is within the usual, and what is beyond it. */
interface Deviation {
  readonly small: number
  readonly excess: number
}

function deviationOf(value: number, { level, limit }: UsualMachine[number]): Deviation {
  const small = Math.min(limit, Math.max(-limit, value - level))
  return { small, excess: value - level - small }
}

function kernelLogs(calibration: Calibration): readonly number[] {
  const { javascriptMs, threadsMs, fileSystemMs, mainWaitRatio, threadWaitRatio } = calibration
  return [javascriptMs, threadsMs, fileSystemMs, mainWaitRatio, threadWaitRatio].map((value) => Math.log(Math.max(value, 1e-3)))
}

export interface SubjectSample {
  readonly subject: Subject
  readonly sample: Sample
}

/** Every metric of one build, the whole build first. */
export function samplesOf(record: BuildRecord, machine: MachineState): readonly SubjectSample[] {
  const { excess, small } = machine
  const { calls, bytes, moduleCount } = record.work
  const growth = MODULE_ELASTICITY * Math.log(Math.max(moduleCount, 1))
  const whole = covariates(calls, bytes, small)
  const hooksMs = record.metrics.reduce((sum, metric) => sum + metric.selfMs, 0)
  // With parallel loaders the hooks may add up to more than the wall; then there is no remainder to speak of.
  const restMs = restOf(record)
  const rest = { subject: { kind: 'rest' }, sample: toSample(restMs, calls, growth, excess.native + excess.threadWait, whole) } as const
  return [
    { subject: { kind: 'build' }, sample: toSample(record.wallMs, calls, growth, excessOfBuild(excess, { wallMs: record.wallMs, hooksMs, restMs }), whole) },
    ...(restMs >= MIN_MS ? [rest] : []),
    ...record.metrics.map((metric) => ({ subject: hookSubject(metric), sample: hookSample(metric, machine) })),
  ]
}

/** What no hook accounts for, without what others took of the main thread. */
export function restOf({ wallMs, metrics, calibration }: BuildRecord): number {
  return wallMs / (calibration?.mainWaitRatio ?? 1) - metrics.reduce((sum, metric) => sum + metric.selfMs, 0)
}

/** Without metrics, as in a plan, both kernels count alike. */
function excessOfBuild({ main, native, mainWait, threadWait }: MachineState['excess'], { wallMs, hooksMs, restMs }: { readonly wallMs: number; readonly hooksMs: number; readonly restMs: number }): number {
  if (hooksMs <= 0 || restMs <= 0) return mainWait + (main + native) / 2
  const ownMs = hooksMs * Math.exp(-main) + restMs * Math.exp(-native - threadWait)
  const withoutWait = wallMs * Math.exp(-mainWait)
  return Math.log(wallMs / Math.max(withoutWait - hooksMs - restMs + ownMs, MIN_MS))
}

function hookSubject({ plugin, hook }: HookMetric): Subject {
  return { kind: 'hook', plugin, hook }
}

function hookSample({ selfMs, calls, bytes }: HookMetric, machine: MachineState): Sample {
  return toSample(selfMs, calls, Math.log(Math.max(calls, 1)), machine.excess.main, covariates(calls, bytes, machine.small))
}

function toSample(ms: number, calls: number, growth: number, machine: number, x: readonly number[]): Sample {
  const offset = growth + machine
  return { ms, calls, offset, machine, y: Math.log(Math.max(ms, MIN_MS)) - offset, x }
}

function covariates(calls: number, bytes: number, small: readonly number[]): readonly number[] {
  const callsLog = Math.log(Math.max(calls, 1))
  return [callsLog, Math.log(Math.max(bytes, 1)) - callsLog, ...small]
}
