/**
 * Work that need not be done while the build waits for it: records are sealed, encoded and hashed while the main thread
 * has nothing to do (the bundler links and renders in native code then), or at the latest before they are written.
 *
 * Order is kept. What is left when a process dies is lost, as everything is that was not flushed.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Clock } from '../clock.ts'

/** No work came for so long, milliseconds: the build does something else. */
const QUIET_MS = 25
/** And of it the event loop slept so long: a compiler that holds it up for a second is not quiet. */
const MIN_SLEPT_MS = 15
/** The longest that a turn of the event loop is held up, milliseconds. */
const TURN_MS = 8
/** Between two turns somebody else had work that took longer than this, milliseconds. */
const MAX_PASSED_MS = 1
/** More than this holds too much memory to wait for a quiet moment. */
const MAX_WAITING = 2000

/** Runs a part of the tasks that were there when it was made; what it learns in one part it knows in the next. */
export type Batch = (turn: () => void) => void

export class Backlog {
  readonly #clock: Clock
  readonly #idleMs: () => number
  readonly #newBatch: () => Batch
  #tasks: (() => void)[] = []
  #lastAt = 0
  #timer: NodeJS.Timeout | null = null
  #draining: Promise<void> | null = null
  /** How many wait for the end of it: then it is done whatever else there is to do. */
  #waiting = 0

  /** @param idleMs How long the event loop has slept so far, milliseconds. */
  constructor(clock: Clock, idleMs: () => number, newBatch: () => Batch) {
    this.#clock = clock
    this.#idleMs = idleMs
    this.#newBatch = newBatch
  }

  /** @param task Must not throw. */
  add(task: () => void): void {
    this.#tasks.push(task)
    this.#lastAt = this.#clock.now()
    this.#watch()
  }

  /** Whether everything that was added has been done. */
  get isDone(): boolean {
    return this.#tasks.length === 0 && this.#draining === null
  }

  /** Resolves when everything that was added has been done. */
  async drain(): Promise<void> {
    this.#waiting++
    try {
      do await this.#drain()
      while (this.#tasks.length > 0)
    } finally {
      this.#waiting--
    }
  }

  #watch(): void {
    if (this.#timer !== null) return
    const sleptBefore = this.#idleMs()
    this.#timer = setTimeout(() => {
      this.#timer = null
      const isQuiet = this.#clock.now() - this.#lastAt >= QUIET_MS && this.#idleMs() - sleptBefore >= MIN_SLEPT_MS
      if (isQuiet || this.#tasks.length > MAX_WAITING) void this.#drain()
      else this.#watch()
    }, QUIET_MS)
    this.#timer.unref()
  }

  #drain(): Promise<void> {
    this.#draining ??= this.#drainWhileQuiet().finally(() => {
      this.#draining = null
    })
    return this.#draining
  }

  async #drainWhileQuiet(): Promise<void> {
    while (this.#tasks.length > 0) {
      const tasks = this.#tasks
      this.#tasks = []
      const batch = this.#newBatch()
      for (let done = 0; done < tasks.length;) {
        batch(() => {
          done = this.#turn(tasks, done)
        })
        const isDisturbed = await this.#isDisturbed()
        const left = tasks.length - done + this.#tasks.length
        if (!isDisturbed || left > MAX_WAITING) continue
        this.#tasks = [...tasks.slice(done), ...this.#tasks]
        return this.#watch()
      }
    }
  }

  /** Lets others have their turn. @returns Whether they had work, and nobody waits for ours. */
  async #isDisturbed(): Promise<boolean> {
    const from = this.#clock.now()
    await nextTurn()
    return this.#waiting === 0 && this.#clock.now() - from > MAX_PASSED_MS
  }

  /** @returns How many of the tasks are done. */
  #turn(tasks: readonly (() => void)[], done: number): number {
    const until = this.#clock.now() + TURN_MS
    do tasks[done++]!()
    while (done < tasks.length && this.#clock.now() < until)
    return done
  }
}
