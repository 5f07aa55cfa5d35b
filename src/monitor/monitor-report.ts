/**
 * The monitor's part of a build report: what was expected, what is not as expected and whose doing it is, and what could be better.
 * JSON-safe; every field is always present. Durations are milliseconds.
 */
import type { AnomalyKind, Severity } from './anomalies/anomaly.ts'
import type { ChangeKind, ChangeParts } from './attribute.ts'
import type { Stratum } from './build-record.ts'
import type { Evidence } from './evidence.ts'
import type { Forecast } from './predict.ts'

export interface ReportedAnomaly {
  readonly kind: AnomalyKind
  readonly severity: Severity
  /** Whether it is news that somebody became slower. */
  readonly isAlert: boolean
  /** Whether it is also said through the bundler's own channel: news that is confirmed, or beyond doubt. */
  readonly isWarning: boolean
  /** `null`: the build itself, or time outside all plugins. */
  readonly plugin: string | null
  readonly hook: string | null
  readonly observedMs: number
  readonly expectedMs: number
  readonly deltaMs: number
  /** Observed over expected; `null` where nothing was expected. */
  readonly ratio: number | null
  readonly pValue: number
  /** What else changed since the last build without it, most telling first. */
  readonly evidence: readonly Evidence[]
  /** All of it in one sentence that a person can act on. */
  readonly sentence: string
}

export interface ReportedHookChange {
  readonly plugin: string
  readonly hook: string
  readonly kind: ChangeKind
  readonly deltaMs: number
  readonly parts: ChangeParts
  /** Largest change first, at most three. */
  readonly modules: readonly { readonly id: string; readonly deltaMs: number }[]
}

/** The difference to a usual build, taken apart: hooks, those that are not listed and the rest add up to it. */
export interface ReportedChange {
  readonly beforeMs: number
  readonly afterMs: number
  /** How much slower everything was alike. */
  readonly machineRatio: number
  /** Largest change of its own first, at most twenty. */
  readonly hooks: readonly ReportedHookChange[]
  readonly otherHooksMs: number
  /** What no hook accounts for. */
  readonly restMs: number
}

export type RecommendationKind = 'filter' | 'blocking' | 'duplicate-work' | 'not-worth-memoizing' | 'worth-memoizing' | 'store-too-small' | 'build-only-in-dev'

export interface Recommendation {
  readonly kind: RecommendationKind
  readonly plugin: string | null
  readonly hook: string | null
  /** What it would save a build like this one; 0 where that is not known. */
  readonly savingMs: number
  /** What is so and what to do about it, in one sentence. */
  readonly sentence: string
}

export interface MonitorReport {
  /** Of this build. */
  readonly id: string
  readonly stratum: Stratum
  /** Builds before this one that it may be compared with. */
  readonly builds: number
  /** What was to be expected at the start; `null` before there is anything to compare with, and where nobody reads it. */
  readonly forecast: Forecast | null
  /** Alerts first, then by size. */
  readonly anomalies: readonly ReportedAnomaly[]
  /** `null` in the first builds, and where nobody reads it and there is no anomaly. */
  readonly change: ReportedChange | null
  /** By saving. */
  readonly recommendations: readonly Recommendation[]
}
