/**
 * Which records stay: pure bookkeeping over what the indexes say, no file is touched.
 *
 * Two rules: of each key the newest few values, and of all the most recently used that fit. "Recently" counts generations, that
 * is builds, not hours: a clock that jumps evicts nothing, and a project that rests for a month loses nothing.
 */

import type { SegmentIndex } from './segment-index.ts'
import type { Segment } from './segment.ts'

export const VALUES_PER_KEY = 4

export interface StoredRecord {
  readonly segment: Segment
  /** Where the key and the rest of what is known of it are. */
  readonly index: SegmentIndex
  readonly entry: number
  readonly offset: number
  readonly generation: number
  /** On disk, its part of the index included. */
  readonly recordBytes: number
  readonly fingerprint: number
  /** The generation of the put or of the last read, whichever is later. */
  readonly lastUsed: number
}

export function keyOf({ index, entry }: StoredRecord): Buffer {
  return index.keyAt(entry)
}

export function valueBytesOf({ index, entry }: StoredRecord): number {
  return index.valueBytesAt(entry)
}

/** Newest first. */
export function byAge(a: StoredRecord, b: StoredRecord): number {
  return b.generation - a.generation || (a.segment.stem === b.segment.stem ? b.offset - a.offset : a.segment.stem < b.segment.stem ? 1 : -1)
}

/** The records of those keys that have more than `count`, by key. */
export function groupsLargerThan(records: readonly StoredRecord[], count: number): StoredRecord[][] {
  const counts = new Map<number, number>()
  for (const { fingerprint } of records) counts.set(fingerprint, (counts.get(fingerprint) ?? 0) + 1)
  const groups = new Map<string, StoredRecord[]>()
  for (const record of records) {
    if ((counts.get(record.fingerprint) ?? 0) <= count) continue
    const key = keyOf(record).toString('latin1')
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [record])
    else group.push(record)
  }
  return [...groups.values()].filter((group) => group.length > count)
}

/** Without those beyond the newest VALUES_PER_KEY of their key; in the given order. */
export function newestValues(records: readonly StoredRecord[]): readonly StoredRecord[] {
  const superseded = new Set(groupsLargerThan(records, VALUES_PER_KEY).flatMap((group) => group.sort(byAge).slice(VALUES_PER_KEY)))
  return superseded.size === 0 ? records : records.filter((record) => !superseded.has(record))
}

interface CutOff {
  /** Everything used in this generation or later fits. */
  readonly from: number
  /** The generation before it, which fits only in part, and the room there is for it. */
  readonly partial: number
  readonly roomBytes: number
}

function cutOff(records: readonly StoredRecord[], maxBytes: number): CutOff {
  const bytesByGeneration = new Map<number, number>()
  for (const { lastUsed, recordBytes } of records) bytesByGeneration.set(lastUsed, (bytesByGeneration.get(lastUsed) ?? 0) + recordBytes)
  let roomBytes = maxBytes
  let from = Number.POSITIVE_INFINITY
  for (const generation of [...bytesByGeneration.keys()].sort((a, b) => b - a)) {
    const bytes = bytesByGeneration.get(generation) ?? 0
    if (bytes > roomBytes) return { from, partial: generation, roomBytes }
    roomBytes -= bytes
    from = generation
  }
  return { from, partial: -1, roomBytes }
}

/**
 * The most recently used records that fit into `maxBytes`, in the given order.
 * Of the one generation that fits only in part, the records that come first in `records` stay.
 */
export function mostRecent(records: readonly StoredRecord[], maxBytes: number): StoredRecord[] {
  const { from, partial, roomBytes } = cutOff(records, maxBytes)
  let room = roomBytes
  return records.filter(({ lastUsed, recordBytes }) => {
    if (lastUsed >= from) return true
    if (lastUsed !== partial || recordBytes > room) return false
    room -= recordBytes
    return true
  })
}
