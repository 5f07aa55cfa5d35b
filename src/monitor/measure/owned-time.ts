/**
 * Whose the main thread is, from one event to the next.
 *
 * Events are a call's beginning, its return and its settling. Between two of them main-thread time passed, and it belongs
 *
 * - to the innermost call that was running then, if one was: nested calls are the callee's, exactly;
 * - else to nobody, as far as the event loop slept (libuv counts that);
 * - else to one of the calls that have not settled, or to the bundler: nobody saw. What is known of it all the same, by the turn
 *   of the event loop that it passed in (turn.ts), or because one hook alone had calls open, is counted (unseen-time.ts); the
 *   rest is nobody's.
 *
 * State per build; nothing is kept of calls of the one before.
 */
import { Ticks, Turn } from '../../turn.ts'
import type { Call } from './call.ts'
import type { HookTally } from './hook-tally.ts'
import { ProcessorShare } from './processor-share.ts'
import type { WaitClock } from './processor-share.ts'
import { UnseenTime } from './unseen-time.ts'

export interface MeterClock {
  /** Monotonic milliseconds. */
  now(): number
  /** Milliseconds that the event loop has slept so far. */
  idle(): number
  /** What the main thread waits for a processor; without it nothing is known of that. */
  readonly waits?: WaitClock | undefined
  /** Those of the build. @default its own */
  readonly ticks?: Ticks | undefined
}

export interface Host {
  readonly isBundlerNative: boolean
  /** Somebody tells when calls go on and pause: nothing is unseen. */
  readonly isDeep: boolean
}

/** The event loop does not sleep for less between two events; asking it costs as much as looking at the clock. */
const NAP_MS = 0.01
/** Within a turn it does not sleep at all, unless somebody runs one within it to wait for something. */
const NAP_IN_TURN_MS = 1

export class OwnedTime {
  readonly #clock: MeterClock
  readonly #host: Host
  readonly #share: ProcessorShare
  /** The innermost call that is running. */
  top: Call | null = null
  /** The last call was over without a turn that tells when its stack had unwound. */
  isLoose = false
  #tallies: readonly HookTally[] = []
  #unseen: UnseenTime
  readonly #catchUp = (): void => void this.advance()
  readonly #ticks: Ticks
  #turn: Turn<Call>
  #pitcrewMs = 0
  #gapMs = 0
  #lastAt = 0
  #lastIdleMs = 0
  #beganIdleMs = 0

  constructor(clock: MeterClock, host: Host) {
    this.#clock = clock
    this.#host = host
    this.#unseen = new UnseenTime(host.isBundlerNative)
    this.#share = new ProcessorShare(clock.waits ?? null)
    this.#ticks = clock.ticks ?? new Ticks()
    this.#turn = new Turn(ofOneHook, this.#catchUp, this.#ticks)
  }

  /** A build or a rebuild begins. @param tallies By place; more may be added. */
  begin(tallies: readonly HookTally[]): void {
    this.#share.begin()
    this.#lastAt = this.#clock.now()
    this.#lastIdleMs = this.#beganIdleMs = this.#clock.idle()
    this.#tallies = tallies
    this.top = null
    this.#unseen = new UnseenTime(this.#host.isBundlerNative)
    // One of the build before may not be over.
    this.#turn = new Turn(ofOneHook, this.#catchUp, this.#ticks)
    this.#pitcrewMs = 0
  }

  /** It is over: what others take from the thread does not matter until the next one. */
  rest(): void {
    this.#share.rest()
  }

  /** Calls that have returned and not settled, oldest first. */
  get waiting(): ReadonlySet<Call> {
    return this.#unseen.calls
  }

  /** What the last time that nobody saw took, without sleep. */
  get gapMs(): number {
    return this.#gapMs
  }

  get isTurnFollowed(): boolean {
    return this.#turn.isOpen
  }

  get pitcrewMs(): number {
    return this.#pitcrewMs
  }

  /** What the event loop slept in this build. */
  get idleMs(): number {
    return this.#clock.idle() - this.#beganIdleMs
  }

  /** What others had the processor in this build. */
  get interruptedMs(): number {
    return this.#share.takenMs
  }

  /** What goes on when the stack has unwound is told apart. */
  followTurn(): void {
    if (!this.#host.isDeep) this.#turn.open()
  }

  /** A call has returned, and is not over. */
  wait(call: Call): void {
    this.isLoose = false
    this.#unseen.add(call)
    this.followTurn()
    this.#turn.add(call)
  }

  /** A call that waited is over. @returns Now. */
  settle(call: Call): number {
    const now = this.advance(call)
    this.isLoose = false
    this.#unseen.charge(call)
    this.#unseen.remove(call)
    return now
  }

  /** Attributes the time since the last event. @param settling The call that is over now. @returns Now. */
  advance(settling: Call | null = null): number {
    const now = this.#clock.now()
    const passedMs = now - this.#lastAt
    this.#lastAt = now
    const { top } = this
    if (top === null) this.#passedUnseen(passedMs, settling)
    else {
      const ranMs = passedMs - this.#share.inCall(passedMs)
      top.seenMs += ranMs
      top.tally.seenMs += ranMs
    }
    return now
  }

  /** The last `ms` were work of Pitcrew itself. */
  own(ms: number): void {
    if (this.top !== null) return
    const now = this.#clock.now()
    const ownMs = Math.min(ms, now - this.#lastAt)
    // Asked about like a call: what was waited in it would be taken from the next one.
    this.#pitcrewMs += ownMs - this.#share.inCall(ownMs)
    this.#passedUnseen(now - this.#lastAt - ownMs)
    this.#lastAt = now
  }

  /** Brings the sums of all hooks with open calls up to date. */
  chargeOpen(): void {
    const now = this.advance()
    for (const tally of this.#tallies) this.#settleOpen(tally, now)
    for (const call of this.#unseen.calls) this.#unseen.charge(call)
  }

  #settleOpen(tally: HookTally, now: number): void {
    this.#unseen.settleOpen(tally)
    if (tally.inFlight === 0) return
    tally.busyMs += now - tally.busySince
    tally.busySince = now
  }

  #passedUnseen(passedMs: number, settling: Call | null = null): void {
    const activeMs = passedMs < NAP_MS ? passedMs : this.#activeOf(passedMs)
    this.#gapMs = activeMs
    if (this.#isShared) this.#shareOut(activeMs, settling)
  }

  /** What of it the main thread was not idle, nor waiting for a processor. */
  #activeOf(passedMs: number): number {
    const idleMs = this.#turn.isOpen && passedMs < NAP_IN_TURN_MS ? 0 : this.#napped()
    return passedMs - idleMs - this.#share.inGap(passedMs, idleMs)
  }

  /** What the loop slept since that was asked last. */
  #napped(): number {
    const before = this.#lastIdleMs
    this.#lastIdleMs = this.#clock.idle()
    return this.#lastIdleMs - before
  }

  /** Somebody has a claim to what nobody saw. */
  get #isShared(): boolean {
    return !this.#host.isDeep && (this.#turn.isOpen || this.#unseen.calls.size > 0)
  }

  /** Time in which no call stood on the stack: the call's whose turn it is, or shared among those that wait. */
  #shareOut(activeMs: number, settling: Call | null): void {
    const turn = this.#turn
    // Asked before the turn learns what settles.
    const { owner } = turn
    const isOwn = settling === null || turn.settle(settling)
    if (activeMs <= 0) return
    if (owner !== null && isOwn) this.#unseen.passedIn(settledOr(owner, settling), activeMs)
    else if (turn.isUnwinding) this.#unseen.passedAround(activeMs)
    else this.#unseen.passed(activeMs, this.#tallies, owner !== null)
  }
}

/** Of two calls of one hook the one that settles is meant. */
function settledOr(owner: Call, settling: Call | null): Call {
  return settling !== null && owner.tally === settling.tally ? settling : owner
}

function ofOneHook(a: Call, b: Call): boolean {
  return a.tally === b.tally
}
