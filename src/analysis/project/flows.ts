/**
 * Findings whose data comes from another module, over the graph as the bundler resolved it. One that its module reports
 * already, as reached by an unknown caller, is replaced by the proof; one that is suppressed there stays so.
 */
import { joinTaint } from '../taint/project-taint.ts'
import type { ExportResolver, TaintSummary } from '../taint/project-taint.ts'
import { withoutOffsets } from './facts.ts'
import type { FoundFact, ModuleFacts } from './facts.ts'
import type { ImportGraph } from './graph.ts'

/** Barrels that hand on to barrels: more are no barrels any more. */
const MAX_BARRELS = 16

/** The findings of those modules in which the project shows more than they show alone. */
export function findingsWithFlows(graph: ImportGraph): Map<string, readonly FoundFact[]> {
  const found = new Map<string, readonly FoundFact[]>()
  for (const { id, finding, path } of joinTaint(summariesOf(graph), exportResolver(graph))) {
    const facts = graph.modules.get(id)
    if (!facts || has(facts.suppressed, finding.fingerprint)) continue
    const known = facts.findings.find(({ fingerprint }) => fingerprint === finding.fingerprint)
    const proven: FoundFact = { ...withoutOffsets(finding), evidence: path, fix: known?.fix ?? null }
    found.set(id, inOrder([...(found.get(id) ?? facts.findings).filter(({ fingerprint }) => fingerprint !== finding.fingerprint), proven]))
  }
  return found
}

/** Of modules that hand something on or hold a sink: most do neither. */
function summariesOf(graph: ImportGraph): Map<string, TaintSummary> {
  const summaries = new Map<string, TaintSummary>()
  for (const [id, { taint }] of graph.modules) if (taint.handovers.length > 0 || taint.sinks.length > 0) summaries.set(id, taint)
  return summaries
}

function has(findings: readonly FoundFact[], fingerprint: string): boolean {
  return findings.some(each => each.fingerprint === fingerprint)
}

function inOrder(findings: readonly FoundFact[]): FoundFact[] {
  return findings.toSorted((a, b) => a.line - b.line || a.column - b.column || (a.ruleId < b.ruleId ? -1 : 1))
}

/** Which module declares what a name of an import means, barrels followed. */
export function exportResolver(graph: ImportGraph): ExportResolver {
  return (importer, specifier, name) => {
    const edge = graph.outgoing.get(importer)?.find(({ link }) => link.specifier === specifier)
    return edge && declared(graph, edge.to, name, 0)
  }
}

function declared(graph: ImportGraph, id: string, name: string, depth: number): { id: string; name: string } | undefined {
  const facts = graph.modules.get(id)
  if (!facts || depth > MAX_BARRELS) return undefined
  // A member of what is exported goes with it: `Users().find`.
  const first = exportIn(name)
  const named = handedOn(graph, id, first)
  if (named) return declared(graph, named.id, named.name + name.slice(first.length), depth + 1)
  return isDeclaredIn(facts, first) ? { id, name } : declaredBehind(graph, id, name, depth + 1)
}

/** Behind an `export *`. */
function declaredBehind(graph: ImportGraph, id: string, name: string, depth: number): { id: string; name: string } | undefined {
  for (const { to, link } of graph.outgoing.get(id) ?? []) {
    const inner = link.kind === 'reexport' && link.as.includes('*') ? declared(graph, to, name, depth) : undefined
    if (inner) return inner
  }
  return undefined
}

/** `Users` of `Users().find`. */
function exportIn(name: string): string {
  return /^[\w$]+/.exec(name)?.[0] ?? name
}

function handedOn(graph: ImportGraph, id: string, name: string): { id: string; name: string } | undefined {
  for (const { to, link } of graph.outgoing.get(id) ?? []) {
    const at = link.kind === 'reexport' ? link.as.indexOf(name) : -1
    if (at >= 0) return { id: to, name: link.names[at] ?? name }
  }
  return undefined
}

function isDeclaredIn({ links, taint }: ModuleFacts, name: string): boolean {
  return links.exports.some(each => each.name === name) || taint.sinks.some(({ param }) => exportIn(param.name) === name)
}
