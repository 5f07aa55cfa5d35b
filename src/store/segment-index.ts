/**
 * The index of a segment: where each record lies, sorted by key, searched in place without being parsed.
 *
 *   header 32   magic 8, marker 8, covered bytes 8, count 4, flags 4 (1: nothing will be added to the segment)
 *   leads  4 each    the first 4 bytes of each key, together: the search stays within them
 *   entries 48 each  key 32, offset 8, bytes of the value 4, generation 4; equal keys newest first
 *   check   4   CRC-32 of everything before it
 *
 * A checksum of 32 bits is enough here: an index that lies leads to a record that does not verify, never to a wrong value.
 * Integers are big-endian.
 */

import { endianness } from 'node:os'
import { crc32 } from 'node:zlib'
import { KEY_BYTES, RECORD_HEADER_BYTES, fingerprintOf } from './record.ts'

/** Where a record lies. */
export interface RecordPlace {
  readonly key: Buffer
  readonly offset: number
  readonly valueBytes: number
  readonly generation: number
}

const MAGIC = Buffer.from('PCINDEX\x01', 'latin1')
const HEADER_BYTES = 32
const LEAD_BYTES = 4
const ENTRY_BYTES = 48
/** What a record takes in an index. */
export const INDEX_ENTRY_BYTES: number = LEAD_BYTES + ENTRY_BYTES
const CHECK_BYTES = 4
const MARKER_AT = 8
const COVERED_AT = 16
const COUNT_AT = 24
const FLAGS_AT = 28
const OFFSET_AT = 32
const LENGTH_AT = 40
const GENERATION_AT = 44
const FLAG_CLOSED = 1

/** The largest index that a segment of this size can have: anything larger is not read. */
export function maxIndexBytes(segmentBytes: number): number {
  return HEADER_BYTES + Math.ceil(segmentBytes / RECORD_HEADER_BYTES) * INDEX_ENTRY_BYTES + CHECK_BYTES
}

function comparePlaces(a: RecordPlace, b: RecordPlace): number {
  return a.key.compare(b.key) || b.generation - a.generation || b.offset - a.offset
}

/** Room for an ordinal beside a lead of 32 bits in the 53 bits of an exact number. */
const ORDINALS = 2 ** 21

/**
 * By key; equal keys newest first.
 * Leads and ordinals are sorted as plain numbers, which is ten times faster than comparing keys; the few runs of equal leads follow.
 */
function sortedPlaces(places: readonly RecordPlace[]): RecordPlace[] {
  if (places.length > ORDINALS) return [...places].sort(comparePlaces)
  const order = Float64Array.from(places, (place, ordinal) => place.key.readUInt32BE(0) * ORDINALS + ordinal).sort()
  const sorted = Array.from(order, (entry) => places[entry % ORDINALS] as RecordPlace)
  for (let from = 0, to = 0; from < order.length; from = to) {
    to = endOfRun(order, from)
    if (to - from > 1) sorted.slice(from, to).sort(comparePlaces).forEach((place, at) => void (sorted[from + at] = place))
  }
  return sorted
}

/** Where the run of equal leads that begins at `from` ends. */
function endOfRun(order: Float64Array, from: number): number {
  const lead = Math.floor((order[from] ?? 0) / ORDINALS)
  let to = from + 1
  while (to < order.length && Math.floor((order[to] ?? 0) / ORDINALS) === lead) to += 1
  return to
}

/** The leads as numbers of this machine. */
function readLeads(bytes: Buffer, count: number): Uint32Array {
  const leads = new Uint32Array(count)
  const raw = Buffer.from(leads.buffer)
  bytes.copy(raw, 0, HEADER_BYTES, HEADER_BYTES + count * LEAD_BYTES)
  if (endianness() === 'LE') raw.swap32()
  return leads
}

export function leadOf(key: Buffer): number {
  return key.readUInt32BE(0)
}

export class SegmentIndex {
  readonly count: number
  /** The index speaks of this many bytes of the segment; records beyond are found by walking. */
  readonly coveredBytes: number
  /** Nothing will be added to the segment any more. */
  readonly closed: boolean
  readonly #bytes: Buffer
  readonly #leads: Uint32Array
  readonly #entriesAt: number

  private constructor(bytes: Buffer) {
    this.#bytes = bytes
    this.count = bytes.readUInt32BE(COUNT_AT)
    this.#leads = readLeads(bytes, this.count)
    this.#entriesAt = HEADER_BYTES + this.count * LEAD_BYTES
    this.coveredBytes = bytes.readUIntBE(COVERED_AT + 2, 6)
    this.closed = (bytes.readUInt32BE(FLAGS_AT) & FLAG_CLOSED) !== 0
  }

  static of(places: readonly RecordPlace[], marker: Buffer, coveredBytes: number, closed: boolean): SegmentIndex {
    const bytes = Buffer.alloc(HEADER_BYTES + places.length * INDEX_ENTRY_BYTES + CHECK_BYTES)
    MAGIC.copy(bytes)
    marker.copy(bytes, MARKER_AT)
    bytes.writeUIntBE(coveredBytes, COVERED_AT + 2, 6)
    bytes.writeUInt32BE(places.length, COUNT_AT)
    bytes.writeUInt32BE(closed ? FLAG_CLOSED : 0, FLAGS_AT)
    let leadAt = HEADER_BYTES
    let at = HEADER_BYTES + places.length * LEAD_BYTES
    for (const place of sortedPlaces(places)) {
      leadAt = bytes.writeUInt32BE(place.key.readUInt32BE(0), leadAt)
      place.key.copy(bytes, at, 0, KEY_BYTES)
      bytes.writeUIntBE(place.offset, at + OFFSET_AT + 2, 6)
      bytes.writeUInt32BE(place.valueBytes, at + LENGTH_AT)
      bytes.writeUInt32BE(place.generation, at + GENERATION_AT)
      at += ENTRY_BYTES
    }
    bytes.writeUInt32BE(crc32(bytes.subarray(0, at)), at)
    return new SegmentIndex(bytes)
  }

  /** @returns null unless `bytes` is the whole, intact index of the segment with this marker. */
  static decode(bytes: Buffer, marker: Buffer): SegmentIndex | null {
    if (bytes.length < HEADER_BYTES + CHECK_BYTES || !bytes.subarray(0, MAGIC.length).equals(MAGIC)) return null
    if (!bytes.subarray(MARKER_AT, COVERED_AT).equals(marker)) return null
    const end = HEADER_BYTES + bytes.readUInt32BE(COUNT_AT) * INDEX_ENTRY_BYTES
    if (bytes.length !== end + CHECK_BYTES || bytes.readUInt32BE(end) !== crc32(bytes.subarray(0, end))) return null
    return new SegmentIndex(bytes)
  }

  /** The file's content. Not to be changed. */
  get bytes(): Buffer {
    return this.#bytes
  }

  /** A view, not a copy. */
  keyAt(entry: number): Buffer {
    const at = this.#entriesAt + entry * ENTRY_BYTES
    return this.#bytes.subarray(at, at + KEY_BYTES)
  }

  offsetAt(entry: number): number {
    return this.#bytes.readUIntBE(this.#entriesAt + entry * ENTRY_BYTES + OFFSET_AT + 2, 6)
  }

  valueBytesAt(entry: number): number {
    return this.#bytes.readUInt32BE(this.#entriesAt + entry * ENTRY_BYTES + LENGTH_AT)
  }

  generationAt(entry: number): number {
    return this.#bytes.readUInt32BE(this.#entriesAt + entry * ENTRY_BYTES + GENERATION_AT)
  }

  placeAt(entry: number): RecordPlace {
    return { key: this.keyAt(entry), offset: this.offsetAt(entry), valueBytes: this.valueBytesAt(entry), generation: this.generationAt(entry) }
  }

  fingerprintAt(entry: number): number {
    return fingerprintOf(this.#bytes, this.#entriesAt + entry * ENTRY_BYTES)
  }


  /** The same index of a segment to which nothing was added since, as closed. */
  asClosed(): SegmentIndex {
    const bytes = Buffer.from(this.#bytes)
    bytes.writeUInt32BE(FLAG_CLOSED, FLAGS_AT)
    bytes.writeUInt32BE(crc32(bytes.subarray(0, bytes.length - CHECK_BYTES)), bytes.length - CHECK_BYTES)
    return new SegmentIndex(bytes)
  }

  /**
   * The first entry of `key`, or -1. Those after it have the same key for as long as `hasKey` says so.
   * @param lead The first 4 bytes of the key: read once, searched for in many indexes.
   */
  find(key: Buffer, lead: number = leadOf(key)): number {
    let low = 0
    let high = this.count
    while (low < high) {
      const middle = (low + high) >>> 1
      const middleLead = this.#leads[middle] ?? 0
      if (middleLead < lead || (middleLead === lead && this.#isBefore(middle, key))) low = middle + 1
      else high = middle
    }
    return this.hasKey(low, key, lead) ? low : -1
  }

  hasKey(entry: number, key: Buffer, lead: number = leadOf(key)): boolean {
    if (this.#leads[entry] !== lead) return false
    const at = this.#entriesAt + entry * ENTRY_BYTES
    return key.compare(this.#bytes, at, at + KEY_BYTES) === 0
  }

  #isBefore(entry: number, key: Buffer): boolean {
    const at = this.#entriesAt + entry * ENTRY_BYTES
    return key.compare(this.#bytes, at, at + KEY_BYTES) > 0
  }
}
