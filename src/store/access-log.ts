/**
 * What was read when, for eviction: which keys each process read, by the generation in which it did.
 *
 * A process that read something leaves one small file, written once at close; segments are not touched. Files are folded into
 * one: all of them where entries are evicted, a few small ones at a time where a build must not wait. Keys appear as their
 * fingerprints: a collision keeps an entry a little longer, no more.
 * A file that is missing or damaged makes entries look older than they are.
 *
 *   magic 8, count 4, then count times: generation 4, fingerprint 6; CRC-32 4. Integers are big-endian.
 */

import { crc32 } from 'node:zlib'
import { attempt } from './faults.ts'
import { readSmallFile, replaceFile, type StoreFs } from './store-fs.ts'

/** Fingerprint of a key -> the last generation in which it was read. */
export type Accesses = Map<number, number>

const MAGIC = Buffer.from('PCACCES\x01', 'latin1')
const COUNT_AT = 8
const HEADER_BYTES = 12
const ENTRY_BYTES = 10
const CHECK_BYTES = 4
const FILE_LIMIT_BYTES = 64 * 1024 * 1024
/** What can be folded in some milliseconds. */
const FOLD_BYTES = 512 * 1024
/** Of files too large to be folded in passing, the newest are enough. */
const KEPT_COUNT = 32

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

/**
 * Writes `accesses` in place of the files that they were read from.
 * @param paths In the order of their names, which is that of their generations. @throws what the file system throws.
 */
export function replaceAccesses(fs: StoreFs, paths: readonly string[], accesses: ReadonlyMap<number, number>): void {
  const newest = paths.at(-1)
  if (newest === undefined) return
  replaceFile(fs, newest, encodeAccesses(accesses))
  for (const path of paths.slice(0, -1)) fs.remove(path)
}

/** Makes many files fewer, in little time. @param paths As above. @throws what the file system throws. */
export function foldSmallAccesses(fs: StoreFs, paths: readonly string[]): void {
  let room = FOLD_BYTES
  const bySize = paths.map((path) => ({ path, sizeBytes: fs.facts(path).sizeBytes })).sort((a, b) => a.sizeBytes - b.sizeBytes)
  const folded = new Set(bySize.filter(({ sizeBytes }) => (room -= sizeBytes) >= 0).map(({ path }) => path))
  const inOrder = paths.filter((path) => folded.has(path))
  if (inOrder.length > 1) replaceAccesses(fs, inOrder, readAccesses(fs, inOrder))
  const large = paths.filter((path) => !folded.has(path))
  for (const path of large.slice(0, Math.max(0, large.length - KEPT_COUNT))) fs.remove(path)
}
