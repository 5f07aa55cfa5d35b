/**
 * Copies the records worth keeping of some segments into new ones, and then deletes the old.
 *
 * Safe to be killed at any step: the copies are segments like any other, valid as far as they are written, and an old segment is
 * deleted only when all that is kept of it is in a finished copy. At worst some records exist twice for a while.
 * Every record is verified on the way; what does not verify is left behind, and its segment is set aside instead of deleted.
 * The order of the file is kept, so that what was written together is still read together.
 */

import { randomBytes, createHash } from 'node:crypto'
import type { Catalog } from './catalog.ts'
import { hasCode } from './faults.ts'
import { MARKER_BYTES } from './record.ts'
import { SegmentWriter } from './segment-writer.ts'
import { Segment, type SegmentSite } from './segment.ts'
import { byAge, groupsLargerThan, keyOf, valueBytesOf, type StoredRecord } from './survivors.ts'

export interface CompactionJob {
  readonly site: SegmentSite
  readonly catalog: Catalog
  /** Segments to be replaced; none of them `live`. */
  readonly inputs: readonly Segment[]
  /** Records of `inputs`; the others are dropped. */
  readonly keep: readonly StoredRecord[]
  /** A new segment is begun above this size. */
  readonly rollBytes: number
  /** Asked after each input but the first; `false` ends the job with those done so far. */
  mayGoOn(): boolean
}

export interface CompactionResult {
  readonly removedSegments: number
  readonly copiedBytes: number
  readonly droppedEntries: number
}

/** Copies of the same value under the same key, but for the newest: two processes stored it at the same time. */
function duplicates(records: readonly StoredRecord[]): Set<StoredRecord> {
  const dropped = new Set<StoredRecord>()
  for (const group of groupsLargerThan(records, 1)) {
    const seen = new Set<string>()
    for (const record of group.sort(byAge)) {
      const read = record.segment.read(keyOf(record), record.offset, valueBytesOf(record))
      if (read?.status !== 'ok') continue
      const digest = createHash('sha256').update(read.value).digest('base64')
      if (seen.has(digest)) dropped.add(record)
      seen.add(digest)
    }
  }
  return dropped
}

/** Appends to one segment after another, and makes each known to the catalog when it is whole. */
class Output {
  copiedBytes = 0
  readonly #job: CompactionJob
  readonly #generation: number
  #writer: SegmentWriter | null = null

  constructor(job: CompactionJob) {
    this.#job = job
    this.#generation = Math.max(0, ...job.inputs.map(({ generation }) => generation))
  }

  append(key: Buffer, generation: number, value: Buffer): void {
    const { rollBytes } = this.#job
    this.#writer ??= this.#begin()
    this.#writer.append(key, generation, value)
    if (this.#writer.sizeBytes > rollBytes) this.finish()
  }

  finish(): void {
    const writer = this.#writer
    this.#writer = null
    if (writer === null) return
    writer.writeBatch()
    if (writer.isLost) throw new Error('the directory was deleted while it was compacted')
    this.copiedBytes += writer.writtenBytes
    const sealed = writer.seal()
    if (sealed === null) return
    const segment = new Segment(this.#job.site, writer)
    segment.adopt(sealed.index, sealed.reader)
    this.#job.catalog.add(segment)
    sealed.saveIndex()
  }

  #begin(): SegmentWriter {
    const { fs, directory, processes } = this.#job.site
    return new SegmentWriter(fs, directory, this.#generation, randomBytes(MARKER_BYTES).toString('hex'), processes.self())
  }

  /** After a failure: what has been written stays valid, and is nobody's loss. */
  abandon(): void {
    this.#writer?.seal()?.reader.close()
  }
}

/** @returns false when a record could not be read for reasons of the disk: the segment must then stay. */
function copySegment(records: readonly StoredRecord[], output: Output): boolean {
  for (const record of records.toSorted((a, b) => a.offset - b.offset)) {
    const read = record.segment.read(keyOf(record), record.offset, valueBytesOf(record))
    if (read?.status === 'ok') output.append(keyOf(record), record.generation, read.value)
    else if (read === null || !read.damaged) return false
  }
  return true
}

function keptBySegment({ inputs, keep }: CompactionJob): ReadonlyMap<Segment, StoredRecord[]> {
  const dropped = duplicates(keep)
  const bySegment = new Map<Segment, StoredRecord[]>(inputs.map((segment) => [segment, []]))
  for (const record of keep) if (!dropped.has(record)) bySegment.get(record.segment)?.push(record)
  return bySegment
}

/** As many as there is time for, the oldest first. @returns Those that are copied whole. */
function copySegments(bySegment: ReadonlyMap<Segment, readonly StoredRecord[]>, output: Output, job: CompactionJob): Segment[] {
  const done: Segment[] = []
  for (const [segment, records] of [...bySegment].sort(([a], [b]) => (a.stem < b.stem ? -1 : 1))) {
    if (copySegment(records, output)) done.push(segment)
    // Of fewer than two, nothing would have become less.
    if (done.length >= 2 && !job.mayGoOn()) break
  }
  return done
}

function removeInput(catalog: Catalog, segment: Segment): void {
  try {
    if (segment.isDamaged) catalog.setAside(segment)
    else catalog.delete(segment)
  } catch (error) {
    // Another process has compacted the same segment; or, on Windows, has it open: the next compaction will do.
    if (!hasCode(error, 'ENOENT', 'EPERM', 'EBUSY', 'EACCES')) throw error
  }
}

/** @throws what the file system throws; nothing is lost then. */
export function compact(job: CompactionJob): CompactionResult {
  const bySegment = keptBySegment(job)
  const output = new Output(job)
  let done: Segment[]
  try {
    done = copySegments(bySegment, output, job)
    output.finish()
  } catch (error) {
    output.abandon()
    throw error
  }
  const before = done.reduce((count, segment) => count + segment.entryCount, 0)
  const isKept = ({ segment, offset }: StoredRecord): boolean => !segment.badOffsets.has(offset)
  const kept = done.reduce((count, segment) => count + (bySegment.get(segment) ?? []).filter(isKept).length, 0)
  for (const segment of done) removeInput(job.catalog, segment)
  return { removedSegments: done.length, copiedBytes: output.copiedBytes, droppedEntries: before - kept }
}
