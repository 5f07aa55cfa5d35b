/**
 * How fast the machine is around a build, so that a slow machine is not taken for a slow plugin.
 *
 * Three small kernels that always do the same run before and after the build: JavaScript on the main thread, native code on
 * the thread pool, and the file system. Each tells its median, so that a pause in one run does not count. What such pauses
 * take from the build is told by the processor time that the main thread really got: where it was given less than it
 * was ready for, JavaScript was slower by that.
 *
 * At most about 20 ms in all on an idle machine, a third of it for builds of less than a second, and nothing at the end of
 * builds that are over at once; half of the JavaScript runs are made while the build is set up. Pure: kernels and clocks are handed in.
 */
import type { Calibration } from '../build-record.ts'

export interface Kernels {
  /** About 0.3 ms each. */
  javascript(): void
  threads(): Promise<void>
  fileSystem(): void
}

export interface CalibrationClocks {
  /** Monotonic milliseconds. */
  now(): number
  /** Processor time that this thread has had, milliseconds; `null` where that is not known. */
  threadCpuMs(): number | null
}

/** What the meter knows of the build. */
export interface BuildActivity {
  readonly wallMs: number
  /** The main thread was not waiting. */
  readonly activeMs: number
}

/** Runs after which a kernel is compiled. */
const WARM_UP = 3
const SHORT_BUILD_MS = 200
const LONG_BUILD_MS = 1000
/** Processor time is counted in hundredths of a second: of less than this it says nothing. */
const MIN_CPU_MS = 300
/** Less than this is what the counting itself is worth. */
const MIN_CONTENTION = 1.1

export class Calibrator {
  readonly #kernels: Kernels
  readonly #clocks: CalibrationClocks
  #javascriptMs: number[] = []
  #cpuFromMs: number | null = null
  #warmUps = 0

  constructor(kernels: Kernels, clocks: CalibrationClocks) {
    this.#kernels = kernels
    this.#clocks = clocks
  }

  before(): void {
    for (; this.#warmUps < WARM_UP; this.#warmUps++) this.#kernels.javascript()
    this.#javascriptMs = this.#timed(3)
    this.#cpuFromMs = this.#clocks.threadCpuMs()
  }

  /** `null` for builds that are too short to be slowed down by more than the kernels would. */
  async after({ wallMs, activeMs }: BuildActivity): Promise<Calibration | null> {
    if (wallMs < SHORT_BUILD_MS) return null
    const contention = this.#contention(activeMs)
    const runs = wallMs < LONG_BUILD_MS ? 3 : 9
    const javascriptMs = median([...this.#javascriptMs, ...this.#timed(runs)])
    return { javascriptMs: javascriptMs * contention, threadsMs: await this.#threads(runs), fileSystemMs: this.#fileSystem(runs) }
  }

  /** How many times as long the main thread's work took because others ran in its place. */
  #contention(activeMs: number): number {
    const until = this.#clocks.threadCpuMs()
    if (until === null || this.#cpuFromMs === null) return 1
    const cpuMs = until - this.#cpuFromMs
    const ratio = activeMs / cpuMs
    return cpuMs >= MIN_CPU_MS && ratio >= MIN_CONTENTION ? ratio : 1
  }

  #timed(runs: number): number[] {
    return Array.from({ length: runs }, () => this.#durationOf(() => this.#kernels.javascript()))
  }

  async #threads(runs: number): Promise<number> {
    const durations: number[] = []
    for (let run = 0; run < runs; run++) {
      const from = this.#clocks.now()
      await this.#kernels.threads()
      durations.push(this.#clocks.now() - from)
    }
    return median(durations)
  }

  #fileSystem(runs: number): number {
    return median(Array.from({ length: runs }, () => this.#durationOf(() => this.#kernels.fileSystem())))
  }

  #durationOf(body: () => void): number {
    const from = this.#clocks.now()
    body()
    return this.#clocks.now() - from
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
