/**
 * Which modules a hook spent its time on, in bounded memory: cheap calls are not told apart, and once there are too many
 * modules the cheaper ones are forgotten. What is listed is exact unless a module was forgotten in between.
 */
import type { ModuleTiming } from './timings.ts'

/** Below this a call says nothing about its module, milliseconds. */
const WORTH_MS = 0.02
const MAX_MODULES = 4_096
const KEPT_MODULES = 1_024

interface Cost {
  selfMs: number
  calls: number
}

export class ModuleCosts {
  readonly #costs = new Map<string, Cost>()

  add(id: string, selfMs: number): void {
    if (selfMs < WORTH_MS) return
    const cost = this.#costs.get(id)
    if (cost) {
      cost.selfMs += selfMs
      cost.calls += 1
      return
    }
    this.#costs.set(id, { selfMs, calls: 1 })
    if (this.#costs.size > MAX_MODULES) this.#forgetCheap()
  }

  /** Most expensive first. */
  top(count: number): ModuleTiming[] {
    return this.#sorted().slice(0, count).map(([id, { selfMs, calls }]) => ({ id, selfMs, calls }))
  }

  #sorted(): [string, Cost][] {
    return [...this.#costs].sort(([, a], [, b]) => b.selfMs - a.selfMs)
  }

  #forgetCheap(): void {
    for (const [id] of this.#sorted().slice(KEPT_MODULES)) this.#costs.delete(id)
  }
}
