/**
 * Main-thread time that passed while no measured call was running but some had not settled. It belongs to one of these or
 * to the bundler; nobody saw. Each pending call is charged an equal share, so that numbers add up to the time that
 * passed; and of each hook it is known how much of it passed while its calls were pending, and while no other hook's were.
 *
 * A constant amount of work for each event, however many calls are pending.
 */
import type { Call } from './call.ts'
import type { HookTally } from './hook-tally.ts'

export class UnseenTime {
  readonly #pending = new Set<Call>()
  #hooks = 0
  /** Sum of the places of hooks with pending calls: of a single one, its place. */
  #places = 0
  /** Share of a call that is pending since the beginning. */
  #shareMs = 0
  #openMs = 0

  get calls(): ReadonlySet<Call> {
    return this.#pending
  }

  add(call: Call): void {
    const { tally, index } = call
    call.shareSince = this.#shareMs
    this.#pending.add(call)
    if (tally.pending++ > 0) return
    tally.openSince = this.#openMs
    this.#hooks += 1
    this.#places += index
  }

  /** The call has settled. Charge it first. */
  remove(call: Call): void {
    const { tally, index } = call
    this.#pending.delete(call)
    if (--tally.pending > 0) return
    tally.openMs += this.#openMs - tally.openSince
    this.#hooks -= 1
    this.#places -= index
  }

  passed(ms: number, tallies: readonly HookTally[]): void {
    const { size } = this.#pending
    if (size === 0 || ms <= 0) return
    this.#openMs += ms
    this.#shareMs += ms / size
    if (this.#hooks > 1) return
    tallies[this.#places]!.soleMs += ms
  }

  /** Charges a pending call, and so its hook, its share since it was last charged. */
  charge(call: Call): void {
    const sharedMs = this.#shareMs - call.shareSince
    call.shareSince = this.#shareMs
    call.sharedMs += sharedMs
    call.tally.sharedMs += sharedMs
  }

  /** Brings the sums of a hook with pending calls up to date. */
  settleOpen(tally: HookTally): void {
    if (tally.pending === 0) return
    tally.openMs += this.#openMs - tally.openSince
    tally.openSince = this.#openMs
  }
}
