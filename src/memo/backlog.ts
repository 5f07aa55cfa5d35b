/**
 * Work that need not be done while the build waits for it: records are sealed, encoded and hashed when the build has
 * gone quiet (the bundler links and renders in native code then), or at the latest before they are written.
 *
 * Order is kept. What is left when a process dies is lost, as everything is that was not flushed.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Clock } from '../clock.ts'

/** No work came for so long, milliseconds: the build does something else. */
const QUIET_MS = 25
/** The longest that a turn of the event loop is held up, milliseconds. */
const TURN_MS = 8

/** Runs a part of the tasks that were there when it was made; what it learns in one part it knows in the next. */
export type Batch = (turn: () => void) => void

export class Backlog {
  readonly #clock: Clock
  readonly #newBatch: () => Batch
  #tasks: (() => void)[] = []
  #lastAt = 0
  #timer: NodeJS.Timeout | null = null
  #draining: Promise<void> | null = null

  constructor(clock: Clock, newBatch: () => Batch) {
    this.#clock = clock
    this.#newBatch = newBatch
  }

  /** @param task Must not throw. */
  add(task: () => void): void {
    this.#tasks.push(task)
    this.#lastAt = this.#clock.now()
    this.#watch()
  }

  /** Resolves when everything that was added has been done. */
  drain(): Promise<void> {
    this.#draining ??= this.#drainAll().finally(() => {
      this.#draining = null
    })
    return this.#draining
  }

  #watch(): void {
    if (this.#timer !== null) return
    this.#timer = setTimeout(() => {
      this.#timer = null
      if (this.#clock.now() - this.#lastAt < QUIET_MS) this.#watch()
      else void this.drain()
    }, QUIET_MS)
    this.#timer.unref()
  }

  async #drainAll(): Promise<void> {
    while (this.#tasks.length > 0) {
      const tasks = this.#tasks
      this.#tasks = []
      const batch = this.#newBatch()
      for (let done = 0; done < tasks.length;) {
        batch(() => {
          done = this.#turn(tasks, done)
        })
        await nextTurn()
      }
    }
  }

  /** @returns How many of the tasks are done. */
  #turn(tasks: readonly (() => void)[], done: number): number {
    const until = this.#clock.now() + TURN_MS
    do tasks[done++]!()
    while (done < tasks.length && this.#clock.now() < until)
    return done
  }
}
