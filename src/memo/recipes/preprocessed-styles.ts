/**
 * What the styles of a component import, for hosts that do not learn it from the preprocessor.
 *
 * Reads are seen while they go through `node:fs`, but not those of a tool that took its functions before anything was
 * watched. So each import that is written in the styles must be accounted for: by a file that was seen to be read, or by
 * one that lies where a relative path says. Where neither is so, nothing is known of it.
 */
import { basename, dirname, resolve } from 'node:path'
import type { VirtualFileSystem } from '../../vfs/virtual-file-system.ts'
import type { Trace } from '../trace/trace.ts'
import { isStyleSheet, styleForms, styleImports } from './probes.ts'

/** @returns The first import of which nothing is known, or `null`. */
export function traceImportedStyles(file: string, text: string, trace: Trace, vfs: VirtualFileSystem): string | null {
  return new StyleImports(trace, vfs).trace(file, text)
}

class StyleImports {
  readonly #trace: Trace
  readonly #vfs: VirtualFileSystem
  /** What the preprocessor was seen to read, before anything is added here. */
  readonly #read: readonly string[]
  readonly #visited = new Set<string>()

  constructor(trace: Trace, vfs: VirtualFileSystem) {
    this.#trace = trace
    this.#vfs = vfs
    this.#read = [...trace.files].filter(isStyleSheet)
  }

  trace(file: string, text: string): string | null {
    for (const specifier of styleImports(text)) {
      const unknown = this.#traceOne(file, specifier)
      if (unknown !== null) return unknown
    }
    return null
  }

  #traceOne(file: string, specifier: string): string | null {
    const forms = styleForms(resolve(dirname(file), specifier))
    for (const form of forms) this.#trace.file(form)
    const found = forms.filter(form => this.#vfs.digest(form) !== null)
    if (found.length === 0 && !this.#wasRead(specifier)) return specifier
    for (const sheet of found.filter(path => !this.#visited.has(path))) {
      this.#visited.add(sheet)
      const unknown = this.trace(sheet, this.#vfs.read(sheet)?.toString('utf8') ?? '')
      if (unknown !== null) return unknown
    }
    return null
  }

  /** Whether a file was read that the specifier may mean, wherever it lies. */
  #wasRead(specifier: string): boolean {
    const name = stemOf(specifier)
    return this.#read.some(path => stemOf(path) === name || stemOf(dirname(path)) === name)
  }
}

function stemOf(path: string): string {
  return basename(path).replace(/^_/, '').replace(/\.\w+$/, '')
}
