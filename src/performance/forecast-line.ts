/**
 * What a person at a terminal sees while a build runs: what it will take, and on long builds how far it is.
 *
 * Guaranteed: nothing in a log (not a terminal, or CI) unless it was asked for; the line is wiped when the build ends, and nothing keeps
 * a process alive. Progress is by the clock, for a build that takes as long as expected.
 */
import type { Forecast } from '../monitor/predict.ts'

/** Shorter builds need no progress. */
const LONG_BUILD_MS = 5_000
const REDRAW_MS = 250
/** A build that takes this many times as long as expected has failed without anybody saying so, or nobody knows. */
const GIVE_UP_RATIO = 3
const BAR_COLUMNS = 20
const WIPE = '\r\u001b[K'

export interface ProgressStream {
  readonly isTTY?: boolean | undefined
  write(text: string): unknown
}

export class ForecastLine {
  readonly #stream: ProgressStream
  readonly #now: () => number
  #timer: NodeJS.Timeout | null = null

  constructor(stream: ProgressStream, now: () => number) {
    this.#stream = stream
    this.#now = now
  }

  /** @param say Prints a line that stays. */
  begin(forecast: Forecast, startedAt: number, say: (text: string) => void): void {
    this.end()
    say(`pitcrew  ${expectation(forecast)}`)
    if (forecast.expectedMs < LONG_BUILD_MS || this.#stream.isTTY !== true) return
    this.#timer = setInterval(() => {
      const elapsedMs = this.#now() - startedAt
      if (elapsedMs > GIVE_UP_RATIO * forecast.expectedMs) this.end()
      else this.#stream.write(WIPE + progress(elapsedMs, forecast))
    }, REDRAW_MS)
    this.#timer.unref()
  }

  end(): void {
    if (this.#timer === null) return
    clearInterval(this.#timer)
    this.#timer = null
    this.#stream.write(WIPE)
  }
}

/** `building… expected 3.1 s ± 0.2` */
export function expectation({ expectedMs, low, high }: Forecast): string {
  return `building… expected ${interval(expectedMs, (high - low) / 2)}`
}

function interval(expectedMs: number, halfWidthMs: number): string {
  return expectedMs >= 1000 ? `${seconds(expectedMs)} s ± ${seconds(halfWidthMs)}` : `${Math.round(expectedMs)} ms ± ${Math.round(halfWidthMs)}`
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(1)
}

/** A bar, the share that is done, and how long it will still take. */
export function progress(elapsedMs: number, { expectedMs, high }: Forecast): string {
  const share = Math.min(0.99, elapsedMs / expectedMs)
  const done = Math.round(share * BAR_COLUMNS)
  const bar = '█'.repeat(done) + '░'.repeat(BAR_COLUMNS - done)
  const leftMs = expectedMs - elapsedMs
  const left = leftMs > 0 ? `about ${Math.max(1, Math.round(leftMs / 1000))} s left` : elapsedMs <= high ? 'any moment now' : `${seconds(elapsedMs - expectedMs)} s longer than expected`
  return `pitcrew  ${bar} ${Math.round(100 * share)} %, ${left}`
}
