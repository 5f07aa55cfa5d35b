/** PostCSS reads the source map that a style sheet names in its last comment, with functions that it took from `fs` when it was loaded. */
import { dirname, join } from 'node:path'
import type { VirtualFileSystem } from '../../vfs/virtual-file-system.ts'
import type { Trace } from '../trace/trace.ts'

const ANNOTATION = /\/[*/][#@]\s*sourceMappingURL=\s*(?!data:)([^\s*]+)/g

export function tracePreviousMap(file: string, vfs: VirtualFileSystem, trace: Trace): void {
  const text = vfs.read(file)?.toString('utf8') ?? ''
  for (const [, name] of text.matchAll(ANNOTATION)) trace.file(join(dirname(file), name!))
}
