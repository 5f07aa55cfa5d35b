/**
 * Writes one segment: a file of its own, created exclusively, appended to in batches; no record is ever changed.
 *
 * A record counts as written once the file system has accepted all of its bytes; until then it is only in the batch, from which
 * this process can read it already. When a write fails, what it left in the file is cut off again, the file ends with
 * the last whole record, and the error goes to the caller, who stops writing.
 * The file appears with the first batch, so a build that stores nothing leaves none.
 */

import { attempt } from './faults.ts'
import { encodeSegmentHeader, stemOf } from './file-names.ts'
import { NOBODY, type ProcessIdentity } from './process-identity.ts'
import { RECORD_HEADER_BYTES, encodeRecord, encodeRecordHeader, recordPrefix, type RecordPrefix } from './record.ts'
import { RecordReader, type RecordRead } from './record-reader.ts'
import { SegmentIndex, type RecordPlace } from './segment-index.ts'
import { replaceFile, writeFully, type StoreFs } from './store-fs.ts'

const BATCH_BYTES = 1024 * 1024
/** An index is written at a flush once this many records, and an eighth of all, are not in it: the total cost stays linear. */
const INDEX_DUE_COUNT = 32
const INDEX_DUE_RATIO = 1 / 8

interface OpenFile {
  readonly fd: number
  readonly reader: RecordReader
}

export class SegmentWriter {
  readonly stem: string
  readonly id: string
  readonly generation: number
  readonly #fs: StoreFs
  readonly #basePath: string
  readonly #owner: ProcessIdentity
  readonly #marker: Buffer
  readonly #prefix: RecordPrefix
  /** Oldest first; the keys as latin1 text. */
  readonly #places = new Map<string, RecordPlace[]>()
  #entryCount = 0
  /** The last index written. */
  #lastIndex: SegmentIndex | null = null
  #file: OpenFile | null = null
  #fileBytes = 0
  #batch: Buffer | null = null
  #batchBytes = 0
  /** A value has been handed out as a view of the batch: its memory must not be used again. */
  #batchShared = false
  #isLost = false

  constructor(fs: StoreFs, directory: string, generation: number, id: string, owner: ProcessIdentity) {
    this.stem = stemOf(generation, id)
    this.id = id
    this.generation = generation
    this.#fs = fs
    this.#basePath = `${directory}/${this.stem}`
    this.#owner = owner
    this.#marker = Buffer.from(id, 'hex')
    this.#prefix = recordPrefix(this.#marker)
  }

  get entryCount(): number {
    return this.#entryCount
  }

  /** Bytes of the segment, those not yet written included. */
  get sizeBytes(): number {
    return this.#fileBytes + this.#batchBytes
  }

  get writtenBytes(): number {
    return this.#fileBytes
  }

  get readBytes(): number {
    return this.#file?.reader.readBytes ?? 0
  }

  /** The file was deleted under the writer's hands: only this process can still read it. */
  get isLost(): boolean {
    return this.#isLost
  }

  /** @throws what the file system throws; the record is then not stored. */
  append(key: Buffer, generation: number, value: Uint8Array): void {
    const recordBytes = RECORD_HEADER_BYTES + value.length
    if (this.#batchBytes + recordBytes > BATCH_BYTES) this.writeBatch()
    this.#startSegment()
    const place = { key: Buffer.from(key), offset: this.#fileBytes + this.#batchBytes, valueBytes: value.length, generation }
    if (this.#batchBytes + recordBytes > BATCH_BYTES) {
      this.writeBatch()
      this.#writeLarge(key, generation, value)
    } else {
      this.#batch ??= Buffer.allocUnsafeSlow(BATCH_BYTES)
      this.#batchBytes += encodeRecord(this.#batch, this.#batchBytes, this.#prefix, key, generation, value)
    }
    this.#remember(place)
  }

  /** Newest first. */
  find(key: Buffer): readonly RecordPlace[] {
    return this.#places.get(key.toString('latin1'))?.toReversed() ?? []
  }

  /** In the order of the file. */
  places(): RecordPlace[] {
    return [...this.#places.values()].flat().sort((a, b) => a.offset - b.offset)
  }

  read(place: RecordPlace): RecordRead {
    const batchAt = place.offset - this.#fileBytes
    if (batchAt >= 0 && this.#batch !== null) {
      this.#batchShared = true
      const at = batchAt + RECORD_HEADER_BYTES
      return { status: 'ok', value: this.#batch.subarray(at, at + place.valueBytes) }
    }
    return this.#file?.reader.read(place.key, place.offset, place.valueBytes) ?? { status: 'corrupt', reason: 'its segment is closed', damaged: false }
  }

  /** Hands the batch to the operating system. @throws what the file system throws. */
  writeBatch(): void {
    if (this.#batch === null || this.#batchBytes === 0) return
    const { fd } = this.#open()
    this.#writeAtEnd(() => writeFully(this.#fs, fd, this.#batch ?? Buffer.alloc(0), this.#batchBytes, this.#fileBytes), this.#batchBytes)
    this.#batchBytes = 0
    if (this.#batchShared) this.#batch = null
    this.#batchShared = false
    this.#isLost = this.#fs.factsOfOpen(fd).linkCount === 0
  }

  /** Forgets what has not been written, after a failure. */
  dropBatch(): void {
    for (const [key, places] of this.#places) {
      const kept = places.filter((place) => place.offset < this.#fileBytes)
      this.#entryCount -= places.length - kept.length
      if (kept.length === 0) this.#places.delete(key)
      else this.#places.set(key, kept)
    }
    this.#batch = null
    this.#batchBytes = 0
  }

  /** Writes the index when enough has come since the last. @throws what the file system throws. */
  updateIndex(): void {
    const due = this.#entryCount - (this.#lastIndex?.count ?? 0)
    if (due < INDEX_DUE_COUNT || due < this.#entryCount * INDEX_DUE_RATIO || this.#isLost) return
    const index = this.#index()
    replaceFile(this.#fs, `${this.#basePath}.idx`, index.bytes)
    this.#lastIndex = index
  }

  /**
   * Ends the segment: nothing is appended afterwards, which its header then says too, for when the index is lost.
   * @returns its index and open file, or null when nothing was ever written.
   */
  seal(): { readonly index: SegmentIndex; readonly reader: RecordReader; saveIndex(): void } | null {
    const file = this.#file
    this.#file = null
    if (file === null) return null
    if (this.#fileBytes === 0) {
      attempt(() => file.reader.close())
      attempt(() => this.#fs.remove(`${this.#basePath}.pack`))
      return null
    }
    const header = encodeSegmentHeader(this.#marker, NOBODY)
    attempt(() => writeFully(this.#fs, file.fd, header, header.length, 0))
    const index = (this.#lastIndex?.coveredBytes === this.#fileBytes ? this.#lastIndex : this.#index()).asClosed()
    return { index, reader: file.reader, saveIndex: () => replaceFile(this.#fs, `${this.#basePath}.idx`, index.bytes) }
  }

  #index(): SegmentIndex {
    return SegmentIndex.of([...this.#places.values()].flat(), this.#marker, this.#fileBytes, false)
  }

  #remember(place: RecordPlace): void {
    const key = place.key.toString('latin1')
    const places = this.#places.get(key)
    if (places === undefined) this.#places.set(key, [place])
    else places.push(place)
    this.#entryCount++
  }

  #startSegment(): void {
    if (this.#fileBytes > 0 || this.#batchBytes > 0) return
    this.#batch ??= Buffer.allocUnsafeSlow(BATCH_BYTES)
    this.#batchBytes = encodeSegmentHeader(this.#marker, this.#owner).copy(this.#batch)
  }

  #open(): OpenFile {
    if (this.#file !== null) return this.#file
    const fd = this.#fs.open(`${this.#basePath}.pack`, 'create')
    this.#file = { fd, reader: new RecordReader(this.#fs, fd, this.#prefix) }
    return this.#file
  }

  #writeLarge(key: Buffer, generation: number, value: Uint8Array): void {
    const { fd } = this.#open()
    const header = encodeRecordHeader(this.#prefix, key, generation, value)
    this.#writeAtEnd(() => {
      writeFully(this.#fs, fd, header, header.length, this.#fileBytes)
      writeFully(this.#fs, fd, value, value.length, this.#fileBytes + header.length)
    }, header.length + value.length)
    this.#isLost = this.#fs.factsOfOpen(fd).linkCount === 0
  }

  #writeAtEnd(write: () => void, length: number): void {
    try {
      write()
    } catch (error) {
      const { fd } = this.#open()
      attempt(() => this.#fs.truncate(fd, this.#fileBytes))
      throw error
    }
    this.#fileBytes += length
  }
}
