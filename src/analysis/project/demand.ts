/**
 * Which exports somebody asks for, followed through barrels from the entries: what nobody asks for is dead.
 *
 * Modules that no module of ours imports are taken for entries (HTML, workers and globs load modules without saying so in
 * a source), and of an entry all is asked for. A name counts as asked for when it is imported, used or not: linters tell
 * of unused imports.
 */
import type { ModuleFacts } from './facts.ts'
import type { ImportGraph } from './graph.ts'
import type { ImportLink } from './links.ts'
import { PerModule } from './per-module.ts'

/** Names that are asked for; `*`: all of them. */
export type Demand = ReadonlyMap<string, ReadonlySet<string>>

const ALL = '*'

export function demandOf(graph: ImportGraph, entries: readonly string[]): Demand {
  const demand = new Map<string, Set<string>>()
  const pending: string[] = []
  const ask = (id: string, names: readonly string[]): void => {
    const known = demand.get(id) ?? new Set<string>()
    const before = demand.has(id) ? known.size : -1
    for (const name of names) known.add(name)
    demand.set(id, known)
    if (known.size !== before) pending.push(id)
  }
  for (const id of graph.modules.keys()) if (!graph.incoming.has(id)) ask(id, [ALL])
  for (const id of entries) if (graph.modules.has(id)) ask(id, [ALL])
  const follow = (): void => {
    for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
      for (const { to, link } of graph.outgoing.get(id) ?? []) ask(to, link.kind === 'reexport' ? passedOn(link, demand.get(id)!) : link.names)
    }
  }
  follow()
  // Cycles that nothing of ours leads into are loaded by something else as well.
  for (const id of graph.modules.keys()) {
    if (demand.has(id)) continue
    ask(id, [ALL])
    follow()
  }
  return demand
}

/** What a re-export asks for when these names of its module are asked for. */
function passedOn({ names, as }: ImportLink, asked: ReadonlySet<string>): string[] {
  return names.flatMap((name, index) => {
    const exported = as[index] ?? ALL
    if (exported !== ALL) return asked.has(exported) || asked.has(ALL) ? [name] : []
    // `export *` hands on every name but `default`.
    return [...asked].filter(each => each !== 'default')
  })
}

export interface DeadExport {
  readonly id: string
  readonly names: readonly string[]
  readonly line: number
}

/** Roles whose exports a framework, a tool or a page asks for. What a barrel hands on in vain is told of where it is declared. */
const OUTSIDE: ReadonlySet<string> = new Set(['barrel', 'page', 'config', 'entry', 'test', 'worker', 'generated', 'types'])

/** Exports that no module of the build imports, by module in name order. @param known Answers of the last time, where the graph is the same. */
export function deadExports(graph: ImportGraph, demand: Demand, known: PerModule<DeadExport> = new PerModule()): DeadExport[] {
  return known.of(graph.modules, (id, facts) => deadIn(id, facts, demand.get(id))).sort((a, b) => (a.id < b.id ? -1 : 1))
}

function deadIn(id: string, { role, links }: ModuleFacts, asked: ReadonlySet<string> | undefined): DeadExport | null {
  if (OUTSIDE.has(role) || asked?.has(ALL) || /\.(?:vue|svelte|mdx|astro)$/.test(id)) return null
  const unasked = links.exports.filter(({ name }) => name !== ALL && !asked?.has(name))
  return unasked.length > 0 ? { id, names: unasked.map(({ name }) => name), line: unasked[0]!.line } : null
}

export interface WastefulBarrel {
  readonly id: string
  /** Modules that are in the chunks although nobody asks for anything of theirs, and their bytes there. */
  readonly dragged: readonly string[]
  readonly bytes: number
}

/** Barrels that put modules into chunks of which nobody asks for anything: most bytes first. */
export function wastefulBarrels(graph: ImportGraph, demand: Demand, bytesOf: (id: string) => number): WastefulBarrel[] {
  return [...graph.modules.keys()].flatMap((id): WastefulBarrel[] => {
    if (graph.modules.get(id)?.role !== 'barrel') return []
    const own = (graph.outgoing.get(id) ?? []).filter(({ link }) => link.kind === 'reexport').map(({ to }) => to)
    const dragged = [...new Set(own)].filter(to => demand.get(to)?.size === 0 && bytesOf(to) > 0 && isOnlyReexported(graph, to))
    const bytes = dragged.reduce((sum, to) => sum + bytesOf(to), 0)
    return dragged.length > 0 ? [{ id, dragged, bytes }] : []
  }).sort((a, b) => b.bytes - a.bytes || (a.id < b.id ? -1 : 1))
}

/** Nobody imports it for what it does. */
function isOnlyReexported(graph: ImportGraph, id: string): boolean {
  return (graph.incoming.get(id) ?? []).every(({ link }) => link.kind === 'reexport')
}
