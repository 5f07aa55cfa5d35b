/**
 * Reads and verifies the records of one open segment.
 *
 * A warm build asks for records in roughly the order in which they were written, so what follows a record is read
 * along with it into a window, which is used again and again: values are copied out, and the memory held does not grow
 * with what was read. Small values share slabs, since thousands of small buffers cost the garbage collector more than
 * reading them costs the disk. A record that is not near the last one is read alone.
 */

import { describeError } from './faults.ts'
import { RECORD_HEADER_BYTES, recordFault, type RecordPrefix } from './record.ts'
import type { StoreRead } from './store.ts'
import { readFully, type StoreFs } from './store-fs.ts'

/** What a read turned out to be. `damaged` is false when the disk failed to answer, which says nothing about the record. */
export type RecordRead = Extract<StoreRead, { status: 'ok' }> | { readonly status: 'corrupt'; readonly reason: string; readonly damaged: boolean }

const WINDOW_BYTES = 256 * 1024
/** A gap that is cheaper read than skipped. */
const NEAR_BYTES = 64 * 1024

const SLAB_BYTES = 128 * 1024
/** Larger values get memory of their own, so that one that is kept does not keep much else. */
const SLAB_VALUE_BYTES = SLAB_BYTES / 4

/** Memory for values, handed out once and never again. */
class Slabs {
  #slab: Buffer = Buffer.alloc(0)
  #used = 0

  copyOf(source: Buffer, from: number, to: number): Buffer {
    const length = to - from
    if (length > SLAB_VALUE_BYTES) {
      const own = Buffer.allocUnsafeSlow(length)
      source.copy(own, 0, from, to)
      return own
    }
    if (this.#used + length > this.#slab.length) {
      this.#slab = Buffer.allocUnsafeSlow(SLAB_BYTES)
      this.#used = 0
    }
    const at = this.#used
    this.#used += length
    source.copy(this.#slab, at, from, to)
    return this.#slab.subarray(at, this.#used)
  }
}

export class RecordReader {
  readonly #slabs = new Slabs()
  readonly #fs: StoreFs
  readonly #fd: number
  readonly #prefix: RecordPrefix
  #window: Buffer | null = null
  #windowStart = 0
  #windowEnd = 0
  #lastEnd = 0
  #readBytes = 0

  constructor(fs: StoreFs, fd: number, prefix: RecordPrefix) {
    this.#fs = fs
    this.#fd = fd
    this.#prefix = prefix
  }

  /** Bytes asked of the file system so far. */
  get readBytes(): number {
    return this.#readBytes
  }

  /** Never throws. The value is the caller's. */
  read(key: Buffer, offset: number, valueBytes: number): RecordRead {
    try {
      const end = offset + RECORD_HEADER_BYTES + valueBytes
      const isNear = offset >= this.#lastEnd && offset <= this.#lastEnd + NEAR_BYTES
      this.#lastEnd = end
      if (isNear && end > this.#windowEnd && end - offset <= WINDOW_BYTES) this.#fill(offset)
      // What does not verify is read again by itself: the window may be older than the end of the record.
      return this.#fromWindow(key, offset, end) ?? this.#alone(key, offset, end)
    } catch (error) {
      return { status: 'corrupt', reason: `it could not be read (${describeError(error)})`, damaged: false }
    }
  }

  close(): void {
    this.#fs.close(this.#fd)
  }

  #fill(offset: number): void {
    this.#window ??= Buffer.allocUnsafeSlow(WINDOW_BYTES)
    this.#windowEnd = 0
    const got = readFully(this.#fs, this.#fd, this.#window, WINDOW_BYTES, offset)
    this.#readBytes += got
    this.#windowStart = offset
    this.#windowEnd = offset + got
  }

  #fromWindow(key: Buffer, offset: number, end: number): RecordRead | null {
    const window = this.#window
    if (window === null || offset < this.#windowStart || end > this.#windowEnd) return null
    const at = offset - this.#windowStart
    if (recordFault(window, at, end - this.#windowStart, this.#prefix, key) !== null) return null
    return { status: 'ok', value: this.#slabs.copyOf(window, at + RECORD_HEADER_BYTES, end - this.#windowStart) }
  }

  #alone(key: Buffer, offset: number, end: number): RecordRead {
    const record = Buffer.allocUnsafe(end - offset)
    const got = readFully(this.#fs, this.#fd, record, record.length, offset)
    this.#readBytes += got
    if (got < record.length) return { status: 'corrupt', reason: 'the segment ends before the record does', damaged: true }
    const reason = recordFault(record, 0, record.length, this.#prefix, key)
    return reason === null ? { status: 'ok', value: record.subarray(RECORD_HEADER_BYTES) } : { status: 'corrupt', reason, damaged: true }
  }
}
