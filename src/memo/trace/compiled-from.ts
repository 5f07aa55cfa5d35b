/**
 * Source maps of what a module was compiled from, which swc reads from the disk in native code, where nobody sees it: the one
 * that the last comment names, else the one beside the module, whatever `inputSourceMap` says (as the system calls of swc
 * 1.16 tell).
 */
import { dirname, resolve } from 'node:path'
import type { VirtualFileSystem } from '../../vfs/virtual-file-system.ts'
import type { Trace } from './trace.ts'

const MENTION = /sourceMappingURL=\s*(?!data:)([^\s*]+)/g

/** @param file Absolute. */
export function traceOriginalMaps(file: string, vfs: VirtualFileSystem, trace: Trace): void {
  for (const path of [...namedMaps(file, vfs), `${file}.map`]) {
    if (vfs.kind(path) === 'file') trace.file(path)
    else trace.probe(path)
  }
}

/** Whether the module says that there is such a map. */
export function namesOriginalMap(file: string, vfs: VirtualFileSystem): boolean {
  return namedMaps(file, vfs).length > 0
}

function namedMaps(file: string, vfs: VirtualFileSystem): string[] {
  const text = vfs.read(file)?.toString('utf8') ?? ''
  return [...text.matchAll(MENTION)].map(([, name]) => resolve(dirname(file), name!))
}
