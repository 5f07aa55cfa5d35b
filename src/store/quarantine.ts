/**
 * Sets damaged segments aside, in `corrupt/`, for whoever wants to know what happened to the disk; a few and not large.
 */

import { attempt, hasCode } from './faults.ts'
import { CORRUPT_DIRECTORY } from './file-names.ts'
import type { StoreFs } from './store-fs.ts'

const KEPT_COUNT = 4
const KEPT_BYTES = 64 * 1024 * 1024

/** Deletes until the newest that fit remain. Only names ending in `.pack` are ours. */
function trim(fs: StoreFs, corrupt: string): void {
  const files = fs
    .list(corrupt)
    .filter((item) => item.kind === 'file' && item.name.endsWith('.pack'))
    .map((item) => `${corrupt}/${item.name}`)
    .map((path) => ({ path, ...fs.facts(path) }))
    .sort((a, b) => b.modifiedMs - a.modifiedMs)
  let keptBytes = 0
  for (const [rank, file] of files.entries()) {
    keptBytes += file.sizeBytes
    if (rank >= KEPT_COUNT || keptBytes > KEPT_BYTES) fs.remove(file.path)
  }
}

/**
 * Moves the segment `stem` out of the way and deletes its index.
 * @returns where it is now. @throws what the file system throws; the segment is then still there.
 */
export function setAside(fs: StoreFs, directory: string, stem: string): string {
  const corrupt = `${directory}/${CORRUPT_DIRECTORY}`
  try {
    fs.makeDirectory(corrupt)
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error
  }
  const target = `${corrupt}/${stem}.pack`
  fs.rename(`${directory}/${stem}.pack`, target)
  attempt(() => fs.remove(`${directory}/${stem}.idx`))
  attempt(() => trim(fs, corrupt))
  return target
}
