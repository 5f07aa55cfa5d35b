/**
 * What Vue's compiler looks for when a component imports types: it asks TypeScript where they lie, which keeps its answers, and
 * what it read of configuration and manifests, for the rest of the process. So only the first component is seen to look, and
 * what it looked for is a dependency of every later one that uses imported types: paths where nothing was, manifests and
 * configuration, and where links led. (The types themselves are not shared: of these the compiler tells for each component.)
 *
 * What has changed since it was seen is not what the compiler goes on with: results that may be made of it are refused.
 */
import { extname } from 'node:path'
import type { VirtualFileSystem } from '../../vfs/virtual-file-system.ts'
import { MissingPaths } from '../trace/missing-paths.ts'
import type { Trace } from '../trace/trace.ts'
import type { RecipeKit } from '../recipe.ts'

/** What one compilation looked for, with what was there. Absolute paths. */
export interface Lookups {
  /** Of JSON, with digests. */
  readonly manifests: ReadonlyMap<string, string | null>
  /** Where nothing was. */
  readonly missing: ReadonlySet<string>
  readonly links: ReadonlyMap<string, string | null>
}

/** Before TypeScript is asked anything, its configuration is searched for, from the file upwards as if that were a folder. */
const SEARCH = /\.\w+[\\/]tsconfig\.json$/
const KNOWN: unique symbol = Symbol.for('unplugin-pitcrew.type-lookups')

export class TypeLookups {
  readonly #vfs: VirtualFileSystem
  readonly #shared: Shared
  readonly #nearest: MissingPaths

  constructor({ vfs, root }: Pick<RecipeKit, 'vfs' | 'root'>) {
    this.#vfs = vfs
    this.#shared = sharedInProcess(root)
    this.#nearest = new MissingPaths(vfs)
  }

  /** Takes what was seen until now of the call in which a component is compiled. @param own The component's file. */
  take(trace: Trace, own: string): Lookups {
    const found = this.#lookupsOf(trace, own)
    if ([...trace.probes, ...trace.files].some(path => SEARCH.test(path))) this.#share(found)
    return found
  }

  /** Nobody saw what a compilation looked for, so nobody knows what the later ones are answered from. */
  miss(): void {
    this.#shared.isUnknown = true
  }

  /** Makes what a component's compilation looked for, and what all were seen to look for, a part of the trace. */
  add(trace: Trace, own: Lookups): void {
    if (this.#shared.isUnknown) trace.refuse('its types were looked for when nobody watched')
    for (const lookups of [own, this.#shared]) this.#addOne(trace, lookups)
  }

  #addOne(trace: Trace, { manifests, missing, links }: Lookups): void {
    for (const [path, known] of manifests) {
      trace.file(path)
      if (this.#vfs.digest(path) !== known) trace.refuse(`the compiler may still have ${path} as it was`)
    }
    for (const path of missing) {
      trace.probe(path)
      if (this.#vfs.kind(path) !== 'absent') trace.refuse(`the compiler may not know of ${path} yet`)
    }
    for (const [path, target] of links) trace.followed(path, target)
  }

  #lookupsOf({ files, probes, links }: Trace, own: string): Lookups {
    const looked = [...new Set([...files, ...probes])].filter(path => path !== own)
    const manifests = looked.filter(path => extname(path) === '.json' && this.#vfs.kind(path) === 'file')
    const missing = looked.filter(path => this.#vfs.kind(path) === 'absent')
    return {
      manifests: new Map(manifests.map(path => [path, this.#vfs.digest(path)])),
      missing: new Set(missing.map(path => this.#nearest.nearest(path))),
      links: new Map(links),
    }
  }

  #share({ manifests, missing, links }: Lookups): void {
    // As the first one saw it: that is what is kept.
    for (const [path, content] of manifests) if (!this.#shared.manifests.has(path)) this.#shared.manifests.set(path, content)
    for (const path of missing) this.#shared.missing.add(path)
    for (const [path, target] of links) if (!this.#shared.links.has(path)) this.#shared.links.set(path, target)
  }
}

/** Whether it looked for anything, as it does wherever it uses imported types. */
export function hasLooked({ manifests, missing }: Lookups): boolean {
  return manifests.size + missing.size > 0
}

/** What was looked for in either. */
export function joined(one: Lookups | undefined, other: Lookups): Lookups {
  if (!one) return other
  return { manifests: new Map([...one.manifests, ...other.manifests]), missing: new Set([...one.missing, ...other.missing]), links: new Map([...one.links, ...other.links]) }
}

interface Shared extends Lookups {
  readonly manifests: Map<string, string | null>
  readonly missing: Set<string>
  readonly links: Map<string, string | null>
  isUnknown: boolean
}

/** What a compiler keeps outlives the build that it was loaded for. */
function sharedInProcess(root: string): Shared {
  const holder = process as { [KNOWN]?: Map<string, Shared> }
  if (!holder[KNOWN]) Object.defineProperty(process, KNOWN, { value: new Map<string, Shared>(), enumerable: false, configurable: true })
  const known = holder[KNOWN]!
  const shared = known.get(root) ?? { manifests: new Map(), missing: new Set(), links: new Map(), isUnknown: false }
  known.set(root, shared)
  return shared
}
