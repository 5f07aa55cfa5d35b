/** What host and memo tell each other about one call: how it is run, stored and given back, and what became of it. */
import type { Cause, Outcome } from '../types.ts'
import type { CallKey } from './keys.ts'
import type { MemoRecord, Payload } from './record/record.ts'
import type { CallInfo, Site } from './sites/site.ts'
import type { HostCheck } from './trace/seal.ts'
import type { Trace } from './trace/trace.ts'

/** A result in stored form, or the reason why it has none. */
export type EncodedResult =
  | { readonly ok: true; readonly result: unknown; readonly code: Payload | null; readonly map: string | null }
  | { readonly ok: false; readonly reason: string }

/** What only the host knows about a call: how to run it, how its result is stored and how it is given back. */
export interface HostCall<Result> {
  readonly call: CallInfo
  /** Runs the plugin's own code; with a trace its context is watched, without one nothing is in between. */
  execute(trace: Trace | null): Result | PromiseLike<Result>
  /** Runs it again for its effect on the plugin's own state, with all effects on the bundler muted. */
  rerun(): Promise<unknown>
  /**
   * Runs it once more after it was served, for an audit: watched, with all effects on the bundler muted, also after the
   * build. Rejects as the plugin does; where that cannot be told from what only an audit does to it, `trace` is refused.
   */
  repeat(record: MemoRecord, trace: Trace): Promise<Result>
  encode(result: Result): EncodedResult
  /** Gives back the result and replays the effects. */
  replay(record: MemoRecord): Result | Promise<Result>
  readonly check: HostCheck
}

/** What became of one call, for the report and the ledger. */
export interface CallReport {
  readonly site: Site
  readonly call: CallInfo
  readonly outcome: Outcome
  readonly cause: Cause | null
  /** The reason in words, for `refused` and `bypass`, and for what could not be stored. */
  readonly reason: string | null
  readonly key: CallKey | null
  readonly dependencyCount: number
  readonly startedAt: number
  readonly endedAt: number
  readonly costMs: number
  /** What the call cost when it was recorded; 0 unless a hit. */
  readonly recordedCostMs: number
}
