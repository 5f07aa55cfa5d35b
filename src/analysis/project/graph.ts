/**
 * The import graph of the project's own modules: what their sources import, resolved to modules of the build.
 *
 * A specifier is followed only to a module that the build really loaded. A relative one that fits exactly one of them
 * needs no more; where several fit, or where the name is an alias, the bundler is asked what it resolved (`unclear`, then
 * `edges`). What compilers add to modules is not in their sources, and so not in the graph: that is why all bundlers have
 * the same one.
 */
import type { ModuleFacts } from './facts.ts'
import type { ImportLink } from './links.ts'

export interface ProjectModule {
  /** Relative to the root, with `/`, without a query. */
  readonly id: string
  readonly facts: ModuleFacts
}

export interface Edge {
  readonly from: string
  readonly to: string
  readonly link: ImportLink
}

export interface ImportGraph {
  readonly modules: ReadonlyMap<string, ModuleFacts>
  readonly edges: readonly Edge[]
  /** Edges by importer, and by imported module. */
  readonly outgoing: ReadonlyMap<string, readonly Edge[]>
  readonly incoming: ReadonlyMap<string, readonly Edge[]>
  /** Links to packages, by importer. */
  readonly packages: readonly PackageLink[]
}

export interface PackageLink {
  readonly from: string
  readonly name: string
  readonly link: ImportLink
}

/** Resolved imports as the bundler tells them, by importer. */
export type ResolvedEdges = ReadonlyMap<string, readonly string[]>

const EXTENSIONS = ['.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs', '.vue', '.svelte', '.mdx', '.astro']
/** What TypeScript lets one write for a file of another name. */
const WRITTEN_AS: Readonly<Record<string, readonly string[]>> = { '.js': ['.ts', '.tsx', '.jsx'], '.jsx': ['.tsx'], '.mjs': ['.mts'], '.cjs': ['.cts'] }

/**
 * What the imports of modules may mean. Kept from one build of a session to the next: while the same modules are there, an
 * edited one is the only one whose imports are looked up again.
 */
export class ImportCandidates {
  #ids: ReadonlySet<string> = new Set()
  #resolver: Resolver = createResolver(this.#ids)
  #known = new WeakMap<ModuleFacts, Known>()

  /** @returns Whether these are the modules of the last time. */
  use(modules: readonly ProjectModule[]): boolean {
    if (modules.length === this.#ids.size && modules.every(({ id }) => this.#ids.has(id))) return true
    this.#ids = new Set(modules.map(({ id }) => id))
    this.#resolver = createResolver(this.#ids)
    this.#known = new WeakMap()
    return false
  }

  /** Modules that each import may mean, the likeliest first, in the order of the module's links. */
  of(module: ProjectModule): readonly (readonly string[])[] {
    return this.#of(module).candidates
  }

  /** Whether only the bundler can tell some of its imports apart. */
  isUnclear(module: ProjectModule): boolean {
    return this.#of(module).isUnclear
  }

  #of({ id, facts }: ProjectModule): Known {
    const last = this.#known.get(facts)
    if (last?.id === id) return last
    const { imports } = facts.links
    const candidates = imports.map(({ specifier }) => this.#resolver.candidates(id, specifier))
    const isUnclear = imports.some((link, index) => (candidates[index]?.length ?? 0) > 0 && !isCertain(candidates[index] ?? [], link))
    const known: Known = { id, candidates, isUnclear }
    this.#known.set(facts, known)
    return known
  }
}

interface Known {
  readonly id: string
  readonly candidates: readonly (readonly string[])[]
  readonly isUnclear: boolean
}

/** @param candidates Of the last build, where there was one; the result is the same without. */
export function buildGraph(modules: readonly ProjectModule[], edges: ResolvedEdges, candidates: ImportCandidates = new ImportCandidates()): ImportGraph {
  candidates.use(modules)
  const facts = new Map(modules.map(({ id, facts: own }) => [id, own]))
  const found: Edge[] = []
  const packages: PackageLink[] = []
  for (const each of modules) {
    const { id, facts: { links } } = each
    const known = edges.get(id)
    const mayMean = candidates.of(each)
    links.imports.forEach((link, index) => {
      const to = chosen(mayMean[index] ?? [], link, known)
      const name = to === undefined ? packageOf(link.specifier) : null
      if (to !== undefined && to !== id) found.push({ from: id, to, link })
      else if (name !== null) packages.push({ from: id, name, link })
    })
  }
  return { modules: facts, edges: found, outgoing: group(found, ({ from }) => from), incoming: group(found, ({ to }) => to), packages }
}

/** @param known What the bundler resolved the imports of the module to, where it says. */
function chosen(candidates: readonly string[], link: ImportLink, known: readonly string[] | undefined): string | undefined {
  return known && !isCertain(candidates, link) ? candidates.find(each => known.includes(each)) : candidates[0]
}

/** Modules some of whose imports only the bundler can tell apart. */
export function unclearModules(modules: readonly ProjectModule[], candidates: ImportCandidates = new ImportCandidates()): string[] {
  candidates.use(modules)
  return modules.filter(each => candidates.isUnclear(each)).map(({ id }) => id)
}

/** One module fits, and it lies where the specifier says. */
function isCertain(candidates: readonly string[], { specifier }: ImportLink): boolean {
  return candidates.length === 1 && specifier.startsWith('.')
}

interface Resolver {
  /** Modules that a specifier may mean, the likeliest first. */
  candidates(from: string, specifier: string): readonly string[]
}

function createResolver(ids: ReadonlySet<string>): Resolver {
  /** By file name, and by folder name for an index, both without extension. */
  const byName = group([...ids], nameOf)
  return {
    candidates(from, specifier) {
      const path = specifier.replace(/[?#].*$/, '')
      if (path.startsWith('.')) return filesOf(join(from, path)).filter(each => ids.has(each))
      if (path.includes(':')) return []
      const tail = path.replace(/^[@~#$]*\/?/, '').replace(/^\//, '')
      const stem = withoutExtension(tail)
      return (byName.get(nameOf(tail)) ?? []).filter(id => fits(id, stem))
    },
  }
}

function fits(id: string, stem: string): boolean {
  const whole = `/${withoutExtension(id)}`
  return whole.endsWith(`/${stem}`) || whole.endsWith(`/${stem}/index`)
}

function nameOf(path: string): string {
  const parts = withoutExtension(path).split('/')
  const last = parts.at(-1) ?? ''
  return last === 'index' ? parts.at(-2) ?? last : last
}

function withoutExtension(path: string): string {
  const extension = EXTENSIONS.find(each => path.endsWith(each))
  return extension === undefined ? path : path.slice(0, -extension.length)
}

function filesOf(path: string): string[] {
  const dot = path.lastIndexOf('.')
  const others = dot < 0 ? [] : WRITTEN_AS[path.slice(dot)] ?? []
  return [path, ...others.map(each => path.slice(0, dot) + each), ...EXTENSIONS.map(each => path + each), ...EXTENSIONS.map(each => `${path === '' ? '' : `${path}/`}index${each}`)]
}

/** Of ids: relative, with `/`; `..` above the root stays. */
function join(from: string, specifier: string): string {
  const parts = from.split('/').slice(0, -1)
  for (const part of specifier.split('/')) {
    if (part === '' || part === '.') continue
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop()
    else parts.push(part)
  }
  return parts.join('/')
}

/** The package that a bare specifier names; null for what is no package. */
export function packageOf(specifier: string): string | null {
  const match = /^(@[a-z0-9][\w.~-]*\/[a-z0-9][\w.~-]*|[a-z0-9][\w.~-]*)(?:\/|$)/i.exec(specifier)
  return match?.[1] === undefined || specifier.startsWith('node:') ? null : match[1]
}

export function group<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const key = keyOf(item)
    const members = groups.get(key)
    if (members) members.push(item)
    else groups.set(key, [item])
  }
  return groups
}
