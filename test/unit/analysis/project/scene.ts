/** Small projects as text, analysed and joined as a build would, with nothing of a bundler but what a test says. */
import { createAnalyzer } from '../../../../src/analysis/analyze.ts'
import { toFacts } from '../../../../src/analysis/project/facts.ts'
import type { ModuleFacts } from '../../../../src/analysis/project/facts.ts'
import { fixFor } from '../../../../src/analysis/project/fixes.ts'
import { buildGraph } from '../../../../src/analysis/project/graph.ts'
import type { ImportGraph, ProjectModule } from '../../../../src/analysis/project/graph.ts'
import { joinProject } from '../../../../src/analysis/project/join.ts'
import type { Joined, JoinInputs } from '../../../../src/analysis/project/join.ts'

export type Sources = Readonly<Record<string, string>>

/** An analyzer keeps nothing of a module. */
const analyzer = createAnalyzer()

export function factsOf(id: string, source: string): ModuleFacts {
  return toFacts(analyzer.analyze(id, source), finding => fixFor(finding, source))
}

export function modulesOf(sources: Sources): ProjectModule[] {
  return Object.entries(sources).map(([id, source]) => ({ id, facts: factsOf(id, source) }))
}

export function graphOf(sources: Sources, edges: Readonly<Record<string, readonly string[]>> = {}): ImportGraph {
  return buildGraph(modulesOf(sources), new Map(Object.entries(edges)))
}

export function join(sources: Sources, changes: Partial<JoinInputs> = {}): Joined {
  return joinProject({
    modules: modulesOf(sources), edges: new Map(), entries: [], bytes: new Map(), packages: [], client: { chunkOf: new Map(), exposed: new Map() }, baseline: null,
    rules: new Map(), gates: { warn: {}, fail: {} }, analysedCount: 0, churn: null, buildMs: new Map(), replacements: null, target: [], ...changes,
  })
}
