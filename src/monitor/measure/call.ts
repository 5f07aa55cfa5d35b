/** One call of a measured hook, as the meter keeps it while it lasts. */
import type { HookTally } from './hook-tally.ts'

export interface Call {
  readonly tally: HookTally
  /** Place of its tally. */
  readonly index: number
  readonly id: string
  /** The code that it was given, if its result is to be compared with it. */
  readonly input: unknown
  /** The call that it was made in. */
  readonly parent: Call | null
  /** Calls below it on the stack, where it runs. */
  depth: number
  readonly startedAt: number
  /** Counts the places of the stack where it stands: 0 while it waits, and when it is over. */
  running: number
  seenMs: number
  sharedMs: number
  /** The count of fair shares when it was last charged. */
  shareSince: number
}
