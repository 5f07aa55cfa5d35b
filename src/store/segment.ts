/**
 * A segment file that this process only reads: its index, where its records are, and whether anybody still adds to it.
 *
 * `closed`  its index says that nothing will be added.
 * `live`    no such index, and its writer runs, or may run: only what is complete so far is known, damage is not judged.
 * `orphan`  no such index, and its writer is gone: everything readable is known.
 * The bodies of records are read only by `read`, and by loading when the index is missing or bad and the headers are damaged too.
 */

import { attempt, describeError, hasCode } from './faults.ts'
import { SEGMENT_HEADER_BYTES, decodeSegmentHeader, type FileName } from './file-names.ts'
import type { ProcessTable } from './process-identity.ts'
import { recordPrefix, type RecordPrefix } from './record.ts'
import { RecordReader, type RecordRead } from './record-reader.ts'
import { SegmentIndex, maxIndexBytes, type RecordPlace } from './segment-index.ts'
import { walkRecords, type Walk, type WalkSource } from './segment-walk.ts'
import { readFully, readSmallFile, replaceFile, type StoreFs } from './store-fs.ts'

/** What every segment of a store has in common. */
export interface SegmentSite {
  readonly fs: StoreFs
  /** Absolute, the format's directory included. */
  readonly directory: string
  readonly processes: ProcessTable
  /** Other hosts may write here too. */
  readonly sharedWithHosts: boolean
}

export type SegmentState = 'closed' | 'live' | 'orphan'

export class Segment {
  readonly stem: string
  readonly generation: number
  readonly marker: Buffer
  state: SegmentState = 'live'
  sizeBytes = 0
  /** Bytes in which a walk found no record. */
  damagedBytes = 0
  /** Offsets of records that did not verify. */
  readonly badOffsets: Set<number> = new Set()
  readonly #site: SegmentSite
  readonly #prefix: RecordPrefix
  /** At most two: that of the index file, and that of the records found by walking on from there. */
  #indexes: readonly SegmentIndex[] = []
  #reader: RecordReader | null = null
  #pastReadBytes = 0

  constructor(site: SegmentSite, name: Pick<FileName, 'stem' | 'generation' | 'id'>) {
    this.#site = site
    this.stem = name.stem
    this.generation = name.generation
    this.marker = Buffer.from(name.id, 'hex')
    this.#prefix = recordPrefix(this.marker)
  }

  get packPath(): string {
    return `${this.#site.directory}/${this.stem}.pack`
  }

  get indexPath(): string {
    return `${this.#site.directory}/${this.stem}.idx`
  }

  get entryCount(): number {
    return this.#indexes.reduce((count, index) => count + index.count, 0) - this.badOffsets.size
  }

  /** Segment and index. */
  get diskBytes(): number {
    return this.#indexes.reduce((bytes, index) => bytes + index.bytes.length, this.sizeBytes)
  }

  get readBytes(): number {
    return this.#pastReadBytes + (this.#reader?.readBytes ?? 0)
  }

  /** True when nothing in the file can be read and nobody writes to it. */
  get isEmpty(): boolean {
    return this.state === 'orphan' && this.places().length === 0
  }

  get isDamaged(): boolean {
    return this.damagedBytes > 0 || this.badOffsets.size > 0
  }

  /**
   * Reads what there is to know without reading values. Called again, it learns what was added since.
   * @throws what the file system throws when the segment itself cannot be read.
   */
  load(): void {
    const index = this.#readIndex()
    this.sizeBytes = this.#site.fs.facts(this.packPath).sizeBytes
    if (index?.closed === true) {
      this.state = 'closed'
      this.#indexes = [index]
      return
    }
    this.#loadUnfinished(index)
  }

  /** Takes over a segment that this process has just finished, with its open file. */
  adopt(index: SegmentIndex, reader: RecordReader): void {
    this.state = 'closed'
    this.sizeBytes = index.coveredBytes
    this.#indexes = [index]
    this.#reader = reader
  }

  /** Judges by age a writer of whom nothing else can be known. @param nowMs By the clock of the file system. */
  giveUpIfOlder(nowMs: number, limitMs: number): void {
    if (this.state !== 'live' || this.#ownerLiveness() !== 'unknown') return
    const { modifiedMs } = this.#site.fs.facts(this.packPath)
    if (Math.abs(nowMs - modifiedMs) > limitMs) this.rewalk()
  }

  /** Walks the whole file again, the index left aside. For segments whose index has led to damage. */
  rewalk(): void {
    this.sizeBytes = this.#site.fs.facts(this.packPath).sizeBytes
    this.#take(this.#walk(SEGMENT_HEADER_BYTES, true), 'orphan')
  }

  /** Calls `visit` for each record of `key`, newest first within one index. */
  find(key: Buffer, lead: number, visit: (segment: Segment, offset: number, valueBytes: number, generation: number) => void): void {
    for (const index of this.#indexes) {
      const first = index.find(key, lead)
      for (let entry = first; entry >= 0 && (entry === first || index.hasKey(entry, key, lead)); entry++) {
        const offset = index.offsetAt(entry)
        if (!this.badOffsets.has(offset)) visit(this, offset, index.valueBytesAt(entry), index.generationAt(entry))
      }
    }
  }

  /** Calls `visit` for every record not known to be bad, in no particular order. */
  forEachRecord(visit: (index: SegmentIndex, entry: number) => void): void {
    for (const index of this.#indexes) {
      for (let entry = 0; entry < index.count; entry++) if (!this.badOffsets.has(index.offsetAt(entry))) visit(index, entry)
    }
  }

  /** Every record not known to be bad, in the order of the file. */
  places(): RecordPlace[] {
    const places: RecordPlace[] = []
    this.forEachRecord((index, entry) => places.push(index.placeAt(entry)))
    return places.sort((a, b) => a.offset - b.offset)
  }

  /** @returns null when it is not there: compaction or eviction has deleted the file, or its writer has not finished the record. */
  read(key: Buffer, offset: number, valueBytes: number): RecordRead | null {
    try {
      this.#reader ??= new RecordReader(this.#site.fs, this.#site.fs.open(this.packPath, 'read'), this.#prefix)
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return null
      return { status: 'corrupt', reason: `its segment could not be opened (${describeError(error)})`, damaged: false }
    }
    const read = this.#reader.read(key, offset, valueBytes)
    if (read.status === 'ok' || !read.damaged) return read
    // What is still being written is not damaged, it is not there yet.
    if (this.state === 'live') return null
    this.badOffsets.add(offset)
    return read
  }

  /** Writes an index of what is known to be good: nothing will be added any more. @throws what the file system throws. */
  finishIndex(): void {
    const index = SegmentIndex.of(this.places(), this.marker, this.sizeBytes, true)
    replaceFile(this.#site.fs, this.indexPath, index.bytes)
    this.#indexes = [index]
    this.badOffsets.clear()
    this.damagedBytes = 0
    this.state = 'closed'
  }

  close(): void {
    const reader = this.#reader
    if (reader === null) return
    this.#pastReadBytes += reader.readBytes
    this.#reader = null
    attempt(() => reader.close())
  }

  #readIndex(): SegmentIndex | null {
    // The size of the segment bounds that of its index: a garbage file of gigabytes is not read.
    return attempt(() => {
      const { sizeBytes } = this.#site.fs.facts(this.packPath)
      const bytes = readSmallFile(this.#site.fs, this.indexPath, maxIndexBytes(sizeBytes))
      return bytes === null ? null : SegmentIndex.decode(bytes, this.marker)
    })
  }

  #loadUnfinished(index: SegmentIndex | null): void {
    const isOrphan = this.#ownerLiveness() === 'dead'
    // Only now nobody adds to it: what came between the first look at it and its writer's end must not be left behind.
    if (isOrphan) this.sizeBytes = this.#site.fs.facts(this.packPath).sizeBytes
    const covered = index === null || index.coveredBytes > this.sizeBytes ? null : index
    const walk = this.#walk(covered?.coveredBytes ?? SEGMENT_HEADER_BYTES, isOrphan)
    this.#take(walk, isOrphan ? 'orphan' : 'live', covered)
  }

  #take(walk: Walk, state: SegmentState, covered: SegmentIndex | null = null): void {
    const rest = SegmentIndex.of(walk.places, this.marker, walk.endBytes, false)
    this.#indexes = covered === null ? [rest] : [covered, rest]
    this.damagedBytes = walk.damagedBytes
    this.state = state
  }

  #ownerLiveness(): ReturnType<ProcessTable['liveness']> {
    const { fs, processes, sharedWithHosts } = this.#site
    const header = Buffer.alloc(SEGMENT_HEADER_BYTES)
    const got = this.#withFile((fd) => readFully(fs, fd, header, header.length, 0))
    // A writer creates the file and then writes header and first records at once: an empty file may be just begun.
    if (got === 0) return 'unknown'
    // Elsewhere the size may become visible before the bytes.
    if (sharedWithHosts && header.every((byte) => byte === 0)) return 'unknown'
    const owner = decodeSegmentHeader(header.subarray(0, got), this.marker)
    return owner === null ? 'dead' : processes.liveness(owner, sharedWithHosts)
  }

  #walk(from: number, resync: boolean): Walk {
    const { fs } = this.#site
    return this.#withFile((fd) => {
      const source: WalkSource = {
        sizeBytes: this.sizeBytes,
        read: (target, length, position) => readFully(fs, fd, target, Math.min(length, this.sizeBytes - position), position),
      }
      return walkRecords(source, this.#prefix, from, resync)
    })
  }

  #withFile<T>(use: (fd: number) => T): T {
    const fd = this.#site.fs.open(this.packPath, 'read')
    try {
      return use(fd)
    } finally {
      this.#site.fs.close(fd)
    }
  }
}
