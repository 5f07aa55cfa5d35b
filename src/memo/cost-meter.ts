/**
 * What each of many overlapping calls cost, so that the costs add up to the time that passed and never to more.
 *
 * Wall time is shared equally among the calls that run at one moment (the processor-sharing discipline of queueing
 * theory): virtual time advances by dt / n while n calls run, and a call costs the virtual time between its ends. Summing plain spans of concurrent calls instead counts one second many times over.
 */
import type { Clock } from '../clock.ts'

export interface Span {
  /** Monotonic milliseconds. */
  readonly startedAt: number
  readonly virtualStart: number
  isRunning: boolean
}

export class CostMeter {
  readonly #clock: Clock
  #running = 0
  #virtual = 0
  #last = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  begin(): Span {
    const now = this.#advance()
    this.#running++
    return { startedAt: now, virtualStart: this.#virtual, isRunning: true }
  }

  /** Ends a span; again is harmless. @returns Its fair share of the time that passed, milliseconds. */
  end(span: Span): number {
    this.#advance()
    if (span.isRunning) this.#running--
    span.isRunning = false
    return this.#virtual - span.virtualStart
  }

  #advance(): number {
    const now = this.#clock.now()
    if (this.#running > 0) this.#virtual += (now - this.#last) / this.#running
    this.#last = now
    return now
  }
}
