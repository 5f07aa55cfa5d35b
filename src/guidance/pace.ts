/**
 * Makes the thread that analyses give way: it rests as soon as it had to wait for a processor, because then the bundler had
 * to as well, and longer each time until nobody waits any more.
 *
 * Where waiting is not told, it takes a tenth of a processor on machines with few, and all of one where there are many.
 * Nobody rests once the build waits for the answer.
 */
import type { ThreadWaits } from './thread-waits.ts'

/** As long as it works before it asks, milliseconds. */
const SLICE_MS = 3
/** Share of its own time that a thread waits though nobody is in its way. */
const MAX_WAIT_RATIO = 0.04
const FIRST_REST_MS = 20
const LONGEST_REST_MS = 160
/** Where nothing is told: so many processors are enough for everybody. */
const MANY_PROCESSORS = 6
const BLIND_REST_RATIO = 9

export interface PaceSeams {
  readonly now: () => number
  readonly waits: () => ThreadWaits | null
  /** Sleeps, unless the build begins to wait for what this thread does. */
  readonly rest: (ms: number) => void
  /** Whether the build waits for it. */
  readonly isAwaited: () => boolean
  readonly processors: number
}

export class Pace {
  readonly #seams: PaceSeams
  #restMs = 0
  #at: number
  #waits: ThreadWaits | null

  constructor(seams: PaceSeams) {
    this.#seams = seams
    this.#at = seams.now()
    this.#waits = seams.waits()
  }

  /** Between two modules. */
  between(): void {
    const { now, waits, rest, isAwaited } = this.#seams
    const workedMs = now() - this.#at
    if (workedMs < SLICE_MS || isAwaited()) return
    const ms = this.#due(workedMs)
    if (ms > 0) rest(ms)
    // What a rest has cost is no waiting.
    this.#waits = waits()
    this.#at = now()
  }

  #due(workedMs: number): number {
    const { waits, processors } = this.#seams
    const before = this.#waits
    const now = waits()
    if (before === null || now === null) return processors >= MANY_PROCESSORS ? 0 : workedMs * BLIND_REST_RATIO
    const waitedMs = now.waitedMs - before.waitedMs
    const isInTheWay = waitedMs > MAX_WAIT_RATIO * (waitedMs + now.ranMs - before.ranMs)
    this.#restMs = isInTheWay ? Math.min(LONGEST_REST_MS, Math.max(FIRST_REST_MS, this.#restMs * 2)) : 0
    return this.#restMs
  }
}
