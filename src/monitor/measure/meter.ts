/**
 * Meter: the calls of a build, from one event to the next: a call's beginning, its return and its settling. What passes between two
 * of them is told apart by whose it is (owned-time.ts).
 *
 * No async hooks, no context, and nothing but a record for a call that returns no promise, once its hook is known not to: turns are followed
 * for hooks whose calls wait, and for a sample of the others. A call that throws, rejects, returns a foreign thenable or never settles leaves
 * nothing behind. State per build: calls that outlive theirs are listed as
 * unfinished in it and ignored in the next one.
 *
 * Deep mode is told in addition when a call goes on after an `await`, and when it pauses again: then nothing is unseen,
 * and what is nobody's is the bundler's.
 */
import type { Call } from './call.ts'
import { CallLog } from './call-log.ts'
import { HookTally } from './hook-tally.ts'
import type { HookKind } from './hook-tally.ts'
import { OwnedTime } from './owned-time.ts'
import type { MeterClock } from './owned-time.ts'
import { summarise } from './summarise.ts'
import type { BuildTimings, UnfinishedCall } from './timings.ts'

export type { MeterClock } from './owned-time.ts'

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

/** After so many calls that returned no promise a hook is taken for one that returns none, and one call in so many is looked at more closely. */
const SAMPLED_CALLS = 8

export class Meter {
  readonly #options: MeterOptions
  readonly #hooks: Meterable[] = []
  #tallies: HookTally[] = []
  readonly #time: OwnedTime
  /** What was on top when a call went on, and the call. */
  #resumed: { call: Call | null; readonly top: Call | null; readonly at: number }[] = []
  #log: CallLog | null = null
  #stop: (() => void) | null = null
  #lastEventAt = 0

  constructor(options: MeterOptions) {
    this.#options = options
    this.#time = new OwnedTime(options.clock, { isBundlerNative: options.isBundlerNative, isDeep: this.isDeep })
    this.begin()
  }

  /** A build or a rebuild begins. Calls that are still open belong to the one before. */
  begin(): void {
    const { follow, isLogging } = this.#options
    this.#tallies = this.#hooks.map(toTally)
    this.#time.begin(this.#tallies)
    this.#resumed = []
    this.#log = isLogging ? new CallLog() : null
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
    this.#time.rest()
  }

  /** @returns The place of the hook, by which its calls are told. */
  register(hook: Meterable): number {
    this.#tallies.push(toTally(hook))
    return this.#hooks.push(hook) - 1
  }

  /** A call begins. What is called before it returns is called by it. */
  enter(place: number, args: readonly unknown[]): Call {
    const tally = this.#tallies[place]!
    const time = this.#time
    const now = time.advance()
    const parent = time.top
    // A loose gap holds what was done on the stack of the call before.
    if (parent === null && !time.isLoose && this.#options.isBundlerNative) tally.crossings.add(time.gapMs)
    if (isFollowed(tally)) time.followTurn()
    tally.calls += 1
    if (tally.inFlight++ === 0) tally.busySince = now
    const call: Call = {
      tally, index: place, id: this.#hooks[place]!.idOf(args), input: tally.kind === 'code' ? args[0] : undefined, parent, depth: parent === null ? 0 : parent.depth + 1,
      startedAt: now, running: 1, seenMs: 0, sharedMs: 0, shareSince: 0,
    }
    time.top = call
    return call
  }

  /** The call returned, and is over. @param result `undefined` when it failed. */
  leave(call: Call, result: unknown): void {
    const now = this.#time.advance()
    this.#lastEventAt = now
    this.#time.isLoose = !this.#time.isTurnFollowed && !this.isDeep
    this.#unwind(call, now)
    this.#end(call, now, result)
  }

  /** The call returned, and is not over. */
  suspend(call: Call): void {
    this.#unwind(call, this.#time.advance())
    if (call.tally !== this.#tallies[call.index]) return
    call.tally.hasWaited = true
    this.#time.wait(call)
  }

  /** A call that was suspended is over. @param result `undefined` when it failed. */
  settle(call: Call, result: unknown): void {
    // Not in it: the call began in an earlier build.
    if (!this.#time.waiting.has(call)) return
    const now = this.#time.settle(call)
    this.#lastEventAt = now
    // It handed on its result through a callback: what goes on below is somebody else's.
    if (this.#time.top === call) this.#giveUp(now)
    this.#log?.span(call, now)
    this.#end(call, now, result)
  }

  /** The call that is running. */
  get running(): Call | null {
    return this.#time.top
  }

  /** A call goes on, or something that is nobody's begins. To be followed by `pause`. */
  resume(call: Call | null): void {
    const at = this.#time.advance()
    const known = call !== null && call.tally === this.#tallies[call.index] ? call : null
    this.#resumed.push({ call: known, top: this.#time.top, at })
    if (known !== null) {
      known.running += 1
      known.depth = this.#time.top === null ? 0 : this.#time.top.depth + 1
    }
    this.#time.top = known
  }

  pause(): void {
    const last = this.#resumed.pop()
    // The build began in between.
    if (last === undefined) return
    const now = this.#time.advance()
    if (last.call !== null) {
      last.call.running -= 1
      this.#log?.slice(last.call, last.at, now)
    }
    this.#time.top = last.top
  }

  /** From here on, what goes on is nobody's. */
  #giveUp(now: number): void {
    this.#time.top = null
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
    const owner = this.#time.top
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
    this.#time.own(ms)
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
    const time = this.#time
    time.chargeOpen()
    return summarise({
      mode: this.isDeep ? 'deep' : 'default', tallies: this.#tallies.filter(({ calls }) => calls > 0), wallMs, pitcrewMs: time.pitcrewMs,
      idleMs: time.idleMs, interruptedMs: time.interruptedMs, name,
      unfinished: this.unfinished(),
    })
  }

  /** Calls that have not settled, oldest first. Ids are absolute. */
  unfinished(): UnfinishedCall[] {
    const now = this.#options.clock.now()
    return Array.from(this.#time.waiting, ({ tally, id, startedAt }) => ({ plugin: tally.plugin, hook: tally.hook, id, sinceMs: now - startedAt }))
  }

  #unwind(call: Call, now: number): void {
    call.running -= 1
    this.#log?.slice(call, call.startedAt, now)
    // A loader may hand on its result, and so end, while it stands below another one.
    while (this.#time.top !== null && this.#time.top.running === 0) this.#time.top = this.#time.top.parent
  }

  #end(call: Call, now: number, result: unknown): void {
    const { tally } = call
    tally.spanMs += now - call.startedAt
    if (--tally.inFlight === 0) tally.busyMs += now - tally.busySince
    tally.end(call.id, call.seenMs + call.sharedMs, call.input, result)
  }
}

/** Whether a call of it is likely to wait, or is one of the sample. */
function isFollowed({ hasWaited, calls }: HookTally): boolean {
  return hasWaited || calls < SAMPLED_CALLS || calls % SAMPLED_CALLS === 0
}

function toTally({ plugin, hook, kind }: Meterable): HookTally {
  return new HookTally(plugin, hook, kind)
}
