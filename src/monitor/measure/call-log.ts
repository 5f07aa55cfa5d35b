/**
 * Every call of a build with its times, for a trace file. Kept only where one is asked for, and no more than MAX_ENTRIES of
 * each kind: a trace viewer shows no more either.
 */
import type { Call } from './call.ts'
import type { CallTimes } from './timings.ts'

const MAX_ENTRIES = 200_000

export class CallLog {
  readonly slices: CallTimes[] = []
  readonly spans: CallTimes[] = []

  /** The main thread ran this call, without a pause of its own. */
  slice(call: Call, startMs: number, endMs: number): void {
    if (this.slices.length < MAX_ENTRIES) this.slices.push(timesOf(call, startMs, endMs))
  }

  /** A call that had to wait is over. */
  span(call: Call, endMs: number): void {
    if (this.spans.length < MAX_ENTRIES) this.spans.push(timesOf(call, call.startedAt, endMs))
  }
}

function timesOf({ tally, id, depth }: Call, startMs: number, endMs: number): CallTimes {
  return { plugin: tally.plugin, hook: tally.hook, id, depth, startMs, endMs }
}
