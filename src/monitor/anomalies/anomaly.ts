/**
 * What the monitor says about a build that is not as expected.
 *
 * Only `slower` and `everything-slower` are alerts. `more-work`, `new`, `moved` and `machine` are explanations of a number that rose without anybody's
 * code becoming slower; they blame nobody and never fail a gate.
 */
import type { Evidence } from '../evidence.ts'
import type { Subject } from '../series.ts'

export type AnomalyKind =
  /** The same work took longer. */
  | 'slower'
  /** Most plugins alike are slower and the machine's kernels do not say why, or there are none. */
  | 'everything-slower'
  /** Longer because there was more to do: as fast a call as before. */
  | 'more-work'
  /** A hook that no earlier build had. Its ratio is `Infinity`. */
  | 'new'
  /** Longer here, as much shorter elsewhere. */
  | 'moved'
  /** The machine was slower: its kernels say so. */
  | 'machine'

/** Suspected until two of the last three builds agree; `went-away` is said once, in the build in which it did. */
export type Severity = 'suspected' | 'confirmed' | 'went-away'

export interface CallCost {
  readonly calls: number
  readonly perCallMs: number
}

export interface Finding {
  readonly kind: AnomalyKind
  readonly subject: Subject
  readonly observedMs: number
  /** For the work that this build really did. */
  readonly expectedMs: number
  /** Highest time that would still have been ordinary. */
  readonly limitMs: number
  readonly deltaMs: number
  /** Observed over expected. */
  readonly ratio: number
  /** One-sided, before correction for the number of metrics. */
  readonly pValue: number
  /** Builds that the expectation rests on. */
  readonly baselineBuilds: number
  readonly observed: CallCost
  readonly expected: CallCost
  /** Metrics that lost what this one gained; empty unless `moved`. */
  readonly counterparts: readonly Subject[]
}

export interface Anomaly extends Finding {
  readonly severity: Severity
  /**
   * Whether it is news that somebody became slower: when it is first seen, and once more when it is confirmed. What two builds before
   * showed already, or one of the very same sources, goes on being reported, and alarms nobody again.
   */
  readonly isAlert: boolean
  /** Beyond doubt already in the first build that shows it. */
  readonly isPlain: boolean
  /** What else changed since the last build without it, most telling first. */
  readonly evidence: readonly Evidence[]
}

export function isAlertKind(kind: AnomalyKind): boolean {
  return kind === 'slower' || kind === 'everything-slower'
}
