/**
 * What the main thread waited for a processor between two events, so that a call that others interrupted is not called slower.
 *
 * To ask costs some 30 microseconds, since what answers is in no cache by then, and whoever is interrupted waits for milliseconds: so only longer
 * calls are asked about, and between calls no more than once a millisecond, so that less than that of waking up can be taken for a call's, and
 * where nobody slept not before what is passed over adds up to a wait that counts. As long as nobody else is there it is asked less and less
 * often, down to every eight milliseconds: what is found then may be of a neighbour of the call that it is taken from, once.
 * After a sleep, whose end is a wait as well, it is told apart by how long the thread really ran, less what the kernel may not have counted yet.
 */

/** Of this thread, since it began; 0 where it is not known. */
export interface WaitClock {
  /** A build begins: until `close` it will be asked. */
  open(): void
  close(): void
  /** Milliseconds that it was ready to run and did not. */
  waitedMs(): number
  /** Milliseconds that it had run when `waitedMs` was asked last, up to a tick of the kernel's accounting. */
  readonly ranMs: number
}

const LONG_MS = 1
const MIN_PAUSE_MS = 1
const MAX_PAUSE_MS = 8
/** Less is what waking up takes, and not that others had the processor for a while. */
const MIN_WAIT_MS = 0.5
/** How long a thread runs may be counted as late as this. */
const TICK_MS = 5

export class ProcessorShare {
  readonly #clock: WaitClock | null
  #lastWaitedMs = 0
  #lastRanMs = 0
  /** What passed since the last question, and what of it the loop slept. */
  #passedMs = 0
  #sleptMs = 0
  #takenMs = 0
  /** Not asked again before so much has passed, where the loop does not sleep; and now. */
  #pauseMs = MIN_PAUSE_MS
  #dueMs = MIN_PAUSE_MS
  /** Gaps since the last question that were too short to ask about. */
  #passedOverMs = 0

  constructor(clock: WaitClock | null) {
    this.#clock = clock
  }

  begin(): void {
    this.#clock?.open()
    this.#ask()
    this.#takenMs = 0
  }

  rest(): void {
    this.#clock?.close()
  }

  /** What was taken so far, milliseconds. */
  get takenMs(): number {
    return this.#takenMs
  }

  /** @returns Of the time of a call that ran, what it waited. */
  inCall(passedMs: number): number {
    this.#passedMs += passedMs
    return passedMs < LONG_MS || this.#passedMs < this.#dueMs ? 0 : this.#take(passedMs, this.#ask().waitedMs)
  }

  /** The same for time between calls, in which the event loop may have slept: waking up is in its sleep already. */
  inGap(passedMs: number, idleMs: number): number {
    this.#passedMs += passedMs
    if (idleMs > 0) {
      this.#sleptMs += idleMs
      // Waking up must not add up.
      this.#dueMs = MIN_PAUSE_MS
    }
    return this.#passedMs < this.#dueMs || this.#isPassedOver(passedMs - idleMs) ? 0 : this.#inDueGap(passedMs - idleMs, idleMs)
  }

  #inDueGap(activeMs: number, idleMs: number): number {
    const { waitedMs, notRunMs } = this.#ask()
    return this.#take(activeMs, idleMs > 0 ? Math.min(waitedMs, notRunMs - TICK_MS) : waitedMs)
  }

  /** Whatever was waited in such gaps does not count. */
  #isPassedOver(activeMs: number): boolean {
    if (this.#sleptMs > 0 || this.#passedOverMs + activeMs >= MIN_WAIT_MS) return false
    this.#passedOverMs += activeMs
    return true
  }

  #take(activeMs: number, waitedMs: number): number {
    const takenMs = waitedMs < MIN_WAIT_MS ? 0 : Math.max(0, Math.min(activeMs, waitedMs))
    this.#takenMs += takenMs
    return takenMs
  }

  /** @returns What was waited since the last question, and how long the thread, although it did not sleep, did not run. */
  #ask(): { readonly waitedMs: number; readonly notRunMs: number } {
    if (this.#clock === null) return { waitedMs: 0, notRunMs: 0 }
    const waitedMs = this.#clock.waitedMs()
    const { ranMs } = this.#clock
    const since = { waitedMs: waitedMs - this.#lastWaitedMs, notRunMs: this.#passedMs - this.#sleptMs - (ranMs - this.#lastRanMs) }
    this.#lastWaitedMs = waitedMs
    this.#lastRanMs = ranMs
    this.#passedMs = this.#sleptMs = this.#passedOverMs = 0
    this.#pauseMs = this.#dueMs = since.waitedMs < MIN_WAIT_MS ? Math.min(2 * this.#pauseMs, MAX_PAUSE_MS) : MIN_PAUSE_MS
    return since
  }
}
