/**
 * What was measured of one build: the part of the report that history, anomalies and recommendations are made from.
 *
 * A number is given with what it is worth. Spans of concurrent calls may not be summed, and what runs after an `await` is
 * not seen without async hooks, so each hook says which of three things its number is:
 *
 * - `exact`: what it did was seen, up to 2 %: it ran synchronously, or waited for what is not on the main thread, or the
 *   timings are deep.
 * - `bounded`: main-thread time passed that nobody saw while its calls were pending, most of it while no other hook's were.
 *   It is the hook's or the bundler's, so the truth lies in `minMs`…`maxMs`.
 * - `withheld`: more than half of it may as well belong to other hooks, or to a bundler that works on the main thread. The bounds hold; the number is not to be shown.
 *
 * `minMs`…`maxMs` hold whatever a plugin does. What ran in the turn of the event loop that a call began in is most likely that
 * call's, which `likelyMinMs`…`likelyMaxMs` take for granted: they hold unless calls of one hook wake those of another.
 *
 * Durations are milliseconds. Waiting for the event loop, or for a processor, is never anybody's time.
 */
import type { Calibration } from '../build-record.ts'

export type TimingQuality = 'exact' | 'bounded' | 'withheld'

export interface ModuleTiming {
  /** Relative to the root, with `/`. */
  readonly id: string
  readonly selfMs: number
  readonly calls: number
}

/** All calls of one hook of one plugin, or of one loader, that were really made. */
export interface HookTiming {
  readonly plugin: string
  readonly hook: string
  readonly calls: number
  /** Calls that returned nothing or the code that they were given. 0 for hooks whose result says nothing of the kind. */
  readonly noopCalls: number
  /** Of `selfMs`, what those took. */
  readonly noopMs: number
  /** What a hook filter that spares the no-op calls would save the main thread, about: `noopMs`, and being handed each of them by native code. */
  readonly filterSavingMs: number
  /**
   * Main-thread time of this hook alone: what it calls of other plugins is theirs. Those of all hooks add up. Of what nobody saw it
   * has what passed in turns of its own, and while it alone was pending next to a bundler on threads of its own; nothing that may as well be another hook's.
   */
  readonly selfMs: number
  readonly minMs: number
  readonly maxMs: number
  readonly likelyMinMs: number
  readonly likelyMaxMs: number
  readonly quality: TimingQuality
  /** Wall time during which at least one call was open: a union of spans. */
  readonly busyMs: number
  /** What a sum of the spans counts more than once. */
  readonly overlapMs: number
  /** Of `busyMs`, what was spent waiting: for I/O, for native code, for other hooks. */
  readonly awaitMs: number
  /** Code handed to the hook, or made by it where it is handed none, counted in UTF-16 units. */
  readonly bytes: number
  /** Calls that had not settled when the build ended. Their time so far is in the numbers. */
  readonly unfinishedCalls: number
  /** The most expensive modules, at most 20; calls under 20 µs are not told apart. */
  readonly modules: readonly ModuleTiming[]
}

/** `selfMs` + `nativeMs` + `idleMs` = `wallMs`. */
export interface TimingTotals {
  readonly wallMs: number
  /** Main-thread time of all measured hooks. */
  readonly selfMs: number
  /** Main-thread time of everybody else: the bundler, crossings to native code, garbage collection, Pitcrew. */
  readonly nativeMs: number
  /** The main thread waited, while native threads worked or nobody did. */
  readonly idleMs: number
  /** Of `nativeMs`, Pitcrew's own, as far as it is known. */
  readonly pitcrewMs: number
  /** Of `nativeMs`, what the main thread was ready to run and other processes had the processors; 0 where that is not told (it is on Linux). */
  readonly interruptedMs: number
}

export interface UnfinishedCall {
  readonly plugin: string
  readonly hook: string
  readonly id: string
  readonly sinceMs: number
}

export interface BuildTimings {
  readonly mode: 'default' | 'deep'
  /** Most expensive first. Hooks that were never called are not in it. */
  readonly hooks: readonly HookTiming[]
  readonly totals: TimingTotals
  /** How fast the machine was just then; `null` when the kernels did not run. */
  readonly calibration: Calibration | null
  /** At most 50. */
  readonly unfinished: readonly UnfinishedCall[]
}

/** One call, or a part of one during which the main thread ran it. Monotonic milliseconds. */
export interface CallTimes {
  readonly plugin: string
  readonly hook: string
  readonly id: string
  /** Calls around it on the main thread's stack. */
  readonly depth: number
  readonly startMs: number
  readonly endMs: number
}
