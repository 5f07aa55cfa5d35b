/**
 * What this process stores: one segment at a time, a new one when it grows large or is deleted under our hands.
 *
 * The first write that fails turns writing off for good and is told once; everything written before stays readable and indexed.
 */

import { randomBytes } from 'node:crypto'
import type { Catalog } from './catalog.ts'
import { attempt, describeError, hasCode } from './faults.ts'
import { createDirectories } from './location.ts'
import { MARKER_BYTES } from './record.ts'
import type { RecordRead } from './record-reader.ts'
import type { RecordPlace } from './segment-index.ts'
import { SegmentWriter } from './segment-writer.ts'
import { Segment, type SegmentSite } from './segment.ts'
import type { FaultListener } from './store.ts'

export interface OwnSegmentsOptions {
  readonly site: SegmentSite
  /** Finished segments go there. */
  readonly catalog: Catalog
  readonly tell: FaultListener
  /** A process stores no more than this. */
  readonly maxBytes: number
  /** A new segment is begun above this size. */
  readonly rollBytes: number
}

/** `full`: this process has stored as much as it may. `failed`: the disk refused. */
export type WriteState = 'on' | 'full' | 'failed'

/** After this many deletions of the directory under a running build, somebody means it. */
const MAX_LOST_SEGMENTS = 3

export class OwnSegments {
  state: WriteState = 'on'
  readonly #options: OwnSegmentsOptions
  #writer: SegmentWriter | null = null
  #finishedBytes = 0
  #lostCount = 0
  /** Of the last put. */
  #generation = 0

  constructor(options: OwnSegmentsOptions) {
    this.#options = options
  }

  /** Of the segment being written; null when there is none. */
  get stem(): string | null {
    return this.#writer?.stem ?? null
  }

  get entryCount(): number {
    return this.#writer?.entryCount ?? 0
  }

  /** Of the segment being written. */
  get sizeBytes(): number {
    return this.#writer?.sizeBytes ?? 0
  }

  get readBytes(): number {
    return this.#writer?.readBytes ?? 0
  }

  /** By this process so far. */
  get writtenBytes(): number {
    return this.#finishedBytes + (this.#writer?.writtenBytes ?? 0)
  }

  /** Never throws. */
  put(key: Buffer, generation: number, value: Uint8Array): void {
    this.#generation = generation
    this.#writing(() => {
      this.#writer ??= this.#begin()
      this.#writer.append(key, generation, value)
      if (this.#writer.isLost) this.#replaceLost()
    })
    if (this.#finishedBytes + this.sizeBytes > this.#options.maxBytes) this.#stopFull()
    else if (this.sizeBytes > this.#options.rollBytes) this.seal()
  }

  /** Calls back for each record of `key`, newest first. */
  find(key: Buffer, visit: (place: RecordPlace, read: () => RecordRead) => void): void {
    const writer = this.#writer
    if (writer === null) return
    for (const place of writer.find(key)) visit(place, () => writer.read(place))
  }

  /** Never throws. */
  flush(): void {
    this.#writing(() => this.#writeBatch())
    // Without it others walk the segment; whether the disk is full will show in the next batch.
    if (this.state === 'on') attempt(() => this.#writer?.updateIndex())
  }

  /** Ends the segment being written: from now on it is one of the catalog. Never throws. */
  seal(): void {
    this.#writing(() => this.#writeBatch())
    const writer = this.#writer
    this.#writer = null
    const sealed = writer?.seal() ?? null
    if (writer === null || sealed === null) return
    this.#finishedBytes += writer.writtenBytes
    if (writer.isLost) {
      attempt(() => sealed.reader.close())
      return
    }
    try {
      sealed.saveIndex()
    } catch (error) {
      // Without its index the segment is walked. Without its directory there is nothing to index.
      if (!hasCode(error, 'ENOENT')) this.#tellFailure(error)
    }
    const segment = new Segment(this.#options.site, writer)
    segment.adopt(sealed.index, sealed.reader)
    this.#options.catalog.add(segment)
  }

  #writeBatch(): void {
    this.#writer?.writeBatch()
    if (this.#writer?.isLost === true) this.#replaceLost()
  }

  #begin(): SegmentWriter {
    const { fs, directory, processes } = this.#options.site
    createDirectories(fs, directory)
    return new SegmentWriter(fs, directory, this.#generation, randomBytes(MARKER_BYTES).toString('hex'), processes.self())
  }

  /** Writes what the deleted segment held into a new one; its records can still be read through the open file. */
  #replaceLost(): void {
    const lost = this.#writer
    if (lost === null) return
    if (++this.#lostCount > MAX_LOST_SEGMENTS) throw new Error(`the directory was deleted ${this.#lostCount} times during the build`)
    this.#writer = this.#begin()
    for (const place of lost.places()) {
      const read = lost.read(place)
      if (read.status === 'ok') this.#writer.append(place.key, place.generation, read.value)
    }
    attempt(() => lost.seal()?.reader.close())
    this.#writer.writeBatch()
  }

  #writing(step: () => void): void {
    if (this.state !== 'on') return
    try {
      step()
    } catch (error) {
      this.state = 'failed'
      this.#writer?.dropBatch()
      this.#tellFailure(error)
    }
  }

  #stopFull(): void {
    if (this.state !== 'on') return
    this.seal()
    this.state = 'full'
    const { tell, maxBytes } = this.#options
    const what = `this build alone has stored ${this.#finishedBytes} bytes, and the cache is bound to ${maxBytes}`
    tell('STORE_WRITE_FAILED', `${what}; the rest is not stored. Raise the bound`)
  }

  #tellFailure(error: unknown): void {
    const { tell, site } = this.#options
    const what = `${site.directory} cannot be written (${describeError(error)}): what is stored there is still used, nothing more is added in this build`
    if (hasCode(error, 'EACCES', 'EPERM', 'EROFS')) tell('STORE_READ_ONLY', `${what}. Make it writable or set cacheDir`, error)
    else tell('STORE_WRITE_FAILED', `${what}. Check the disk or set cacheDir`, error)
  }
}
