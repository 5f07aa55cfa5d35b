/**
 * What the main thread waited for a processor between two events, so that a call that others interrupted is not called slower.
 *
 * To ask costs some microseconds, and whoever is interrupted waits for milliseconds: so only longer times are asked about. What
 * accumulates in the shorter ones between two questions may be taken from the next longer one, at most all of it.
 */

/** Milliseconds that this thread was ready to run and did not, so far; 0 where it is not known. */
export interface WaitClock {
  /** A build begins: until `close` it will be asked. */
  open(): void
  close(): void
  waitedMs(): number
}

const LONG_MS = 1
/** Between calls more is asked, so that waking up is not taken from the call that follows. */
const LONG_GAP_MS = 0.2

export class ProcessorShare {
  readonly #clock: WaitClock | null
  #lastMs = 0
  #takenMs = 0

  constructor(clock: WaitClock | null) {
    this.#clock = clock
  }

  begin(): void {
    this.#clock?.open()
    this.#lastMs = this.#clock?.waitedMs() ?? 0
    this.#takenMs = 0
  }

  rest(): void {
    this.#clock?.close()
  }

  /** What was taken from the calls so far, milliseconds. */
  get takenMs(): number {
    return this.#takenMs
  }

  /** @returns Of the time of a call that ran, what it waited. */
  inCall(passedMs: number): number {
    return passedMs < LONG_MS ? 0 : this.#take(passedMs)
  }

  /** The same for time between calls in which the event loop slept for a while: waking up is in its sleep already. */
  inGap(passedMs: number, idleMs: number): number {
    if (passedMs < LONG_GAP_MS) return 0
    if (idleMs <= 0) return this.#take(passedMs)
    this.#since()
    return 0
  }

  #take(passedMs: number): number {
    const takenMs = Math.min(passedMs, this.#since())
    this.#takenMs += takenMs
    return takenMs
  }

  #since(): number {
    if (this.#clock === null) return 0
    const before = this.#lastMs
    this.#lastMs = this.#clock.waitedMs()
    return Math.max(0, this.#lastMs - before)
  }
}
