/**
 * The detectors that the benchmark compares: Pitcrew's own and the rules of thumb that people use instead.
 *
 * All of them see the same builds and the same relevance thresholds (5 %, 50 ms, 1 % of the build). A rule of thumb has one free
 * threshold, set on the tuning cases to alert about one in a hundred builds that differ from a calm one by noise; Pitcrew has none left to set.
 */
import { createDetector } from '../../src/monitor/anomalies/detect.ts'
import type { BuildRecord } from '../../src/monitor/build-record.ts'
import type { Subject } from '../../src/monitor/series.ts'
import { madScale, median } from '../../src/monitor/stats.ts'

export const BUILD = 'the build'
export const HISTORY = 90
const WINDOW = 20

/** Score of each metric that is relevantly slower, by phase name; higher is surer. */
export type Scores = ReadonlyMap<string, number>

export interface Detector {
  readonly name: string
  /** Whether its threshold is set on the tuning cases; else any score is an alert. */
  readonly isTuned: boolean
  /** What can be prepared from history once, to be asked about many builds. */
  readonly prepare: (history: readonly BuildRecord[]) => (build: BuildRecord) => Scores
}

export const DETECTORS: readonly Detector[] = [
  { name: 'pitcrew', isTuned: false, prepare: pitcrew },
  { name: 'median/MAD', isTuned: true, prepare: (history) => ruleOfThumb(history, (now, past) => (now - median(past)) / Math.max(madScale(past), 0.005 * median(past))) },
  { name: 'ratio to median', isTuned: true, prepare: (history) => ruleOfThumb(history, (now, past) => now / median(past) - 1) },
  { name: 'normalised', isTuned: true, prepare: normalised },
]

/** What a person would be told: alerts, by what they are about. */
function pitcrew(history: readonly BuildRecord[]): (build: BuildRecord) => Scores {
  const last = history.at(-1)
  if (last === undefined) return () => new Map()
  const detector = createDetector(history, last.stratum)
  return (build) => {
    const alerts = detector.detect(build).filter((anomaly) => anomaly.isAlert)
    return new Map(alerts.map(({ subject, pValue }) => [nameOf(subject), -Math.log10(Math.max(pValue, Number.MIN_VALUE))]))
  }
}

function nameOf(subject: Subject): string {
  return subject.kind === 'hook' ? subject.plugin : subject.kind === 'build' ? BUILD : subject.kind
}

type Score = (nowMs: number, pastMs: readonly number[]) => number

function ruleOfThumb(history: readonly BuildRecord[], score: Score): (build: BuildRecord) => Scores {
  const past = timesByPhase(history.slice(-WINDOW))
  const usualBuildMs = median(past.get(BUILD) ?? [])
  return (build) => {
    const found = [...phaseTimes(build)].flatMap(([phase, ms]): [string, number][] => {
      const times = past.get(phase) ?? []
      if (times.length < 5 || !isRelevant(ms, median(times), usualBuildMs)) return []
      return [[phase, score(ms, times)]]
    })
    return new Map(found)
  }
}

/** Each build divided by how much slower its phases were than usual on the whole, then median and MAD. */
function normalised(history: readonly BuildRecord[]): (build: BuildRecord) => Scores {
  const recent = history.slice(-WINDOW)
  const usual = new Map([...timesByPhase(recent)].map(([phase, times]) => [phase, median(times)]))
  const normal = (build: BuildRecord): BuildRecord => {
    const ratios = [...phaseTimes(build)].flatMap(([phase, ms]) => ((usual.get(phase) ?? 0) > 20 ? [ms / (usual.get(phase) ?? 1)] : []))
    const factor = ratios.length < 4 ? 1 : median(ratios)
    return { ...build, wallMs: build.wallMs / factor, metrics: build.metrics.map((metric) => ({ ...metric, selfMs: metric.selfMs / factor })) }
  }
  const judge = ruleOfThumb(recent.map(normal), (now, past) => (now - median(past)) / Math.max(madScale(past), 0.005 * median(past)))
  return (build) => judge(normal(build))
}

function isRelevant(ms: number, usualMs: number, buildMs: number): boolean {
  return usualMs >= 1 && ms >= 1.05 * usualMs && ms - usualMs >= Math.max(50, 0.01 * buildMs)
}

function phaseTimes(build: BuildRecord): ReadonlyMap<string, number> {
  return new Map([[BUILD, build.wallMs], ...build.metrics.map((metric): [string, number] => [metric.plugin, metric.selfMs])])
}

function timesByPhase(builds: readonly BuildRecord[]): ReadonlyMap<string, readonly number[]> {
  const all = new Map<string, number[]>()
  for (const build of builds) for (const [phase, ms] of phaseTimes(build)) all.set(phase, [...(all.get(phase) ?? []), ms])
  return all
}
