/**
 * What the history keeps of one build: its record, and what was said about it then.
 */
import type { AnomalyKind } from './anomalies/anomaly.ts'
import type { BuildRecord } from './build-record.ts'
import type { Forecast } from './predict.ts'
import type { Subject } from './series.ts'

/** As much of a finding as later builds need, to know that something was seen before and when it is over. */
export interface PastFinding {
  readonly kind: AnomalyKind
  readonly subject: Subject
  readonly observedMs: number
  readonly expectedMs: number
  /** Highest time that would still have been ordinary. */
  readonly limitMs: number
}

export interface BuildEntry {
  readonly record: BuildRecord
  /** Findings of that build, those that went away left out. */
  readonly findings: readonly PastFinding[]
  /** What was expected at its start, or `null` when nothing was. */
  readonly forecast: Forecast | null
}
