/**
 * A store that lives as long as the process: for `cache: 'memory'`, for tests, and as the model of the contract.
 *
 * Values are copied in, so that a caller who goes on using its buffer changes nothing here. Bounded as the segment store is:
 * the newest few values per key, the most recently used keys.
 */

import { assertKey } from './record.ts'
import type { Store, StoreRead, StoreStats } from './store.ts'
import { VALUES_PER_KEY } from './survivors.ts'

export interface MemoryStoreOptions {
  /** @default 256 MB */
  readonly maxBytes?: number
}

const DEFAULT_MAX_BYTES = 256 * 1024 * 1024

function bytesOf(values: readonly Buffer[]): number {
  return values.reduce((sum, value) => sum + value.length, 0)
}

class MemoryStore implements Store {
  readonly location = 'memory'
  readonly #maxBytes: number
  /** Newest value first; least recently used key first. */
  readonly #values = new Map<string, readonly Buffer[]>()
  #sizeBytes = 0
  #entryCount = 0
  #readBytes = 0
  #writtenBytes = 0
  #isClosed = false

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  *get(key: Buffer): Generator<StoreRead> {
    assertKey(key)
    const name = key.toString('latin1')
    const values = this.#values.get(name)
    if (values === undefined) return
    this.#values.delete(name)
    this.#values.set(name, values)
    for (const value of values) {
      this.#readBytes += value.length
      yield { status: 'ok', value }
    }
  }

  put(key: Buffer, value: Uint8Array): void {
    assertKey(key)
    if (this.#isClosed || value.length > this.#maxBytes) return
    const name = key.toString('latin1')
    const values = [Buffer.from(value), ...(this.#values.get(name) ?? [])].slice(0, VALUES_PER_KEY)
    this.#writtenBytes += value.length
    this.#remove(name)
    this.#values.set(name, values)
    this.#sizeBytes += bytesOf(values)
    this.#entryCount += values.length
    this.#evict()
  }

  flush(): Promise<void> {
    return Promise.resolve()
  }

  close(): Promise<void> {
    this.#isClosed = true
    this.#values.clear()
    this.#sizeBytes = 0
    this.#entryCount = 0
    return Promise.resolve()
  }

  stats(): StoreStats {
    return {
      state: this.#isClosed ? 'off' : 'ok',
      entryCount: this.#entryCount,
      sizeBytes: this.#sizeBytes,
      readBytes: this.#readBytes,
      writtenBytes: this.#writtenBytes,
      corruptCount: 0,
    }
  }

  #remove(name: string): void {
    const values = this.#values.get(name)
    if (values === undefined) return
    this.#values.delete(name)
    this.#sizeBytes -= bytesOf(values)
    this.#entryCount -= values.length
  }

  #evict(): void {
    for (const name of this.#values.keys()) {
      if (this.#sizeBytes <= this.#maxBytes) return
      this.#remove(name)
    }
  }
}

/** A store in memory. Its values are gone when it is closed. */
export function createMemoryStore(options: MemoryStoreOptions = {}): Store {
  return new MemoryStore(options.maxBytes ?? DEFAULT_MAX_BYTES)
}
