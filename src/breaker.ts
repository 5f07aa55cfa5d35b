/**
 * Circuit breakers: a part of Pitcrew that faults again and again goes off for the rest of the build, and is tried again
 * in the next. A part is what Pitcrew does around one plugin, by its name, or the store.
 *
 * Guarantees: a part that is off is asked for nothing, so that a fault costs a build three attempts and not one a module.
 */
import type { OffPart } from './types.ts'

/** Faults of one part after which it goes off. */
const MAX_FAULTS = 3

export const STORE_PART = 'the store'

export class Breakers {
  readonly #faults = new Map<string, number>()

  /** Counts a fault of a part. @returns Whether it goes off with this one. */
  fault(part: string): boolean {
    const count = (this.#faults.get(part) ?? 0) + 1
    this.#faults.set(part, count)
    return count === MAX_FAULTS
  }

  isOff(part: string): boolean {
    // Mostly there are none, and this is asked for every call.
    return this.#faults.size > 0 && (this.#faults.get(part) ?? 0) >= MAX_FAULTS
  }

  off(): readonly OffPart[] {
    return Array.from(this.#faults, ([part, faults]) => ({ part, faults })).filter(({ part }) => this.isOff(part))
  }

  /** Another build begins: everything is tried again. */
  reset(): void {
    this.#faults.clear()
  }
}
