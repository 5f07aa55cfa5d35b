/**
 * What a person may ask of a store beside using it: is all of it intact, and away with it.
 */

import type { Catalog } from './catalog.ts'
import { attempt } from './faults.ts'
import { CORRUPT_DIRECTORY, isLockLeftover, parseFileName } from './file-names.ts'
import type { SegmentSite } from './segment.ts'

export interface VerifyResult {
  readonly segmentCount: number
  readonly okCount: number
  readonly corruptCount: number
  /** Records that the disk did not deliver, or that vanished or were not complete yet. */
  readonly unreadCount: number
  /** Of the intact values. */
  readonly valueBytes: number
  /** Bytes of segments in which no record was found. */
  readonly damagedBytes: number
}

export interface ClearResult {
  readonly removedFiles: number
  readonly freedBytes: number
  /** Files that could not be deleted. */
  readonly failedFiles: number
}

/** Reads and verifies every record. Gives the event loop a turn after each segment. */
export async function verifyStore(catalog: Catalog): Promise<VerifyResult> {
  const counts = { segmentCount: 0, okCount: 0, corruptCount: 0, unreadCount: 0, valueBytes: 0, damagedBytes: 0 }
  for (const segment of catalog.segments()) {
    counts.segmentCount++
    counts.damagedBytes += segment.damagedBytes
    // Those found bad earlier are not among the places any more.
    counts.corruptCount += segment.badOffsets.size
    for (const { key, offset, valueBytes } of segment.places()) {
      const read = segment.read(key, offset, valueBytes)
      if (read?.status === 'ok') {
        counts.okCount++
        counts.valueBytes += valueBytes
      } else if (read?.damaged === true) counts.corruptCount++
      else counts.unreadCount++
    }
    await new Promise((resolve) => setImmediate(resolve))
  }
  return counts
}

function ownFiles({ fs, directory }: SegmentSite): string[] {
  const files = (path: string, isOurs: (name: string) => boolean): string[] =>
    (attempt(() => fs.list(path)) ?? []).filter((item) => item.kind === 'file' && isOurs(item.name)).map((item) => `${path}/${item.name}`)
  const isOurs = (name: string): boolean => parseFileName(name) !== null
  return [...files(directory, (name) => isOurs(name) || isLockLeftover(name)), ...files(`${directory}/${CORRUPT_DIRECTORY}`, isOurs)]
}

/** Deletes every file of the store; foreign files and the lock stay. A build that is writing begins anew. */
export function clearStore(site: SegmentSite): ClearResult {
  let removedFiles = 0
  let freedBytes = 0
  let failedFiles = 0
  for (const path of ownFiles(site)) {
    const freed = attempt(() => {
      const { sizeBytes } = site.fs.facts(path)
      site.fs.remove(path)
      return sizeBytes
    })
    if (freed === null) failedFiles++
    else removedFiles++
    freedBytes += freed ?? 0
  }
  return { removedFiles, freedBytes, failedFiles }
}
