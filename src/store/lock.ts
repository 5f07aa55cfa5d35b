/**
 * The lock under which segments are merged and deleted. Never waits: who does not get it does without.
 *
 * A lock whose owner has ended is broken: by pid, start time and boot id where those can be compared, else by its age.
 * Two processes may break the same lock and, between two calls, both hold one. That costs work and loses nothing, for
 * compaction deletes only what it has itself copied whole; so the lock need not be perfect, only never stuck.
 */

import { randomBytes } from 'node:crypto'
import { attempt, hasCode } from './faults.ts'
import { LOCK_NAME } from './file-names.ts'
import { IDENTITY_BYTES, decodeIdentity, encodeIdentity } from './process-identity.ts'
import type { SegmentSite } from './segment.ts'
import { readSmallFile, writeFully } from './store-fs.ts'

/** Far longer than any compaction takes. */
const AGE_LIMIT_MS = 10 * 60 * 1000
const TOKEN_BYTES = 8

export interface Lock {
  /** The time at which it was taken, by the clock of the file system. */
  readonly takenAtMs: number
  release(): void
}

/** @returns true when the present lock's owner has ended, or nothing is known of it and it is old. */
function isAbandoned(site: SegmentSite, path: string, nowMs: number): boolean {
  const { modifiedMs } = site.fs.facts(path)
  const content = readSmallFile(site.fs, path, IDENTITY_BYTES + TOKEN_BYTES)
  const liveness =
    content?.length === IDENTITY_BYTES + TOKEN_BYTES ? site.processes.liveness(decodeIdentity(content, 0), site.sharedWithHosts) : 'unknown'
  // A time in the future is as old as one in the past: the clock has been set back since.
  return liveness === 'dead' || (liveness === 'unknown' && Math.abs(nowMs - modifiedMs) > AGE_LIMIT_MS)
}

/** Puts `own` in place of a lock that does not exist. @returns false when one does. @throws what else the file system throws. */
function place(site: SegmentSite, own: string, path: string): boolean {
  try {
    site.fs.link(own, path)
    return true
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false
    throw error
  }
}

/** Where hard links do not exist, an exclusive create: its content arrives a moment later, which only age can then judge. */
function createExclusively(site: SegmentSite, content: Buffer, path: string): boolean {
  try {
    const fd = site.fs.open(path, 'create')
    try {
      writeFully(site.fs, fd, content, content.length, 0)
    } finally {
      site.fs.close(fd)
    }
    return true
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false
    throw error
  }
}

function tryPlace(site: SegmentSite, own: string, content: Buffer, path: string): boolean {
  try {
    return place(site, own, path)
  } catch (error) {
    if (!hasCode(error, 'EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EXDEV', 'EMLINK')) throw error
    return createExclusively(site, content, path)
  }
}

/** @returns null when another process holds it. @throws what the file system throws. */
export function takeLock(site: SegmentSite): Lock | null {
  const { fs } = site
  const path = `${site.directory}/${LOCK_NAME}`
  const token = randomBytes(TOKEN_BYTES)
  const own = `${path}.${token.toString('hex')}`
  const content = Buffer.concat([encodeIdentity(site.processes.self()), token])
  const fd = fs.open(own, 'create')
  try {
    try {
      writeFully(fs, fd, content, content.length, 0)
    } finally {
      fs.close(fd)
    }
    const takenAtMs = fs.facts(own).modifiedMs
    const isOurs = tryPlace(site, own, content, path) || (breakAbandoned(site, path, takenAtMs) && tryPlace(site, own, content, path))
    if (!isOurs) return null
    return { takenAtMs, release: () => releaseOwn(site, path, content) }
  } finally {
    attempt(() => fs.remove(own))
  }
}

/** @returns true when the way is free. */
function breakAbandoned(site: SegmentSite, path: string, nowMs: number): boolean {
  try {
    if (!isAbandoned(site, path, nowMs)) return false
    // Renamed rather than removed: of several breakers only one succeeds.
    const broken = `${path}.${randomBytes(TOKEN_BYTES).toString('hex')}`
    site.fs.rename(path, broken)
    attempt(() => site.fs.remove(broken))
    return true
  } catch (error) {
    // Released or broken by somebody else in between.
    return hasCode(error, 'ENOENT')
  }
}

function releaseOwn(site: SegmentSite, path: string, content: Buffer): void {
  attempt(() => {
    // Somebody may have thought us dead and taken over.
    if (readSmallFile(site.fs, path, content.length)?.equals(content) === true) site.fs.remove(path)
  })
}
