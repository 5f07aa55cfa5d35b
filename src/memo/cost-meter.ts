/**
 * What each of many overlapping calls cost, so that the costs add up to the time that passed and never to more.
 *
 * Time belongs to the call that is on the stack; else to the one that began in this turn of the event loop and goes on in it (turn.ts); else
 * it is shared equally among the calls that are open (the processor-sharing discipline of queueing theory): virtual time advances by dt / n
 * while n calls are open, and a call costs the virtual time between its ends. Summing plain spans of concurrent calls instead
 * counts one second many times over, and sharing alone charges a call that waits with what others do meanwhile.
 */
import type { Clock } from '../clock.ts'
import { Ticks, Turn } from '../turn.ts'

export interface Span {
  /** Monotonic milliseconds. */
  readonly startedAt: number
  readonly virtualStart: number
  isRunning: boolean
  /** Monotonic milliseconds; 0 while it is running. */
  endedAt: number
  /** Its share of the time that passed, milliseconds; 0 while it is running. */
  costMs: number
  /** What is known to be its own. */
  ownMs: number
}

export class CostMeter {
  readonly #clock: Clock
  readonly #turn: Turn<Span>
  #top: Span | null = null
  #running = 0
  #virtual = 0
  #last = 0

  /** @param ticks Those of the build. @default its own */
  constructor(clock: Clock, ticks: Ticks = new Ticks()) {
    this.#clock = clock
    this.#turn = new Turn<Span>(Object.is, () => void this.#advance(), ticks)
  }

  begin(): Span {
    const now = this.#advance()
    this.#running++
    this.#turn.muddle()
    return { startedAt: now, virtualStart: this.#virtual, isRunning: true, endedAt: 0, costMs: 0, ownMs: 0 }
  }

  /** What runs until `body` returns, and in this turn after it, is this span's. */
  run<T>(span: Span, body: () => T): T {
    this.#advance()
    const above = this.#top
    this.#top = span
    this.#turn.open()
    try {
      return body()
    } finally {
      this.#advance()
      this.#top = above
      if (span.isRunning) this.#turn.add(span)
    }
  }

  /** Ends a span; again changes nothing. @returns What it cost, milliseconds. */
  end(span: Span): number {
    if (!span.isRunning) return span.costMs
    span.endedAt = this.#advance()
    this.#running--
    this.#turn.settle(span)
    span.isRunning = false
    span.costMs = span.ownMs + this.#virtual - span.virtualStart
    return span.costMs
  }

  #advance(): number {
    const now = this.#clock.now()
    const owner = this.#top ?? this.#turn.owner
    const passedMs = now - this.#last
    this.#last = now
    if (owner?.isRunning) owner.ownMs += passedMs
    else if (this.#running > 0) this.#virtual += passedMs / this.#running
    return now
  }
}
