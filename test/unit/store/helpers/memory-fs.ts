/**
 * A file system in memory behind the store's seam: no disk in unit tests, and files that tests can damage.
 * Behaves like POSIX where the store relies on it: an open file outlives its name, links are exclusive, renames replace.
 */

import { basename, dirname } from 'node:path'
import type { FileFacts, StoreFs } from '../../../../src/store/store-fs.ts'

interface MemoryFile {
  bytes: Buffer
  linkCount: number
  modifiedMs: number
}

export interface MemoryFs extends StoreFs {
  /** Advanced by hand: the file system's clock. */
  nowMs: number
  type: number
  openCount(): number
  readFile(path: string): Buffer
  writeFile(path: string, bytes: Buffer): void
  setModified(path: string, modifiedMs: number): void
  paths(): string[]
  removeDirectory(path: string): void
}

export function errno(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: injected`), { code })
}

export function createMemoryFs(): MemoryFs {
  const files = new Map<string, MemoryFile>()
  const directories = new Set<string>(['/'])
  const open = new Map<number, MemoryFile>()
  let nextFd = 3

  const fileAt = (path: string): MemoryFile => {
    const file = files.get(path)
    if (file !== undefined) return file
    for (let parent = dirname(path); parent !== '/'; parent = dirname(parent)) if (files.has(parent)) throw errno('ENOTDIR')
    throw errno('ENOENT')
  }
  const openFile = (fd: number): MemoryFile => {
    const file = open.get(fd)
    if (file === undefined) throw errno('EBADF')
    return file
  }
  const needParent = (path: string): void => {
    if (!directories.has(dirname(path))) throw errno('ENOENT')
  }
  const factsOf = (file: MemoryFile): FileFacts => ({ kind: 'file', sizeBytes: file.bytes.length, linkCount: file.linkCount, modifiedMs: file.modifiedMs })
  const unlink = (path: string): void => {
    fileAt(path).linkCount--
    files.delete(path)
  }
  const put = (path: string, bytes: Buffer): MemoryFile => {
    const file = { bytes, linkCount: 1, modifiedMs: fs.nowMs }
    files.set(path, file)
    return file
  }

  const fs: MemoryFs = {
    nowMs: 1_000_000,
    type: 0,
    open: (path, mode) => {
      if (mode !== 'read') needParent(path)
      if (mode === 'create' && files.has(path)) throw errno('EEXIST')
      const file = mode === 'read' ? fileAt(path) : mode === 'replace' && files.has(path) ? fileAt(path) : put(path, Buffer.alloc(0))
      if (mode === 'replace') file.bytes = Buffer.alloc(0)
      open.set(nextFd, file)
      return nextFd++
    },
    close: (fd) => void (openFile(fd), open.delete(fd)),
    read: (fd, target, at, length, position) => {
      const { bytes } = openFile(fd)
      return position >= bytes.length ? 0 : bytes.copy(target, at, position, position + length)
    },
    write: (fd, source, at, length, position) => {
      const file = openFile(fd)
      const end = position + length
      if (end > file.bytes.length) file.bytes = Buffer.concat([file.bytes, Buffer.alloc(end - file.bytes.length)])
      file.bytes.set(source.subarray(at, at + length), position)
      file.modifiedMs = fs.nowMs
      return length
    },
    truncate: (fd, length) => {
      const file = openFile(fd)
      file.bytes = Buffer.from(file.bytes.subarray(0, length))
    },
    factsOfOpen: (fd) => factsOf(openFile(fd)),
    facts: (path) => (directories.has(path) ? { kind: 'directory', sizeBytes: 0, linkCount: 1, modifiedMs: fs.nowMs } : factsOf(fileAt(path))),
    list: (directory) => {
      if (!directories.has(directory)) throw errno('ENOENT')
      const inside = (path: string): boolean => dirname(path) === directory && path !== directory
      return [
        ...[...files.keys()].filter(inside).map((path) => ({ name: basename(path), kind: 'file' as const })),
        ...[...directories].filter(inside).map((path) => ({ name: basename(path), kind: 'directory' as const })),
      ]
    },
    makeDirectory: (path) => {
      needParent(path)
      if (directories.has(path) || files.has(path)) throw errno('EEXIST')
      directories.add(path)
    },
    rename: (from, to) => {
      const file = fileAt(from)
      needParent(to)
      if (files.has(to)) unlink(to)
      files.delete(from)
      files.set(to, file)
    },
    link: (from, to) => {
      if (files.has(to)) throw errno('EEXIST')
      const file = fileAt(from)
      file.linkCount++
      files.set(to, file)
    },
    remove: unlink,
    checkWritable: () => undefined,
    fileSystemType: () => fs.type,
    openCount: () => open.size,
    readFile: (path) => fileAt(path).bytes,
    writeFile: (path, bytes) => void put(path, bytes),
    setModified: (path, modifiedMs) => void (fileAt(path).modifiedMs = modifiedMs),
    paths: () => [...files.keys()].sort(),
    removeDirectory: (path) => {
      for (const file of [...files.keys()].filter((name) => name.startsWith(`${path}/`))) unlink(file)
      for (const directory of [...directories]) if (directory === path || directory.startsWith(`${path}/`)) directories.delete(directory)
    },
  }
  return fs
}
