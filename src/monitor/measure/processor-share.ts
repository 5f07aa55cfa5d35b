/**
 * What the main thread waited for a processor between two events, so that a call that others interrupted is not called slower.
 *
 * To ask costs some microseconds, and whoever is interrupted waits for milliseconds: so only longer times are asked about. What waking
 * up took in the shorter ones since the last question is told apart by how long the thread really ran: a call has waited as much as it took
 * and did not run, and never more than was waited in all.
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
/** Between calls more is asked, so that waking up is not taken from the call that follows. */
const LONG_GAP_MS = 0.2
/** Less is what waking up takes, and not that others had the processor for a while. */
const MIN_WAIT_MS = 0.25

/** A call does not sleep: where it did not run for as much of what was waited, all of that was in it. */
const CONFIRMED_RATIO = 0.4

export class ProcessorShare {
  readonly #clock: WaitClock | null
  #lastWaitedMs = 0
  #lastRanMs = 0
  /** What the thread did since the last question, in times too short to ask about. */
  #unaskedMs = 0
  #takenMs = 0

  constructor(clock: WaitClock | null) {
    this.#clock = clock
  }

  begin(): void {
    this.#clock?.open()
    this.#lastWaitedMs = this.#clock?.waitedMs() ?? 0
    this.#lastRanMs = this.#clock?.ranMs ?? 0
    this.#unaskedMs = 0
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
    return this.#take(passedMs, passedMs >= LONG_MS, CONFIRMED_RATIO)
  }

  /** The same for time between calls, in which the event loop may have slept: waking up is in its sleep already. */
  inGap(passedMs: number, idleMs: number): number {
    return this.#take(passedMs - idleMs, passedMs >= LONG_GAP_MS, 1)
  }

  #take(activeMs: number, isLong: boolean, confirmedRatio: number): number {
    if (this.#clock === null) return 0
    if (!isLong) {
      this.#unaskedMs += activeMs
      return 0
    }
    const waitedMs = this.#clock.waitedMs()
    const { ranMs } = this.#clock
    const [allMs, notRunMs] = [waitedMs - this.#lastWaitedMs, activeMs + this.#unaskedMs - (ranMs - this.#lastRanMs)]
    this.#lastWaitedMs = waitedMs
    this.#lastRanMs = ranMs
    this.#unaskedMs = 0
    const trueMs = notRunMs >= confirmedRatio * allMs ? allMs : notRunMs
    const takenMs = allMs < MIN_WAIT_MS ? 0 : Math.max(0, Math.min(activeMs, trueMs))
    this.#takenMs += takenMs
    return takenMs
  }
}
