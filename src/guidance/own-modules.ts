/** The own modules of a build, by their names below the root, and what the bundler made of them in those names. */
import { isAbsolute, relative, sep } from 'node:path'
import { packageFolderOf } from '../analysis/project/packages.ts'
import type { BuiltFacts } from './protocol.ts'

/** What the bundler made of the modules it loaded. Ids are the bundler's own, of all modules. */
export interface BuiltOutput {
  readonly chunks: readonly BuiltChunk[]
  readonly entries: readonly string[]
  /** What the bundler resolved the imports of a module to; empty where it does not say. */
  readonly importsOf: (id: string) => readonly string[]
  /** Variables that it replaced by values. */
  readonly exposed: readonly (readonly [name: string, value: string | null])[]
  /** Engines that it builds for, as `chrome111`. */
  readonly target: readonly string[]
}

export interface BuiltChunk {
  readonly name: string
  /** For browsers; null: not known. */
  readonly isClient: boolean | null
  readonly modules: readonly (readonly [id: string, bytes: number])[]
}

const SOURCE = /\.(?:[cm]?[jt]sx?|vue|svelte|mdx|astro)$/
const DECLARATION = /\.d\.[cm]?ts$/

export class OwnModules {
  readonly #root: string
  readonly #includesDependencies: boolean
  /** The bundler's id of each, by ours. */
  readonly #ids = new Map<string, string>()
  /** Ours by the bundler's; null for what is none of the own. */
  readonly #names = new Map<string, string | null>()
  #isUntold = true

  constructor(root: string, includesDependencies: boolean) {
    this.#root = root
    this.#includesDependencies = includesDependencies
  }

  get size(): number {
    return this.#ids.size
  }

  /** Whether the host has said nothing of modules: then there is nothing to say. */
  get isUntold(): boolean {
    return this.#isUntold
  }

  all(): string[] {
    return this.#inOrder([...this.#ids.keys()])
  }

  areThose(ids: ReadonlyMap<string, unknown>): boolean {
    if (ids.size !== this.#ids.size) return false
    for (const id of this.#ids.keys()) if (!ids.has(id)) return false
    return true
  }

  /** @returns Those that were not known: the project's own before those of packages, in each in the order in which the bundler came to them. */
  add(ids: Iterable<string>): string[] {
    const fresh: string[] = []
    this.#isUntold = false
    for (const id of ids) {
      const own = this.#ownId(id)
      if (own === null) continue
      if (!this.#ids.has(own)) fresh.push(own)
      // A component's blocks are modules as well; the module itself knows what it imports.
      if (!this.#ids.has(own) || withoutQuery(id) === id) this.#ids.set(own, id)
    }
    return this.#inOrder(fresh)
  }

  /** @param unclear Modules with imports that only the bundler can resolve. */
  built(outputs: readonly BuiltOutput[], unclear: readonly string[], buildMs: ReadonlyMap<string, number>): BuiltFacts {
    return {
      ...this.#weighed(outputs),
      edges: unclear.map(id => [id, this.#ownIds(outputs.flatMap(({ importsOf }) => importsOf(this.#ids.get(id) ?? id)))]),
      entries: this.#ownIds(outputs.flatMap(({ entries }) => entries)),
      exposed: outputs.flatMap(({ exposed }) => exposed), target: outputs[0]?.target ?? [],
      buildMs: [...buildMs].flatMap(([id, ms]) => this.#ownIds([id]).map((own): [string, number] => [own, ms])),
    }
  }

  /** Bytes of modules and of packages in the chunks, and the first chunk that ships each module to a browser. */
  #weighed(outputs: readonly BuiltOutput[]): Pick<BuiltFacts, 'bytes' | 'packages' | 'clientChunkOf'> {
    const bytes = new Map<string, number>()
    const packages = new Map<string, number>()
    const clientChunkOf = new Map<string, string>()
    for (const { name, isClient, modules } of outputs.flatMap(({ chunks }) => chunks)) {
      for (const [id, size] of modules) {
        const copy = id.includes('node_modules') ? packageFolderOf(withoutQuery(id).replaceAll('\\', '/')) : null
        if (copy !== null) add(packages, this.#relative(copy.folder), size)
        const own = this.#ownId(id)
        if (own === null) continue
        add(bytes, own, size)
        if (isClient === true && size > 0 && !clientChunkOf.has(own)) clientChunkOf.set(own, name)
      }
    }
    return { bytes: [...bytes], packages: [...packages], clientChunkOf: [...clientChunkOf] }
  }

  /** Our name of an own module: its path below the root. Null for what is virtual, a dependency's, or no source. Asked for each module several times. */
  #ownId(id: string): string | null {
    const known = this.#names.get(id)
    if (known !== undefined) return known
    const own = this.#nameOf(id)
    this.#names.set(id, own)
    return own
  }

  #nameOf(id: string): string | null {
    const path = withoutQuery(id)
    if (!isAbsolute(path) || !SOURCE.test(path) || DECLARATION.test(path)) return null
    return !this.#includesDependencies && isDependency(path) ? null : this.#relative(path)
  }

  #relative(path: string): string {
    const root = this.#root
    // Most modules lie below the root, and there `relative` is a slow way to cut it off.
    const below = path.startsWith(root) && path[root.length] === sep ? path.slice(root.length + 1) : relative(root, path)
    return sep === '/' ? below : below.replaceAll(sep, '/')
  }

  #inOrder(ids: string[]): string[] {
    return this.#includesDependencies ? [...ids.filter(id => !isDependency(id)), ...ids.filter(isDependency)] : ids
  }

  #ownIds(ids: readonly string[]): string[] {
    return [...new Set(ids)].flatMap(id => this.#ownId(id) ?? [])
  }
}

function add(sums: Map<string, number>, key: string, size: number): void {
  sums.set(key, (sums.get(key) ?? 0) + size)
}

function isDependency(id: string): boolean {
  return id.includes('node_modules') && /(?:^|[\\/])node_modules[\\/]/.test(id)
}

function withoutQuery(id: string): string {
  const at = id.search(/[?#\0]/)
  return at < 0 ? id : id.slice(0, at)
}
