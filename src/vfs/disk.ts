/** Questions to the disk that answer `null` where the answer of the disk is an error, and when its stats are to be believed. */
import { readFileSync, readdirSync, statSync } from 'node:fs'
import type { BigIntStats } from 'node:fs'
import { digest } from '../hash.ts'
import type { Digest } from '../hash.ts'

/** A write within this many milliseconds before a read may share its times with a later write. */
export const RACY_WINDOW_MS = 50
const COARSE_WINDOW_MS = 2_050

export function statOrNull(path: string): BigIntStats | null {
  try {
    return statSync(path, { bigint: true, throwIfNoEntry: false }) ?? null
  } catch {
    // ENOTDIR, EACCES, ELOOP, ids with NUL: whatever cannot be looked at is not there for anybody.
    return null
  }
}

export function readOrNull(path: string): Buffer | null {
  try {
    return readFileSync(path)
  } catch {
    // Gone or unreadable between the stat and the read: the same as absent, and never trusted later.
    return null
  }
}

/** What changes with the content: two equal stamps with a read between them mean that the content did not change meanwhile. Empty for what is absent. */
export function stampOf(stat: BigIntStats | null): string {
  return stat === null ? '' : `${stat.size}:${stat.mtimeNs}:${stat.ctimeNs}:${stat.ino}:${stat.mode}`
}

/** Whether the stat of what was read at this time, in milliseconds since the epoch, may not be believed later. */
export function isRacy(stat: BigIntStats, readMs: number): boolean {
  const writtenMs = Number((stat.ctimeNs > stat.mtimeNs ? stat.ctimeNs : stat.mtimeNs) / 1_000_000n)
  return writtenMs > readMs - windowOf(stat)
}

/** Whether nothing was written to it since, as far as the times of its file system can tell. @param sinceMs Milliseconds since the epoch. */
export function isOlder(stat: BigIntStats, sinceMs: number): boolean {
  return Number(stat.ctimeNs / 1_000_000n) < sinceMs - windowOf(stat)
}

/** A file system that only knows whole seconds, or every other one, rounds down. */
function windowOf({ ctimeNs }: BigIntStats): number {
  return ctimeNs % 1_000_000_000n === 0n ? COARSE_WINDOW_MS : RACY_WINDOW_MS
}

/** Of the names in a directory and what kind each is. */
export function listingDigest(path: string): Digest | null {
  try {
    const entries = readdirSync(path, { withFileTypes: true })
    return digest(entries.map(entry => entry.name + (entry.isDirectory() ? '/' : entry.isSymbolicLink() ? '//' : '')).sort().join('\0'))
  } catch {
    // Not a directory, or not readable: no listing, which is an answer too.
    return null
  }
}

/** Names of which normalising makes nothing else: nearly all, and asking is much faster. */
const ASCII = /^[\0-\x7f]*$/

/** Folded, as a file system that does not tell cases apart sees them. */
export function namesOrNull(dir: string): ReadonlySet<string> | null {
  try {
    return new Set(readdirSync(dir).map(folded))
  } catch {
    // Not there, no directory, or not readable: each name is asked for by itself.
    return null
  }
}

export function folded(name: string): string {
  return (ASCII.test(name) ? name : name.normalize('NFC')).toLowerCase()
}
