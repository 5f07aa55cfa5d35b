/**
 * One build against what was learnt from those before it, metric by metric; no verdicts yet.
 */
import type { Baseline } from '../baseline.ts'
import { judge, LATELY_BUILDS } from '../baseline.ts'
import type { BuildRecord } from '../build-record.ts'
import { commonShift } from '../common-shift.ts'
import type { Model } from '../model.ts'
import type { MachineState, Sample, Subject } from '../series.ts'
import { machineState, samplesOf, subjectKey } from '../series.ts'

export interface Judged {
  readonly subject: Subject
  readonly baseline: Baseline
  readonly sample: Sample
  /** Log of observed over expected; a shift that all plugins share is still in it. */
  readonly error: number
  /** The same, had the machine been the usual one: what it made slower is in it, too. */
  readonly rise: number
  /** Errors of this build and of those just before it against the level before them all, newest first, without what all plugins shared in each. */
  readonly lately: readonly number[]
}

export interface Judgement {
  /** Metrics with a past, the whole build first. */
  readonly judged: readonly Judged[]
  /** Hooks that no earlier build had. */
  readonly unknown: readonly { readonly subject: Subject; readonly sample: Sample }[]
  /** Log shift that all plugins share; 0 when there is none. */
  readonly shift: number
  readonly machine: MachineState
}

export function judgeBuild(model: Model, current: BuildRecord): Judgement {
  const machine = machineState(model.usual, current.calibration)
  const found: Omit<Judged, 'lately'>[] = []
  const unknown: { subject: Subject; sample: Sample }[] = []
  for (const { subject, sample } of samplesOf(current, machine)) {
    const baseline = model.metrics.get(subjectKey(subject))
    if (baseline !== undefined) found.push({ subject, sample, baseline, ...errorsOf(baseline, sample, subject) })
    else if (subject.kind === 'hook') unknown.push({ subject, sample })
  }
  const shift = sharedBy(found, ({ error }) => error)
  const earlierShifts = Array.from({ length: LATELY_BUILDS }, (_, back) => sharedBy(found.filter(({ baseline }) => baseline.lately !== null), ({ baseline }) => baseline.lately?.errors[back] ?? 0))
  const judged = found.map((item): Judged => ({ ...item, lately: latelyOf(item, [shift, ...earlierShifts]) }))
  return { judged, unknown, shift, machine }
}

function latelyOf({ baseline, error }: Omit<Judged, 'lately'>, shifts: readonly number[]): readonly number[] {
  if (baseline.lately === null) return []
  const { level, errors } = baseline.lately
  return [error + baseline.level - level, ...errors].map((value, back) => value - (shifts[back] ?? 0))
}

/** What the plugins have in common. */
function sharedBy(items: readonly Omit<Judged, 'lately'>[], errorOf: (item: Omit<Judged, 'lately'>) => number): number {
  const parts = items.filter(({ subject }) => subject.kind !== 'build')
  return commonShift(parts.map((item) => ({ group: groupOf(item.subject), error: errorOf(item), sigma: item.baseline.sigma })))
}

/** A hook has its own kernel. What else is slower a slow machine explains, as far as it is; it makes nothing faster. */
function errorsOf(baseline: Baseline, sample: Sample, subject: Subject): Pick<Judged, 'error' | 'rise'> {
  const { error } = judge(baseline, sample)
  const rise = error + sample.machine
  if (subject.kind === 'hook' || sample.machine <= 0 || error >= 0) return { error, rise }
  return { error: Math.min(0, rise), rise }
}

function groupOf(subject: Subject): string {
  return subject.kind === 'hook' ? subject.plugin : ''
}
