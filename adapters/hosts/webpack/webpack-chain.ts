/**
 * Which loaders of a chain are remembered: the longest run, counted from the right, of loaders that are known not to
 * need more than their options, their context and the module. Loaders to the left of it run as always.
 *
 * A run has one site, made of the sites of its loaders; chains of the same loaders and options share it.
 */
import { basename, dirname, extname, join, relative, resolve } from 'node:path'
import type { Build } from '../../../src/build.ts'
import { digest, digestParts } from '../../../src/hash.ts'
import { combineSites } from '../../../src/memo/sites/combined-site.ts'
import { changedSinceLoaded } from '../../../src/memo/identity/loaded-code.ts'
import { walkConfigGraph } from '../../../src/memo/identity/config-graph.ts'
import type { LoaderPart } from '../../../src/memo/sites/loader-part.ts'
import { fingerprint } from '../../../src/memo/record/fingerprint.ts'
import { PITCHING_LOADERS } from '../../../src/memo/recipes/pitching-loaders.ts'
import { SharedReads, readsInProcess } from '../../../src/memo/trace/shared-reads.ts'
import type { SiteReads } from '../../../src/memo/trace/shared-reads.ts'
import type { Site } from '../../../src/memo/sites/site.ts'
import type { LoaderItem, LoaderObject } from './webpack-types.ts'

export interface Chain {
  /** Of each loader of the whole chain: what it is and its options, as they were. */
  readonly keys: readonly string[]
  /** Index of the leftmost loader of the run; the number of loaders when there is none. */
  readonly start: number
  /** Of the run; `null` when there is none. */
  readonly site: Site | null
  /** Of each loader of the run, from its left end. */
  readonly sites: readonly Site[]
  /** Of the loader that ended the run, if any. */
  readonly stopper: Site | null
  /** The run may be reached: no loader to the left of it is known to answer in its pitch. */
  readonly isReached: boolean
}

interface Package {
  readonly name: string
  readonly version: string | null
  readonly dir: string
  readonly main: string | null
}

const ENTRY_NAMES = new Set(['index', 'cjs', 'main'])

export class Chains {
  readonly #build: Build
  readonly #chains = new Map<string, Chain>()
  readonly #sites = new Map<string, Site>()
  readonly #runs = new Map<string, Site>()
  readonly #optionKeys = new WeakMap<object, { readonly epoch: number; readonly key: string }>()
  /** What any loader was seen to read without a recipe that knows better: compilers share their caches. */
  readonly #sharedReads: SharedReads

  constructor(build: Build) {
    this.#build = build
    this.#sharedReads = this.#readsOf('files', () => new SharedReads(true)).reads!
  }

  of(loaders: readonly LoaderItem[]): Chain {
    const keys = loaders.map(item => this.#keyOf(item))
    const key = keys.join('\0')
    let chain = this.#chains.get(key)
    if (!chain) this.#chains.set(key, (chain = this.#select(loaders, keys)))
    return chain
  }

  /** The package that a loader belongs to, or its place in the project. */
  nameOf(path: string): string {
    return this.#nameOf(path, this.#packageOf(path))
  }

  #select(loaders: readonly LoaderItem[], keys: readonly string[]): Chain {
    const sites = loaders.map((item, index) => this.#siteOf(item, keys[index]!))
    let start = loaders.length
    while (start > 0 && sites[start - 1]!.decision.kind === 'memoize') start--
    const run = sites.slice(start)
    const isReached = !sites.slice(0, start).some(({ decision }) => decision.recipe === PITCHING_LOADERS || decision.kind === 'bypass')
    return { keys, start, sites: run, site: run.length === 0 ? null : this.#runOf(run, keys.slice(start)), stopper: sites[start - 1] ?? null, isReached }
  }

  #runOf(sites: readonly Site[], keys: readonly string[]): Site {
    const key = keys.join('\0')
    let site = this.#runs.get(key)
    if (!site) this.#runs.set(key, (site = this.#combine(sites, key)))
    return site
  }

  #combine(sites: readonly Site[], key: string): Site {
    const combined = combineSites(sites, this.#sharedReads, this.#readsOf(key, () => null).env)
    this.#build.outlines.combine(combined.identity['options'] ?? '', sites.map(({ plugin, identity }) => [plugin, identity['options'] ?? '']))
    return this.#build.judged(combined)
  }

  /** The same for each build of the process, whose compilers keep what they read. */
  #readsOf(part: string, create: () => SharedReads | null): SiteReads {
    const { bundler, root } = this.#build.facts
    return readsInProcess(digestParts(['chains', bundler.name, root, part]), () => ({ reads: create(), env: new Map() }))
  }

  /** Loader and options, so that equal ones share a site whatever rule they come from. */
  #keyOf(item: LoaderItem): string {
    const { options } = item
    if (options === null || typeof options !== 'object') return `${item.loader}?${String(options ?? '')}`
    // Plugins may change options from one rebuild to the next.
    const { epoch } = this.#build.vfs
    let known = this.#optionKeys.get(options)
    if (known?.epoch !== epoch) this.#optionKeys.set(options, (known = { epoch, key: keyOfOptions(options, item.ident) }))
    return `${item.loader}?${known!.key}`
  }

  #siteOf(item: LoaderItem, key: string): Site {
    let site = this.#sites.get(key)
    if (!site) this.#sites.set(key, (site = this.#createSite(item)))
    return site
  }

  #createSite(item: LoaderItem): Site {
    const owner = this.#packageOf(item.loader)
    const part: LoaderPart = { name: this.#nameOf(item.loader, owner), path: item.loader, version: owner?.version ?? null, options: item.options }
    const isPlain = item.options === null || typeof item.options !== 'object' || fingerprint(item.options).complete
    return this.#build.site({
      name: part.name, host: 'webpack-like', hooks: ['loader'], familyHooks: ['loader'], plugin: part,
      distinct: digestParts([part.version ?? '', this.#contentOf(item.loader), isPlain ? '' : item.ident ?? '']),
    }, 'loader')
  }

  /** What a loader consists of: its version says nothing of one that was patched in place. What it imports is pinned by the lockfile. */
  #contentOf(path: string): string {
    // No lockfile pins what a loader of the project's own imports by a link, or what was patched in place.
    const { files, packages } = walkConfigGraph([path], this.#build.vfs, { packages: !/[\\/]node_modules[\\/]/.test(path) })
    const parts = [...files, ...packages]
    return digestParts([...parts.map(part => part.digest), changedSinceLoaded(parts)])
  }

  #nameOf(path: string, owner: Package | null): string {
    const file = basename(path, extname(path))
    if (owner === null || owner.dir === this.#build.facts.root) return relative(this.#build.facts.root, path).replaceAll('\\', '/')
    const isEntry = ENTRY_NAMES.has(file) || (owner.main !== null && resolve(owner.dir, owner.main).startsWith(path.slice(0, -extname(path).length)))
    return isEntry ? owner.name : `${owner.name}/${file}`
  }

  /** The nearest manifest with a name: packages have others inside that only say what kind of code lies there. */
  #packageOf(path: string): Package | null {
    for (let dir = dirname(path); dirname(dir) !== dir; dir = dirname(dir)) {
      const text = this.#build.vfs.read(join(dir, 'package.json'))?.toString('utf8')
      if (text === undefined) continue
      const manifest = readManifest(text)
      if (manifest.name !== undefined) return { name: manifest.name, version: manifest.version ?? null, main: manifest.main ?? null, dir }
    }
    return null
  }
}

function keyOfOptions(options: object, ident: string | null | undefined): string {
  const { text, complete } = fingerprint(options)
  // Functions of one text may have different closures: their place in the configuration tells them apart.
  return digest(complete ? text : `${ident ?? ''} ${text}`)
}

/** Why a run is not remembered that is another one by the time it is reached. */
export const CHANGED = 'a loader to the left of it has changed it'

/**
 * Whether the run's loaders are what they were when the chain was looked at: one to the left of them may have given them other
 * requests, options or data when it pitched. @param start Index of the run's leftmost loader.
 */
export function isUntouched({ keys, start: kept }: Chain, loaders: readonly LoaderObject[], start: number): boolean {
  const run = loaders.slice(start)
  return run.length === keys.length - kept && (kept === 0 || run.every((loader, index) => !holdsData(loader) && keyOfObject(loader) === keys[kept + index]))
}

function keyOfObject({ path, options, ident, query }: LoaderObject): string {
  if (options !== null && typeof options === 'object') return `${path}?${keyOfOptions(options, ident)}`
  // Whoever sets a request leaves no options.
  return options === null || options === undefined ? `${path}${query === '' || query === undefined ? '?' : query}` : `${path}?${String(options)}`
}

function holdsData({ data }: LoaderObject): boolean {
  return data !== null && data !== undefined && (typeof data !== 'object' || Object.keys(data).length > 0)
}

function readManifest(text: string): { readonly name?: string; readonly version?: string; readonly main?: string } {
  try {
    return JSON.parse(text) as { name?: string; version?: string; main?: string }
  } catch {
    // A broken manifest names nothing; whoever needs it will complain.
    return {}
  }
}
