/**
 * Main-thread time that passed while no measured call was running but some had not settled. Nobody saw whose it was.
 *
 * Of each hook it is known how much passed while its calls were pending, which bounds it, and of that
 *
 * - what ran in a turn of the event loop that calls of this hook alone began (turn.ts): it is counted as theirs;
 * - what passed while calls of this hook alone were pending, where the bundler works on threads of its own: counted as theirs, in
 *   equal shares, although it may be the bundler's;
 * - what is contested: calls of several hooks were pending, or the bundler works here, and nothing speaks for one. It is nobody's.
 *
 * A constant amount of work for each event, however many calls are pending.
 */
import type { Call } from './call.ts'
import type { HookTally } from './hook-tally.ts'

export class UnseenTime {
  readonly #isBundlerNative: boolean
  readonly #pending = new Set<Call>()
  #hooks = 0
  /** Sum of the places of hooks with pending calls: of a single one, its place. */
  #places = 0
  /** Share of a call that is pending since the beginning. */
  #shareMs = 0
  #openMs = 0
  #contestedMs = 0

  constructor(isBundlerNative: boolean) {
    this.#isBundlerNative = isBundlerNative
  }

  get calls(): ReadonlySet<Call> {
    return this.#pending
  }

  add(call: Call): void {
    const { tally, index } = call
    call.shareSince = this.#shareMs
    this.#pending.add(call)
    if (tally.pending++ > 0) return
    tally.openSince = this.#openMs
    tally.contestedSince = this.#contestedMs
    this.#hooks += 1
    this.#places += index
  }

  /** The call has settled. Charge it first. */
  remove(call: Call): void {
    const { tally, index } = call
    this.#pending.delete(call)
    if (tally.pending === 1) this.settleOpen(tally)
    if (--tally.pending > 0) return
    this.#hooks -= 1
    this.#places -= index
  }

  /** Calls began that did not end in this turn, and this is what one of them went on to do. */
  passedIn(owner: Call, ms: number): void {
    this.#openMs += ms
    owner.sharedMs += ms
    owner.tally.sharedMs += ms
  }

  /** The bundler is on the stack, or a call that is pending and called it. */
  passedAround(ms: number): void {
    this.#openMs += ms
  }

  /** @param isWoken Whether a call was woken by another: then it is not the doing of one of them alone. */
  passed(ms: number, tallies: readonly HookTally[], isWoken: boolean): void {
    const { size } = this.#pending
    if (size === 0 || ms <= 0) return
    this.#openMs += ms
    if (this.#hooks > 1 || isWoken || !this.#isBundlerNative) {
      this.#contestedMs += ms
      return
    }
    this.#shareMs += ms / size
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
    tally.contestedMs += this.#contestedMs - tally.contestedSince
    tally.contestedSince = this.#contestedMs
  }
}
