/**
 * Resolutions that failed: Rspack's resolver tells what it looked at only when it found something, but a loader that got
 * no answer depends on there being none.
 *
 * Next to the module, the listing of the directory that the request names stands for all that was looked for there; what
 * is in node_modules is pinned by the lockfile. Where the configuration sends requests anywhere else, the call is refused.
 */
import { dirname, resolve } from 'node:path'
import type { Trace } from '../../../src/memo/trace/trace.ts'
import type { VirtualFileSystem } from '../../../src/vfs/virtual-file-system.ts'

interface ResolveOptions {
  readonly alias?: unknown
  readonly fallback?: unknown
  readonly modules?: unknown
  readonly roots?: unknown
  readonly tsConfig?: unknown
  readonly byDependency?: Readonly<Record<string, ResolveOptions>>
}

export class UnresolvedRequests {
  readonly #vfs: VirtualFileSystem
  readonly #options: readonly ResolveOptions[]

  constructor(vfs: VirtualFileSystem, options: unknown) {
    const own = (options ?? {}) as ResolveOptions
    this.#vfs = vfs
    this.#options = [own, ...Object.values(own.byDependency ?? {})]
  }

  trace(from: string, request: string, trace: Trace): void {
    const path = request.split('?', 1)[0]!
    trace.directory(this.#nearestDirectory(dirname(resolve(from, path))))
    const isBare = !/^\.{0,2}[\\/]|^[a-z]:[\\/]/i.test(path)
    if (isBare && this.#leadsElsewhere(path)) trace.refuse(`what was looked for as ${request} cannot be known`)
  }

  #nearestDirectory(dir: string): string {
    let at = dir
    while (dirname(at) !== at && this.#vfs.kind(at) !== 'directory') at = dirname(at)
    return at
  }

  #leadsElsewhere(request: string): boolean {
    return this.#options.some(({ alias, fallback, modules, roots, tsConfig }) =>
      [...aliasNames(alias), ...aliasNames(fallback)].some(name => request === name || request.startsWith(`${name}/`))
      || [modules].flat().some(dir => typeof dir === 'string' && dir !== 'node_modules')
      || Boolean(tsConfig) || (request.startsWith('/') && Boolean(roots)))
  }
}

function aliasNames(alias: unknown): string[] {
  if (alias === null || typeof alias !== 'object') return []
  const names = Array.isArray(alias) ? alias.map((entry: { name?: unknown }) => String(entry.name)) : Object.keys(alias)
  return names.map(name => name.replace(/\$$/, ''))
}
