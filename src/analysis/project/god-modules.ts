/** Modules that hold much code, many functions, and a hub of the graph: all three, or it is merely a long file. */
import type { ModuleFacts } from './facts.ts'
import type { ImportGraph } from './graph.ts'
import { PerModule } from './per-module.ts'
import type { GodModule } from './project-report.ts'

const GOD = { codeLines: 400, functionCount: 25, links: 15 } as const

/** @param known Answers of the last time, where the graph is the same. @returns Those with the most code first. */
export function findGodModules(graph: ImportGraph, known: PerModule<GodModule> = new PerModule()): GodModule[] {
  return known.of(graph.modules, (id, facts) => godModule(id, facts, graph))
    .sort((a, b) => b.codeLines - a.codeLines || (a.id < b.id ? -1 : 1))
}

function godModule(id: string, { codeLines, functionCount }: ModuleFacts, graph: ImportGraph): GodModule | null {
  if (codeLines < GOD.codeLines || functionCount < GOD.functionCount) return null
  const importers = new Set((graph.incoming.get(id) ?? []).map(({ from }) => from)).size
  const imports = new Set((graph.outgoing.get(id) ?? []).map(({ to }) => to)).size
  return importers + imports >= GOD.links ? { id, codeLines, functionCount, importers, imports } : null
}
