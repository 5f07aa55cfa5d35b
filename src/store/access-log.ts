/**
 * What was read when, for eviction: which keys each process read, by the generation in which it did.
 *
 * A process that read something leaves one small file, written once at close; segments are not touched. Compaction folds
 * many files into one. Keys appear as their fingerprints: a collision keeps an entry a little longer, no more.
 * A file that is missing or damaged makes entries look older than they are.
 *
 *   magic 8, count 4, then count times: generation 4, fingerprint 6; CRC-32 4. Integers are big-endian.
 */

import { crc32 } from 'node:zlib'
import { attempt } from './faults.ts'
import { readSmallFile, type StoreFs } from './store-fs.ts'

/** Fingerprint of a key -> the last generation in which it was read. */
export type Accesses = Map<number, number>

const MAGIC = Buffer.from('PCACCES\x01', 'latin1')
const COUNT_AT = 8
const HEADER_BYTES = 12
const ENTRY_BYTES = 10
const CHECK_BYTES = 4
const FILE_LIMIT_BYTES = 64 * 1024 * 1024

export function encodeAccesses(accesses: ReadonlyMap<number, number>): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES + accesses.size * ENTRY_BYTES + CHECK_BYTES)
  MAGIC.copy(bytes)
  bytes.writeUInt32BE(accesses.size, COUNT_AT)
  let at = HEADER_BYTES
  for (const [fingerprint, generation] of accesses) {
    bytes.writeUInt32BE(generation, at)
    bytes.writeUIntBE(fingerprint, at + 4, 6)
    at += ENTRY_BYTES
  }
  bytes.writeUInt32BE(crc32(bytes.subarray(0, at)), at)
  return bytes
}

/** @returns null unless `bytes` is a whole, intact file. */
export function decodeAccesses(bytes: Buffer): Accesses | null {
  if (bytes.length < HEADER_BYTES + CHECK_BYTES || !bytes.subarray(0, MAGIC.length).equals(MAGIC)) return null
  const end = HEADER_BYTES + bytes.readUInt32BE(COUNT_AT) * ENTRY_BYTES
  if (bytes.length !== end + CHECK_BYTES || bytes.readUInt32BE(end) !== crc32(bytes.subarray(0, end))) return null
  const accesses: Accesses = new Map()
  for (let at = HEADER_BYTES; at < end; at += ENTRY_BYTES) accesses.set(bytes.readUIntBE(at + 4, 6), bytes.readUInt32BE(at))
  return accesses
}

/** All that the files say together, the latest generation for each key. Unreadable files are passed over. */
export function readAccesses(fs: StoreFs, paths: readonly string[]): Accesses {
  const all: Accesses = new Map()
  for (const path of paths) {
    const bytes = attempt(() => readSmallFile(fs, path, FILE_LIMIT_BYTES))
    for (const [fingerprint, generation] of (bytes === null ? null : decodeAccesses(bytes)) ?? []) {
      if (generation > (all.get(fingerprint) ?? -1)) all.set(fingerprint, generation)
    }
  }
  return all
}
