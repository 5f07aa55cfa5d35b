/**
 * What one join of a session leaves to the next, so that an edited module costs what rests on it and not all modules again.
 *
 * Two kinds of answers are kept. What rests on the modules' names, roles and imports alone (the graph, what is asked for,
 * the cycles) is good until one of those changes: most edits change none. What rests on one module and on the graph is kept
 * by the module's facts, and forgotten with the graph. The result is the same without: a property test compares the two
 * over random edits. Flows, findings, sums and advice are made anew each time: they are cheap, or rest on everything.
 */
import { findCycles } from './cycles.ts'
import type { Cycle } from './cycles.ts'
import { demandOf } from './demand.ts'
import type { DeadExport, Demand } from './demand.ts'
import type { EnviousModule } from './envy.ts'
import type { ModuleFacts } from './facts.ts'
import { ImportCandidates, buildGraph } from './graph.ts'
import type { ImportGraph, ProjectModule, ResolvedEdges } from './graph.ts'
import { PerModule } from './per-module.ts'
import type { GodModule } from './project-report.ts'

/** What rests on who imports what of whom. */
export interface Structure {
  readonly graph: ImportGraph
  readonly demand: Demand
  readonly cycles: readonly Cycle[]
}

interface Kept extends Structure {
  readonly modules: readonly ProjectModule[]
  /** What the bundler said, as text. */
  readonly told: string
}

export class JoinMemory {
  readonly candidates: ImportCandidates = new ImportCandidates()
  readonly dead: PerModule<DeadExport> = new PerModule()
  readonly envious: PerModule<EnviousModule> = new PerModule()
  readonly god: PerModule<GodModule> = new PerModule()
  #kept: Kept | null = null

  structureOf(modules: readonly ProjectModule[], edges: ResolvedEdges, entries: readonly string[]): Structure {
    const told = JSON.stringify([[...edges], entries])
    const last = this.#kept
    const structure = last !== null && last.told === told && haveSameStructure(last.modules, modules) ? withFacts(last, modules) : this.#found(modules, edges, entries)
    this.#kept = { ...structure, modules, told }
    return structure
  }

  #found(modules: readonly ProjectModule[], edges: ResolvedEdges, entries: readonly string[]): Structure {
    for (const answers of [this.dead, this.envious, this.god]) answers.forget()
    const graph = buildGraph(modules, edges, this.candidates)
    return { graph, demand: demandOf(graph, entries), cycles: findCycles(graph) }
  }
}

/** The same graph around facts that are new. */
function withFacts({ graph, demand, cycles }: Structure, modules: readonly ProjectModule[]): Structure {
  return { graph: { ...graph, modules: new Map(modules.map(({ id, facts }) => [id, facts])) }, demand, cycles }
}

function haveSameStructure(before: readonly ProjectModule[], after: readonly ProjectModule[]): boolean {
  return before.length === after.length && after.every(({ id, facts }, at) => before[at]!.id === id && isPlacedAs(facts, before[at]!.facts))
}

/** Lines of imports count: the graph tells them. */
function isPlacedAs(facts: ModuleFacts, before: ModuleFacts): boolean {
  return facts === before || (facts.role === before.role && JSON.stringify(facts.links.imports) === JSON.stringify(before.links.imports))
}
