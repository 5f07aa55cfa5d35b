/**
 * A store whose faults are told instead of thrown, and which goes off while its breaker says so.
 *
 * The contract of `Store` leaves nothing to throw because of the disk. What is thrown nevertheless is a mistake of ours,
 * and likely to come again with the next key: a store that is off has nothing and takes nothing.
 */
import type { Store, StoreRead, StoreStats } from './store.ts'

export interface StoreGuard {
  readonly isOff: () => boolean
  readonly onFault: (step: string, error: unknown) => void
}

const NOTHING: Omit<StoreStats, 'state'> = { entryCount: 0, sizeBytes: 0, readBytes: 0, writtenBytes: 0, corruptCount: 0 }

export class GuardedStore implements Store {
  readonly location: string
  readonly #store: Store
  readonly #guard: StoreGuard

  constructor(store: Store, guard: StoreGuard) {
    this.#store = store
    this.#guard = guard
    this.location = store.location
  }

  *get(key: Buffer): Generator<StoreRead> {
    if (this.#guard.isOff()) return
    try {
      yield* this.#store.get(key)
    } catch (error) {
      this.#guard.onFault('reading', error)
    }
  }

  put(key: Buffer, value: Uint8Array): void {
    this.#attempt('writing', () => this.#store.put(key, value), undefined)
  }

  refresh(): void {
    this.#attempt('looking for what others wrote', () => this.#store.refresh?.(), undefined)
  }

  rest(): void {
    this.#attempt('resting', () => this.#store.rest?.(), undefined)
  }

  /** @throws what the store throws: whoever waits for bytes to be written must know that they were not. */
  async flush(): Promise<void> {
    if (!this.#guard.isOff()) await this.#store.flush()
  }

  /** Also when it is off: what it holds is let go. */
  async close(): Promise<void> {
    try {
      await this.#store.close()
    } catch (error) {
      this.#guard.onFault('closing', error)
    }
  }

  stats(): StoreStats {
    const stats = this.#attempt('counting', () => this.#store.stats(), null)
    return stats ?? { state: 'off', ...NOTHING }
  }

  #attempt<T, U>(step: string, body: () => T, otherwise: U): T | U {
    if (this.#guard.isOff()) return otherwise
    try {
      return body()
    } catch (error) {
      this.#guard.onFault(step, error)
      return otherwise
    }
  }
}
