/**
 * The record codec: one value as bytes.
 *
 *   0  magic       4   F1 50 43 52; the first byte never occurs in UTF-8 text
 *   4  marker      8   random, one per segment: bytes of another segment inside a value are no record here
 *  12  digest     32   SHA-256 of everything from 44 to the end of the value
 *  44  check       4   CRC-32 of 48..88, so that headers can be walked without reading values
 *  48  generation  4   logical time of the put
 *  52  length      4   bytes of the value
 *  56  key        32
 *  88  value
 *
 * Guarantee: `recordFault` returns null only for bytes that `encodeRecord` produced with that marker, key and value; every
 * byte is either compared or digested. Integers are big-endian.
 */

import { createHash, hash } from 'node:crypto'
import { crc32 } from 'node:zlib'

export const KEY_BYTES = 32
export const MARKER_BYTES = 8
export const RECORD_HEADER_BYTES = 88
/** Larger values are not stored: reading one back would stall a build for longer than redoing the work. */
export const MAX_VALUE_BYTES: number = 256 * 1024 * 1024

const MAGIC = Buffer.from([0xf1, 0x50, 0x43, 0x52])
const DIGEST_AT = 12
const CHECK_AT = 44
const GENERATION_AT = 48
const LENGTH_AT = 52
const KEY_AT = 56

export interface RecordHeader {
  readonly generation: number
  readonly valueBytes: number
  /** A view, not a copy. */
  readonly key: Buffer
}

/** @throws TypeError unless the key has 32 bytes: a mistake of the caller, not of the disk. */
export function assertKey(key: Buffer): void {
  if (key.length !== KEY_BYTES) throw new TypeError(`a store key has ${KEY_BYTES} bytes, not ${key.length}`)
}

const HALF = 0x1000000

/**
 * 48 bits that stand for a key where a rare mistake costs a miss at most: which key was read when, which has many values.
 * From both ends of the key, so that keys that count up at either end differ too.
 * @param source Holds the key at `at`.
 */
export function fingerprintOf(source: Buffer, at = 0): number {
  return source.readUIntBE(at, 3) * HALF + source.readUIntBE(at + KEY_BYTES - 3, 3)
}

/** What every record of a segment begins with: 12 bytes, also the needle to find the next record after damage. */
export interface RecordPrefix {
  readonly bytes: Buffer
  /** As latin1, to be compared together with the digest that follows it. */
  readonly text: string
}

export function recordPrefix(marker: Buffer): RecordPrefix {
  const bytes = Buffer.concat([MAGIC, marker])
  return { bytes, text: bytes.toString('latin1') }
}

function isPrefixAt(source: Buffer, at: number, { bytes }: RecordPrefix): boolean {
  return bytes.compare(source, at, at + bytes.length) === 0
}

function writeHeaderFields(target: Buffer, at: number, prefix: RecordPrefix, key: Buffer, generation: number, valueBytes: number): void {
  prefix.bytes.copy(target, at)
  target.writeUInt32BE(generation, at + GENERATION_AT)
  target.writeUInt32BE(valueBytes, at + LENGTH_AT)
  key.copy(target, at + KEY_AT, 0, KEY_BYTES)
  target.writeUInt32BE(crc32(target.subarray(at + GENERATION_AT, at + RECORD_HEADER_BYTES)), at + CHECK_AT)
}

/** Writes a record into `target` at `at`. @returns its length. */
export function encodeRecord(target: Buffer, at: number, prefix: RecordPrefix, key: Buffer, generation: number, value: Uint8Array): number {
  const end = at + RECORD_HEADER_BYTES + value.length
  writeHeaderFields(target, at, prefix, key, generation, value.length)
  target.set(value, at + RECORD_HEADER_BYTES)
  target.write(hash('sha256', target.subarray(at + CHECK_AT, end), 'binary'), at + DIGEST_AT, 'latin1')
  return end - at
}

/** The header alone, for values too large to be copied next to it. */
export function encodeRecordHeader(prefix: RecordPrefix, key: Buffer, generation: number, value: Uint8Array): Buffer {
  const header = Buffer.alloc(RECORD_HEADER_BYTES)
  writeHeaderFields(header, 0, prefix, key, generation, value.length)
  createHash('sha256').update(header.subarray(CHECK_AT)).update(value).digest().copy(header, DIGEST_AT)
  return header
}

/**
 * Reads a header at `at`, of which at least RECORD_HEADER_BYTES must be there.
 * @returns null when no intact header begins there. An intact header says nothing about its value.
 */
export function decodeRecordHeader(source: Buffer, at: number, prefix: RecordPrefix): RecordHeader | null {
  if (!isPrefixAt(source, at, prefix)) return null
  const checked = source.subarray(at + GENERATION_AT, at + RECORD_HEADER_BYTES)
  if (crc32(checked) !== source.readUInt32BE(at + CHECK_AT)) return null
  return {
    generation: source.readUInt32BE(at + GENERATION_AT),
    valueBytes: source.readUInt32BE(at + LENGTH_AT),
    key: source.subarray(at + KEY_AT, at + RECORD_HEADER_BYTES),
  }
}

/**
 * Why the record in `source[at, end)` is not the intact record of `key`, or null when it is.
 * The caller knows `end` from the index; that the header agrees is part of the check.
 */
export function recordFault(source: Buffer, at: number, end: number, prefix: RecordPrefix, key: Buffer): string | null {
  if (source.readUInt32BE(at + LENGTH_AT) !== end - at - RECORD_HEADER_BYTES) return 'the length differs from the index'
  if (key.compare(source, at + KEY_AT, at + KEY_AT + KEY_BYTES) !== 0) return 'the key differs from the index'
  const expected = prefix.text + hash('sha256', source.subarray(at + CHECK_AT, end), 'binary')
  if (source.toString('latin1', at, at + CHECK_AT) === expected) return null
  return isPrefixAt(source, at, prefix) ? 'the SHA-256 does not match' : 'no record begins where the index points'
}
