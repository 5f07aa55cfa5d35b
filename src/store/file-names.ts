/**
 * The names of the store's files, and the header of a segment file.
 *
 *   <directory>/v1/<generation>-<id>.pack        a segment: header, then records
 *   <directory>/v1/<generation>-<id>.idx         its index
 *   <directory>/v1/<generation>-<id>.use         what one process read: recency for eviction
 *   <directory>/v1/lock                          held while compacting
 *   <directory>/v1/corrupt/                      segments in which nothing could be read
 *
 * `generation` (8 hexadecimal digits) is logical time: one more than the largest that the writer saw. No wall clock takes part,
 * so a clock that jumps reorders nothing. `id` (16 digits) is random and doubles as the marker of the segment's records.
 * Every other name, and every other `v<n>` directory, belongs to somebody else and is neither read nor deleted.
 */

import { crc32 } from 'node:zlib'
import { decodeIdentity, encodeIdentity, type ProcessIdentity } from './process-identity.ts'
import { MARKER_BYTES } from './record.ts'

/** Part of the path: a version that reads this one differently must raise it. */
export const FORMAT_DIRECTORY = 'v1'
export const LOCK_NAME = 'lock'
export const CORRUPT_DIRECTORY = 'corrupt'
export const MAX_GENERATION = 0xffffffff

const NAME = /^([0-9a-f]{8})-([0-9a-f]{16})\.(pack|idx|use)(\.tmp)?$/
const LOCK_LEFTOVER = /^lock\.[0-9a-f]{16}$/

export type FileKind = 'pack' | 'idx' | 'use'

export interface FileName {
  readonly kind: FileKind
  /** What an interrupted rename left behind. */
  readonly temporary: boolean
  /** Without the extension: the same for a segment and its index. */
  readonly stem: string
  readonly generation: number
  readonly id: string
}

export function stemOf(generation: number, id: string): string {
  return `${generation.toString(16).padStart(8, '0')}-${id}`
}

/** @returns null for a foreign name. */
export function parseFileName(name: string): FileName | null {
  const match = NAME.exec(name)
  if (match === null) return null
  const [, generation = '', id = '', kind = ''] = match
  return { kind: kind as FileKind, temporary: match[4] !== undefined, stem: `${generation}-${id}`, generation: Number.parseInt(generation, 16), id }
}

export function isLockLeftover(name: string): boolean {
  return LOCK_LEFTOVER.test(name)
}

export const SEGMENT_HEADER_BYTES = 64
const SEGMENT_MAGIC = Buffer.from('PITCREW\x01', 'latin1')
const OWNER_AT = 16
const CHECK_AT = 60

/** Magic, marker, the writing process, CRC-32. Only needed while a segment has no finished index. */
export function encodeSegmentHeader(marker: Buffer, owner: ProcessIdentity): Buffer {
  const header = Buffer.alloc(SEGMENT_HEADER_BYTES)
  SEGMENT_MAGIC.copy(header)
  marker.copy(header, SEGMENT_MAGIC.length, 0, MARKER_BYTES)
  encodeIdentity(owner).copy(header, OWNER_AT)
  header.writeUInt32BE(crc32(header.subarray(0, CHECK_AT)), CHECK_AT)
  return header
}

/** The process that wrote the segment, or null when the header is damaged or another segment's. */
export function decodeSegmentHeader(header: Buffer, marker: Buffer): ProcessIdentity | null {
  if (header.length < SEGMENT_HEADER_BYTES) return null
  if (header.readUInt32BE(CHECK_AT) !== crc32(header.subarray(0, CHECK_AT))) return null
  if (!header.subarray(0, SEGMENT_MAGIC.length).equals(SEGMENT_MAGIC)) return null
  return header.subarray(SEGMENT_MAGIC.length, OWNER_AT).equals(marker) ? decodeIdentity(header, OWNER_AT) : null
}
