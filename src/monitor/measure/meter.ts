/**
 * Meter: whose the main thread is, from one event to the next.
 *
 * Events are a call's beginning, its return and its settling. Between two of them main-thread time passed, and it belongs
 *
 * - to the innermost call that was running then, if one was: nested calls are the callee's, exactly;
 * - else to nobody, as far as the event loop slept (libuv counts that);
 * - else to one of the calls that have not settled, or to the bundler: nobody saw. What is known of it all the same, by the turn
 *   of the event loop that it passed in (turn.ts), or because one hook alone had calls open, is counted (unseen-time.ts); the
 *   rest is nobody's.
 *
 * No async hooks, no context, and nothing but a record for a call that returns no promise, once its hook is known not to: turns are followed
 * for hooks whose calls wait, and for a sample of the others. A call that throws, rejects, returns a foreign thenable or never settles leaves
 * nothing behind. State per build: calls that outlive theirs are listed as
 * unfinished in it and ignored in the next one.
 *
 * Deep mode is told in addition when a call goes on after an `await`, and when it pauses again: then nothing is unseen,
 * and what is nobody's is the bundler's.
 */
import { Turn } from '../../turn.ts'
import type { Call } from './call.ts'
import { CallLog } from './call-log.ts'
import { HookTally } from './hook-tally.ts'
import type { HookKind } from './hook-tally.ts'
import { ProcessorShare } from './processor-share.ts'
import type { WaitClock } from './processor-share.ts'
import { summarise } from './summarise.ts'
import type { BuildTimings, UnfinishedCall } from './timings.ts'
import { UnseenTime } from './unseen-time.ts'

export interface MeterClock {
  /** Monotonic milliseconds. */
  now(): number
  /** Milliseconds that the event loop has slept so far. */
  idle(): number
  /** What the main thread waits for a processor; without it nothing is known of that. */
  readonly waits?: WaitClock | undefined
}

/** One hook of one plugin, for as long as the meter lives. */
export interface Meterable {
  readonly plugin: string
  readonly hook: string
  readonly kind: HookKind
  /** Which module a call is about, from its arguments. */
  readonly idOf: (args: readonly unknown[]) => string
}

export interface MeterOptions {
  readonly clock: MeterClock
  /** The bundler works on threads of its own: what the main thread does between calls is to hand them over. */
  readonly isBundlerNative: boolean
  /** Starts telling the meter when calls go on and pause. @returns Stops it. */
  readonly follow: ((meter: Meter) => () => void) | null
  /** Whether every call is to be kept, for a trace file. */
  readonly isLogging: boolean
}

/** The event loop does not sleep for less between two events; asking it costs as much as looking at the clock. */
const NAP_MS = 0.01
/** After so many calls that returned no promise a hook is taken for one that returns none, and one call in so many is looked at more closely. */
const SAMPLED_CALLS = 8

export class Meter {
  readonly #options: MeterOptions
  readonly #hooks: Meterable[] = []
  #tallies: HookTally[] = []
  #top: Call | null = null
  /** What was on top when a call went on, and the call. */
  #resumed: { call: Call | null; readonly top: Call | null; readonly at: number }[] = []
  #unseen: UnseenTime
  readonly #share: ProcessorShare
  #turn: Turn<Call> | null = null
  readonly #catchUp = (): void => void this.#advance()
  readonly #endTurn = (turn: Turn<Call>): void => {
    if (this.#turn === turn) this.#turn = null
  }
  /** The last call was over without a turn that tells when its stack had unwound. */
  #isLoose = false
  #log: CallLog | null = null
  #stop: (() => void) | null = null
  #pitcrewMs = 0
  #lastEventAt = 0
  /** What the last time that nobody saw took, without sleep. */
  #gapMs = 0
  #lastAt = 0
  #lastIdleMs = 0
  #beganIdleMs = 0

  constructor(options: MeterOptions) {
    this.#options = options
    this.#unseen = new UnseenTime(options.isBundlerNative)
    this.#share = new ProcessorShare(options.clock.waits ?? null)
    this.begin()
  }

  /** A build or a rebuild begins. Calls that are still open belong to the one before. */
  begin(): void {
    const { clock, follow, isLogging, isBundlerNative } = this.#options
    this.#share.begin()
    this.#lastAt = clock.now()
    this.#lastIdleMs = this.#beganIdleMs = clock.idle()
    this.#tallies = this.#hooks.map(toTally)
    this.#top = null
    this.#resumed = []
    this.#unseen = new UnseenTime(isBundlerNative)
    this.#turn = null
    this.#log = isLogging ? new CallLog() : null
    this.#pitcrewMs = 0
    if (follow) this.#stop ??= follow(this)
  }

  /** Nothing is followed until the next build. */
  rest(): void {
    this.#stop?.()
    this.#stop = null
    this.over()
  }

  /** A build is over: what others take from the thread does not matter until the next one. */
  over(): void {
    this.#share.rest()
  }

  /** @returns The place of the hook, by which its calls are told. */
  register(hook: Meterable): number {
    this.#tallies.push(toTally(hook))
    return this.#hooks.push(hook) - 1
  }

  /** A call begins. What is called before it returns is called by it. */
  enter(place: number, args: readonly unknown[]): Call {
    const tally = this.#tallies[place]!
    const now = this.#advance()
    const parent = this.#top
    // A loose gap holds what was done on the stack of the call before.
    if (parent === null && !this.#isLoose && this.#options.isBundlerNative) tally.crossings.add(this.#gapMs)
    if (isFollowed(tally)) this.#followTurn()
    tally.calls += 1
    if (tally.inFlight++ === 0) tally.busySince = now
    const call: Call = {
      tally, index: place, id: this.#hooks[place]!.idOf(args), input: tally.kind === 'code' ? args[0] : undefined, parent, depth: parent === null ? 0 : parent.depth + 1,
      startedAt: now, running: 1, seenMs: 0, sharedMs: 0, shareSince: 0,
    }
    this.#top = call
    return call
  }

  /** The call returned, and is over. @param result `undefined` when it failed. */
  leave(call: Call, result: unknown): void {
    const now = this.#advance()
    this.#lastEventAt = now
    this.#isLoose = this.#turn === null && !this.isDeep
    this.#unwind(call, now)
    this.#end(call, now, result)
  }

  /** The call returned, and is not over. */
  suspend(call: Call): void {
    this.#unwind(call, this.#advance())
    if (call.tally !== this.#tallies[call.index]) return
    call.tally.hasWaited = true
    this.#isLoose = false
    this.#unseen.add(call)
    this.#followTurn()
    this.#turn?.add(call)
  }

  /** A call that was suspended is over. @param result `undefined` when it failed. */
  settle(call: Call, result: unknown): void {
    // Not in it: the call began in an earlier build.
    if (!this.#unseen.calls.has(call)) return
    const now = this.#advance(call)
    this.#lastEventAt = now
    this.#isLoose = false
    this.#unseen.charge(call)
    this.#unseen.remove(call)
    // It handed on its result through a callback: what goes on below is somebody else's.
    if (this.#top === call) this.#giveUp(now)
    this.#log?.span(call, now)
    this.#end(call, now, result)
  }

  /** The call that is running. */
  get running(): Call | null {
    return this.#top
  }

  #followTurn(): void {
    if (!this.isDeep) this.#turn ??= new Turn(ofOneHook, this.#catchUp, this.#endTurn)
  }

  /** A call goes on, or something that is nobody's begins. To be followed by `pause`. */
  resume(call: Call | null): void {
    const at = this.#advance()
    const known = call !== null && call.tally === this.#tallies[call.index] ? call : null
    this.#resumed.push({ call: known, top: this.#top, at })
    if (known !== null) {
      known.running += 1
      known.depth = this.#top === null ? 0 : this.#top.depth + 1
    }
    this.#top = known
  }

  pause(): void {
    const last = this.#resumed.pop()
    // The build began in between.
    if (last === undefined) return
    const now = this.#advance()
    if (last.call !== null) {
      last.call.running -= 1
      this.#log?.slice(last.call, last.at, now)
    }
    this.#top = last.top
  }

  /** From here on, what goes on is nobody's. */
  #giveUp(now: number): void {
    this.#top = null
    const last = this.#resumed.at(-1)
    if (!last?.call) return
    last.call.running -= 1
    this.#log?.slice(last.call, last.at, now)
    last.call = null
  }

  /** Runs `body`, which is nobody's, within a call. */
  outside<T>(body: () => T): T {
    this.resume(null)
    try {
      return body()
    } finally {
      this.pause()
    }
  }

  /** A function that is called from elsewhere, as a part of the call that is running now. */
  bind<Args extends unknown[], T>(body: (...args: Args) => T): (...args: Args) => T {
    const owner = this.#top
    const meter = this
    return function (this: unknown, ...args: Args): T {
      meter.resume(owner)
      try {
        return Reflect.apply(body, this, args) as T
      } finally {
        meter.pause()
      }
    }
  }

  /** The last `ms` were work of Pitcrew itself, on the main thread. */
  own(ms: number): void {
    if (this.#top !== null) return
    const now = this.#options.clock.now()
    const ownMs = Math.min(ms, now - this.#lastAt)
    // Asked about like a call: what was waited in it would be taken from the next one.
    this.#pitcrewMs += ownMs - this.#share.inCall(ownMs)
    this.#passedUnseen(now - this.#lastAt - ownMs)
    this.#lastAt = now
  }

  /** When anything last began, went on or ended. */
  get lastEventAt(): number {
    return this.#lastEventAt
  }

  get isDeep(): boolean {
    return this.#options.follow !== null
  }

  /** Every call of this build, and when it ran; `null` when they are not kept. */
  get log(): CallLog | null {
    return this.#log
  }

  /** What was measured of this build so far. @param name A module id as a person knows it. */
  timings(wallMs: number, name: (id: string) => string): BuildTimings {
    const now = this.#advance()
    for (const tally of this.#tallies) this.#settleOpen(tally, now)
    for (const call of this.#unseen.calls) this.#unseen.charge(call)
    const { clock, follow } = this.#options
    return summarise({
      mode: follow ? 'deep' : 'default', tallies: this.#tallies.filter(({ calls }) => calls > 0), wallMs, pitcrewMs: this.#pitcrewMs,
      idleMs: clock.idle() - this.#beganIdleMs, interruptedMs: this.#share.takenMs, name,
      unfinished: this.unfinished(),
    })
  }

  /** Calls that have not settled, oldest first. Ids are absolute. */
  unfinished(): UnfinishedCall[] {
    const now = this.#options.clock.now()
    return Array.from(this.#unseen.calls, ({ tally, id, startedAt }) => ({ plugin: tally.plugin, hook: tally.hook, id, sinceMs: now - startedAt }))
  }

  #unwind(call: Call, now: number): void {
    call.running -= 1
    this.#log?.slice(call, call.startedAt, now)
    // A loader may hand on its result, and so end, while it stands below another one.
    while (this.#top !== null && this.#top.running === 0) this.#top = this.#top.parent
  }

  #end(call: Call, now: number, result: unknown): void {
    const { tally } = call
    tally.spanMs += now - call.startedAt
    if (--tally.inFlight === 0) tally.busyMs += now - tally.busySince
    tally.end(call.id, call.seenMs + call.sharedMs, call.input, result)
  }

  /** Attributes the time since the last event. @param settling The call that is over now. @returns Now. */
  #advance(settling: Call | null = null): number {
    const now = this.#options.clock.now()
    const passedMs = now - this.#lastAt
    this.#lastAt = now
    const top = this.#top
    if (top === null) this.#passedUnseen(passedMs, settling)
    else {
      const ranMs = passedMs - this.#share.inCall(passedMs)
      top.seenMs += ranMs
      top.tally.seenMs += ranMs
    }
    return now
  }

  #passedUnseen(passedMs: number, settling: Call | null = null): void {
    const activeMs = this.#activeOf(passedMs)
    this.#gapMs = activeMs
    if (!this.#options.follow) this.#shareOut(activeMs, settling)
  }

  /** What of it the main thread was not idle, nor waiting for a processor. */
  #activeOf(passedMs: number): number {
    if (passedMs < NAP_MS) return passedMs
    const before = this.#lastIdleMs
    this.#lastIdleMs = this.#options.clock.idle()
    const idleMs = this.#lastIdleMs - before
    return passedMs - idleMs - this.#share.inGap(passedMs, idleMs)
  }

  /** Time in which no call stood on the stack: the call's whose turn it is, or shared among those that wait. */
  #shareOut(activeMs: number, settling: Call | null): void {
    const turn = this.#turn
    // Asked before the turn learns what settles.
    const owner = turn === null ? null : turn.owner
    const isOwn = turn === null || settling === null || turn.settle(settling)
    if (activeMs <= 0) return
    if (owner !== null && isOwn) this.#unseen.passedIn(settledOr(owner, settling), activeMs)
    else if (turn !== null && turn.isUnwinding) this.#unseen.passedAround(activeMs)
    else this.#unseen.passed(activeMs, this.#tallies, owner !== null)
  }

  /** Brings the sums of a hook with open calls up to date. */
  #settleOpen(tally: HookTally, now: number): void {
    this.#unseen.settleOpen(tally)
    if (tally.inFlight === 0) return
    tally.busyMs += now - tally.busySince
    tally.busySince = now
  }
}

/** Whether a call of it is likely to wait, or is one of the sample. */
function isFollowed({ hasWaited, calls }: HookTally): boolean {
  return hasWaited || calls < SAMPLED_CALLS || calls % SAMPLED_CALLS === 0
}

/** Of two calls of one hook the one that settles is meant. */
function settledOr(owner: Call, settling: Call | null): Call {
  return settling !== null && owner.tally === settling.tally ? settling : owner
}

function ofOneHook(a: Call, b: Call): boolean {
  return a.tally === b.tally
}

function toTally({ plugin, hook, kind }: Meterable): HookTally {
  return new HookTally(plugin, hook, kind)
}
