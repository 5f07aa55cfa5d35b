/**
 * How fast the machine is around a build, so that a slow machine is not taken for a slow plugin.
 *
 * Three small kernels that always do the same run before and after the build: JavaScript on the main thread, native code on
 * the thread pool, and the file system. Each tells what its faster runs took, those that nobody interrupted. What interruptions take is told
 * apart: of the main thread by the meter, which keeps them out of the times of calls, and of all other threads by what they waited for
 * a processor while they ran.
 *
 * Each runs until its fastest runs agree, which on an idle machine they soon do and on a busy one hardly ever: less than 10 ms in all on the
 * former, at most about 20 on the latter, a third of it for builds of less than a second, and nothing at the end of
 * builds that are over at once; some of the JavaScript runs are made while the build is set up. Pure: kernels and clocks are handed in.
 */
import type { Calibration } from '../build-record.ts'
import type { TimingTotals } from '../measure/timings.ts'

export interface Kernels {
  /** About 0.3 ms each. @param share Of the work, for runs that are not timed. @default all of it */
  javascript(share?: number): void
  threads(): Promise<void>
  fileSystem(): void
}

export interface CalibrationClocks {
  /** Monotonic milliseconds. */
  now(): number
  /** Of each thread that lives how long it has run, and how long it has waited for a processor; empty where that is not known. */
  threads(): ThreadTimes
}

export interface ThreadTimes {
  /** Which of them this is. */
  readonly main: string
  /** Milliseconds, by thread. */
  readonly all: ReadonlyMap<string, { readonly ranMs: number; readonly waitedMs: number }>
}

/** What the meter knows of the build. */
export type BuildActivity = Pick<TimingTotals, 'wallMs' | 'interruptedMs'>

/** Runs after which a kernel is compiled, or about to be, and how much of each is done for it: before that it takes ten times as long. */
const WARM_UP = 3
const WARM_UP_SHARE = 0.25
const SHORT_BUILD_MS = 200
const LONG_BUILD_MS = 1000
/** Where so many of the fastest runs lie within so much of each other, more of them would tell the same; but not before there are some. */
const AGREEING_RUNS = 3
const AGREED_RATIO = 1.02
const MIN_RUNS = 5
/** Of threads that ran for less than this one wait more or less makes all the difference. */
const MIN_RUN_MS = 100

export class Calibrator {
  readonly #kernels: Kernels
  readonly #clocks: CalibrationClocks
  #javascriptMs: number[] = []
  #before: ThreadTimes['all'] = new Map()
  #warmUps = 0

  constructor(kernels: Kernels, clocks: CalibrationClocks) {
    this.#kernels = kernels
    this.#clocks = clocks
  }

  before(): void {
    for (; this.#warmUps < WARM_UP; this.#warmUps++) this.#kernels.javascript(WARM_UP_SHARE)
    this.#javascriptMs = this.#timed(3, this.#javascript)
    this.#before = this.#clocks.threads().all
  }

  /**
   * `null` for builds that are too short to be slowed down by more than the kernels would.
   * @param interruptedMs Of `wallMs`, what the main thread waited for a processor.
   */
  async after({ wallMs, interruptedMs }: BuildActivity): Promise<Calibration | null> {
    if (wallMs < SHORT_BUILD_MS) return null
    const threadWaitRatio = this.#threadWaitRatio()
    const runs = wallMs < LONG_BUILD_MS ? 3 : 9
    const javascriptMs = undisturbed(this.#timed(runs, this.#javascript, this.#javascriptMs))
    const threadsMs = await this.#threads(runs)
    return { javascriptMs, threadsMs, fileSystemMs: undisturbed(this.#timed(runs, () => this.#kernels.fileSystem())), mainWaitRatio: wallMs / Math.max(1, wallMs - interruptedMs), threadWaitRatio }
  }

  /** Of threads that are over by now nothing is known. */
  #threadWaitRatio(): number {
    const { main, all } = this.#clocks.threads()
    let ranMs = 0
    let waitedMs = 0
    for (const [thread, now] of all) {
      const before = this.#before.get(thread)
      if (thread === main) continue
      ranMs += now.ranMs - (before?.ranMs ?? 0)
      waitedMs += now.waitedMs - (before?.waitedMs ?? 0)
    }
    return ranMs >= MIN_RUN_MS ? 1 + Math.max(0, waitedMs) / ranMs : 1
  }

  readonly #javascript = (): void => this.#kernels.javascript()

  /** At most so many runs. @param before Durations that are known already. @returns Those and the new ones. */
  #timed(runs: number, kernel: () => void, before: readonly number[] = []): number[] {
    const durations = [...before]
    for (let run = 0; run < runs && !(run >= MIN_RUNS && isAgreed(durations)); run++) {
      const from = this.#clocks.now()
      kernel()
      durations.push(this.#clocks.now() - from)
    }
    return durations
  }

  async #threads(runs: number): Promise<number> {
    const durations: number[] = []
    for (let run = 0; run < runs && !(run >= MIN_RUNS && isAgreed(durations)); run++) {
      const from = this.#clocks.now()
      await this.#kernels.threads()
      durations.push(this.#clocks.now() - from)
    }
    return undisturbed(durations)
  }
}

function isAgreed(durations: readonly number[]): boolean {
  const [fastest = 0, ...others] = [...durations].sort((a, b) => a - b)
  return (others[AGREEING_RUNS - 2] ?? Infinity) <= fastest * AGREED_RATIO
}

/** The lower quartile: what interrupts a run makes it longer. */
function undisturbed(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[(values.length - 1) >> 2] ?? 0
}
