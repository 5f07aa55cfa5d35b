/**
 * The Store contract: values by 32-byte key, several per key, newest first.
 *
 * Guarantees of every implementation:
 * - A value that `get` yields as `ok` is byte for byte what some process `put`; nothing unverified is ever yielded.
 * - No method throws because of what is on the disk or because the disk fails: a bad entry is `corrupt`, a failed
 *   write turns writing off; both are counted and told once through `onFault`.
 * - Any number of processes may use one store at once.
 *
 * Not guaranteed: that a value put is ever found again. A miss is never an error.
 */

/** What one stored value turned out to be. `value` must not be mutated, and is valid until the store is closed. */
export type StoreRead =
  | { readonly status: 'ok'; readonly value: Buffer }
  | { readonly status: 'corrupt'; readonly reason: string }

/** `off`: neither reads nor writes. `read-only`: reads only. */
export type StoreState = 'ok' | 'read-only' | 'off'

export interface StoreStats {
  readonly state: StoreState
  /** Records known at the moment, those put by this process included. */
  readonly entryCount: number
  /** Bytes on disk (0 for the memory store's buffer-free kinds: bytes held). */
  readonly sizeBytes: number
  readonly readBytes: number
  readonly writtenBytes: number
  readonly corruptCount: number
}

export interface Store {
  /** Where it lives, for messages; `memory` for the memory store. */
  readonly location: string
  /**
   * Every value stored under `key`, newest first, read and verified one by one as the caller iterates.
   * @param key 32 bytes.
   */
  get(key: Buffer): Iterable<StoreRead>
  /**
   * Adds a value. It is visible to `get` of this process at once, and to others after `flush`.
   * @param key 32 bytes.
   */
  put(key: Buffer, value: Uint8Array): void
  /** Looks for what other processes have written since it was opened. Stores that nobody shares have none. */
  refresh?(): void
  /** Writes what was put. Resolves when it is acknowledged by the operating system, or writing has been turned off. */
  flush(): Promise<void>
  /** Flushes, and closes what is opened again when something is read or put. Stores that hold nothing open have none. */
  rest?(): void
  /** Flushes, evicts and compacts where due, and releases everything. Idempotent. */
  close(): Promise<void>
  stats(): StoreStats
}

/** `STORE_NETWORK` is a notice: the store works, and its directory may be shared with other hosts. */
export type StoreFaultCode = 'STORE_UNAVAILABLE' | 'STORE_READ_ONLY' | 'STORE_CORRUPT' | 'STORE_WRITE_FAILED' | 'STORE_NETWORK'

/** A fault of the store, told once per code. The build goes on. */
export type FaultListener = (code: StoreFaultCode, message: string, cause?: unknown) => void
