/**
 * The file-system calls that the segment store makes, and no others: a seam, so that tests can fail every one of them.
 *
 * Everything is synchronous: a store call is a few microseconds of page-cache work, for which a promise would cost more
 * than the call, and nothing can then be half done when the process is told to exit.
 * Each method throws what node:fs throws; the callers decide what a failure means.
 */

import * as nodeFs from 'node:fs'

export interface FileFacts {
  readonly kind: 'file' | 'directory' | 'other'
  readonly sizeBytes: number
  /** 0: deleted while it is still open here. */
  readonly linkCount: number
  /** By the clock of the file system, which need not be ours. */
  readonly modifiedMs: number
}

export interface DirectoryItem {
  readonly name: string
  readonly kind: 'file' | 'directory' | 'other'
}

export interface StoreFs {
  /** `create` fails when the path exists, and reads and writes; `replace` truncates. */
  open(path: string, mode: 'read' | 'create' | 'replace'): number
  close(fd: number): void
  /** @returns the bytes read, fewer than asked for only at the end of the file. */
  read(fd: number, target: Buffer, at: number, length: number, position: number): number
  /** @returns the bytes written, which may be fewer than asked for. */
  write(fd: number, source: Uint8Array, at: number, length: number, position: number): number
  truncate(fd: number, length: number): void
  factsOfOpen(fd: number): FileFacts
  facts(path: string): FileFacts
  list(directory: string): DirectoryItem[]
  /** One level. */
  makeDirectory(path: string): void
  rename(from: string, to: string): void
  /** Fails when `to` exists. */
  link(from: string, to: string): void
  remove(path: string): void
  /** @throws when this process may not create files in `directory`. */
  checkWritable(directory: string): void
  /** The kernel's magic number of the file system (Linux); 0 where there is none. */
  fileSystemType(path: string): number
}

const OPEN_FLAGS = { read: 'r', create: 'wx+', replace: 'w' } as const

function kindOf(item: { isFile(): boolean; isDirectory(): boolean }): FileFacts['kind'] {
  if (item.isFile()) return 'file'
  return item.isDirectory() ? 'directory' : 'other'
}

function factsOf(stats: nodeFs.Stats): FileFacts {
  return { kind: kindOf(stats), sizeBytes: stats.size, linkCount: stats.nlink, modifiedMs: stats.mtimeMs }
}

/** node:fs behind the seam. */
export const nodeStoreFs: StoreFs = {
  open: (path, mode) => nodeFs.openSync(path, OPEN_FLAGS[mode], 0o644),
  close: (fd) => nodeFs.closeSync(fd),
  read: (fd, target, at, length, position) => nodeFs.readSync(fd, target, at, length, position),
  write: (fd, source, at, length, position) => nodeFs.writeSync(fd, source, at, length, position),
  truncate: (fd, length) => nodeFs.ftruncateSync(fd, length),
  factsOfOpen: (fd) => factsOf(nodeFs.fstatSync(fd)),
  facts: (path) => factsOf(nodeFs.statSync(path)),
  list: (directory) =>
    nodeFs.readdirSync(directory, { withFileTypes: true }).map((item) => ({ name: item.name, kind: kindOf(item) })),
  makeDirectory: (path) => nodeFs.mkdirSync(path),
  rename: (from, to) => nodeFs.renameSync(from, to),
  link: (from, to) => nodeFs.linkSync(from, to),
  remove: (path) => nodeFs.unlinkSync(path),
  checkWritable: (directory) => nodeFs.accessSync(directory, nodeFs.constants.W_OK | nodeFs.constants.X_OK),
  fileSystemType: (path) => (process.platform === 'linux' ? nodeFs.statfsSync(path).type : 0),
}

/** Writes all of `source`, going on after short writes. @throws when the file system accepts nothing more. */
export function writeFully(fs: StoreFs, fd: number, source: Uint8Array, length: number, position: number): void {
  let done = 0
  while (done < length) {
    const written = fs.write(fd, source, done, length - done, position + done)
    if (written <= 0) throw new Error(`short write: ${done} of ${length} bytes accepted`)
    done += written
  }
}

/** Fills `target` from `position`. @returns the bytes read, fewer only where the file ends. */
export function readFully(fs: StoreFs, fd: number, target: Buffer, length: number, position: number): number {
  let done = 0
  while (done < length) {
    const got = fs.read(fd, target, done, length - done, position + done)
    if (got <= 0) break
    done += got
  }
  return done
}

/** The whole of a small file, or null when it is larger than `limitBytes`. @throws what the file system throws. */
export function readSmallFile(fs: StoreFs, path: string, limitBytes: number): Buffer | null {
  const fd = fs.open(path, 'read')
  try {
    const { kind, sizeBytes } = fs.factsOfOpen(fd)
    if (kind !== 'file' || sizeBytes > limitBytes) return null
    const content = Buffer.allocUnsafeSlow(sizeBytes)
    return content.subarray(0, readFully(fs, fd, content, sizeBytes, 0))
  } finally {
    fs.close(fd)
  }
}

/** Writes beside `path` and renames, so that readers see the old content or the new one. @throws what the file system throws. */
export function replaceFile(fs: StoreFs, path: string, content: Buffer): void {
  const temporary = `${path}.tmp`
  const fd = fs.open(temporary, 'replace')
  try {
    writeFully(fs, fd, content, content.length, 0)
  } finally {
    fs.close(fd)
  }
  fs.rename(temporary, path)
}
