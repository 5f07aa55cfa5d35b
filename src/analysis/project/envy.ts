/**
 * Feature envy over the import graph: modules that live on what one other module has, and hardly on anything of their own.
 *
 * After Lanza and Marinescu (Object-Oriented Metrics in Practice, 2006) with modules for classes, and imported values for
 * attributes of others: many foreign values (ATFD), of few providers (FDP), and few of one's own in proportion (LAA).
 *
 * Not covered: what is used of a namespace (`import * as`), which no import names; functions within a module are not told
 * apart. Modules whose work is to put others together, and those that are made to be used by all, envy nobody.
 */
import type { Role } from '../roles/classify.ts'
import type { Edge, ImportGraph } from './graph.ts'
import { PerModule } from './per-module.ts'

export interface EnviousModule {
  readonly id: string
  /** Of its import of the provider. */
  readonly line: number
  /** The module that it lives on. */
  readonly provider: string
  /** Values that it takes from there, in name order. */
  readonly names: readonly string[]
  /** Values that it takes of modules of the project in all. */
  readonly foreignCount: number
  readonly functionCount: number
}

/** "Few" in the book is at most five; of three providers one is still the main one. */
const MIN_FOREIGN = 6
const MAX_PROVIDERS = 3
const MAX_OWN_RATIO = 1 / 3
/** What more modules than these use is made to be used. */
const MAX_USERS = 3

const COMPOSING: ReadonlySet<Role> = new Set(['test', 'generated', 'types', 'config', 'barrel', 'page', 'component', 'entry', 'constants', 'side-effect'])
const SHARED: ReadonlySet<Role> = new Set(['generated', 'types', 'config', 'barrel', 'component', 'constants'])

/** @param known Answers of the last time, where the graph is the same. @returns Those with the most foreign values first. */
export function enviousModules(graph: ImportGraph, known: PerModule<EnviousModule> = new PerModule()): EnviousModule[] {
  return known.of(graph.modules, (id, { role, functionCount }) => (COMPOSING.has(role) ? null : envyOf(id, functionCount, graph)))
    .sort((a, b) => b.foreignCount - a.foreignCount || (a.id < b.id ? -1 : 1))
}

function envyOf(id: string, functionCount: number, graph: ImportGraph): EnviousModule | null {
  const providers = providersOf(graph.outgoing.get(id) ?? [])
  const foreignCount = [...providers.values()].reduce((sum, { names }) => sum + names.size, 0)
  const [main] = [...providers].sort(([a, one], [b, other]) => other.names.size - one.names.size || (a < b ? -1 : 1))
  if (main === undefined || providers.size > MAX_PROVIDERS) return null
  const [provider, { names, line }] = main
  const isMany = names.size >= MIN_FOREIGN && functionCount / (functionCount + foreignCount) < MAX_OWN_RATIO
  if (!isMany || isShared(provider, graph)) return null
  return { id, line, provider, names: [...names].sort(), foreignCount, functionCount }
}

function isShared(id: string, graph: ImportGraph): boolean {
  return SHARED.has(graph.modules.get(id)!.role) || new Set((graph.incoming.get(id) ?? []).map(({ from }) => from)).size > MAX_USERS
}

/** What a module takes of each other one by name. */
function providersOf(edges: readonly Edge[]): Map<string, { readonly names: Set<string>; readonly line: number }> {
  const providers = new Map<string, { readonly names: Set<string>; readonly line: number }>()
  for (const { to, link } of edges) {
    const names = link.kind === 'reexport' ? [] : link.names.filter(name => name !== '*')
    if (names.length === 0) continue
    const known = providers.get(to) ?? { names: new Set(), line: link.line }
    for (const name of names) known.names.add(name)
    providers.set(to, known)
  }
  return providers
}
