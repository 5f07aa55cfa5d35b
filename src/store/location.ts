/**
 * Whether a directory can hold the store, found out without creating anything.
 *
 * The nearest existing ancestor is looked at first and directories are then made one level at a time: on Node 20 a
 * recursive `mkdirSync` of a missing path under /proc never returns.
 */

import { dirname } from 'node:path'
import { describeError, hasCode } from './faults.ts'
import type { StoreFs } from './store-fs.ts'

export type Location =
  | {
      readonly state: 'ok' | 'read-only'
      /** Why it is read-only; empty when it is not. */
      readonly reason: string
      /** Name of the file system when other hosts may share it, else null. */
      readonly networkName: string | null
    }
  | { readonly state: 'off'; readonly reason: string }

/** statfs(2) types behind which other hosts, or the host of a virtual machine, may write too. */
const NETWORK_TYPES: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB2'],
  [0x01021997, '9P'],
  [0x65735546, 'FUSE'],
  [0x6a656a63, 'virtiofs'],
  [0x00c36400, 'Ceph'],
  [0x5346414f, 'AFS'],
  [0x73757245, 'Coda'],
  [0x0bd00bd0, 'Lustre'],
  [0x47504653, 'GPFS'],
  [0x786f4256, 'VirtualBox shared folders'],
])

/** statfs(2) types that hold no files of ours, whatever their permissions say: proc, sysfs, cgroup, cgroup2, debugfs, devpts. */
const UNUSABLE_TYPES: ReadonlySet<number> = new Set([0x9fa0, 0x62656572, 0x27e0eb, 0x63677270, 0x64626720, 0x1cd1])

/** The path itself or its nearest existing ancestor. @throws when even that cannot be told. */
function nearestExisting(fs: StoreFs, path: string): { path: string; isDirectory: boolean } {
  for (let current = path; ; current = dirname(current)) {
    try {
      return { path: current, isDirectory: fs.facts(current).kind === 'directory' }
    } catch (error) {
      if (!hasCode(error, 'ENOENT', 'ENOTDIR') || current === dirname(current)) throw error
    }
  }
}

function fileSystemType(fs: StoreFs, path: string): number {
  try {
    // Some architectures hand the magic number out sign-extended.
    return fs.fileSystemType(path) >>> 0
  } catch {
    return 0
  }
}

function writableFault(fs: StoreFs, path: string): string | null {
  try {
    fs.checkWritable(path)
    return null
  } catch (error) {
    return `${path} is not writable (${describeError(error)})`
  }
}

/** @param path Absolute. Never throws, never creates. */
export function inspectLocation(fs: StoreFs, path: string): Location {
  try {
    const nearest = nearestExisting(fs, path)
    if (!nearest.isDirectory) return { state: 'off', reason: `${nearest.path} is not a directory` }
    const type = fileSystemType(fs, nearest.path)
    if (UNUSABLE_TYPES.has(type)) return { state: 'off', reason: `${nearest.path} is on a file system of the kernel that holds no files` }
    const reason = writableFault(fs, nearest.path)
    if (reason !== null && nearest.path !== path) return { state: 'off', reason }
    return { state: reason === null ? 'ok' : 'read-only', reason: reason ?? '', networkName: NETWORK_TYPES.get(type) ?? null }
  } catch (error) {
    return { state: 'off', reason: `${path} could not be looked at (${describeError(error)})` }
  }
}

/** Makes `path` and what is missing above it, one level at a time. @throws what the file system throws. */
export function createDirectories(fs: StoreFs, path: string): void {
  const missing: string[] = []
  const nearest = nearestExisting(fs, path)
  for (let current = path; current !== nearest.path; current = dirname(current)) missing.unshift(current)
  for (const directory of missing) {
    try {
      fs.makeDirectory(directory)
    } catch (error) {
      // Another process was faster, or a dangling link is in the way, which the next level will find out.
      if (!hasCode(error, 'EEXIST')) throw error
    }
  }
}
