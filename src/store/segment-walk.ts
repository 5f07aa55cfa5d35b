/**
 * Finds the records of a segment from their headers alone: what an index would have said, when there is none.
 *
 * From header to header while all is well. Where no intact header is, and nobody can still be writing there, the next record is
 * looked for by its prefix. Values are skipped and not verified: that is done at each read.
 * A record that ends beyond the end of the file is being written, or was cut off: not an entry.
 */

import { KEY_BYTES, MAX_VALUE_BYTES, RECORD_HEADER_BYTES, decodeRecordHeader, type RecordPrefix } from './record.ts'
import type { RecordPlace } from './segment-index.ts'

/** The file as the walk sees it. */
export interface WalkSource {
  readonly sizeBytes: number
  /** Fills `target` as far as the file goes. @returns the bytes read. */
  read(target: Buffer, length: number, position: number): number
}

export interface Walk {
  readonly places: readonly RecordPlace[]
  /** Where to go on when the file has grown. */
  readonly endBytes: number
  /** Bytes in which no record was found, an unfinished last record not counted. */
  readonly damagedBytes: number
}

/** One page: at usual value sizes most of a larger window would be skipped. */
const HEADER_WINDOW_BYTES = 4096
const SCAN_WINDOW_BYTES = 256 * 1024

/** Reads headers through a small window, so that small records cost no call each. */
function headerReader(source: WalkSource, prefix: RecordPrefix) {
  const window = Buffer.allocUnsafeSlow(HEADER_WINDOW_BYTES)
  let start = 0
  let end = 0
  return (offset: number) => {
    if (offset < start || offset + RECORD_HEADER_BYTES > end) {
      start = offset
      end = offset + source.read(window, HEADER_WINDOW_BYTES, offset)
      if (offset + RECORD_HEADER_BYTES > end) return null
    }
    return decodeRecordHeader(window, offset - start, prefix)
  }
}

/** The first occurrence of `prefix` at or after `from`, or -1. Reads everything on the way. */
function scanFor(source: WalkSource, prefix: Buffer, from: number): number {
  const window = Buffer.allocUnsafeSlow(SCAN_WINDOW_BYTES)
  let position = from
  while (position + prefix.length <= source.sizeBytes) {
    const got = source.read(window, SCAN_WINDOW_BYTES, position)
    const found = window.subarray(0, got).indexOf(prefix)
    if (found >= 0) return position + found
    if (got < SCAN_WINDOW_BYTES) return -1
    position += got - prefix.length + 1
  }
  return -1
}

/**
 * @param from Where to begin: the end of the file's header, or where an earlier walk ended.
 * @param resync Look for further records behind damage. Only when nobody writes to the segment any more.
 */
export function walkRecords(source: WalkSource, prefix: RecordPrefix, from: number, resync: boolean): Walk {
  const places: RecordPlace[] = []
  const headerAt = headerReader(source, prefix)
  let offset = from
  let damagedBytes = 0
  while (offset + RECORD_HEADER_BYTES <= source.sizeBytes) {
    const header = headerAt(offset)
    if (header !== null && header.valueBytes <= MAX_VALUE_BYTES) {
      const end = offset + RECORD_HEADER_BYTES + header.valueBytes
      if (end > source.sizeBytes) break
      places.push({ key: Buffer.from(header.key.subarray(0, KEY_BYTES)), offset, valueBytes: header.valueBytes, generation: header.generation })
      offset = end
      continue
    }
    if (!resync) break
    const next = scanFor(source, prefix.bytes, offset + 1)
    damagedBytes += (next < 0 ? source.sizeBytes : next) - offset
    offset = next < 0 ? source.sizeBytes : next
  }
  return { places, endBytes: offset, damagedBytes }
}
