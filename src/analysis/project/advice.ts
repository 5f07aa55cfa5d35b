/**
 * What to do first: every finding, hotspot and flaw of the structure as one proposal with its gain and its cost, ranked by
 * their quotient. Both are numbers from 0 to 100 made of measured figures, and good for nothing but an order.
 */
import { replaceableDependencies } from './alternatives.ts'
import type { ReplacementData } from './alternatives.ts'
import type { Cycle } from './cycles.ts'
import type { DeadExport, WastefulBarrel } from './demand.ts'
import type { EnviousModule } from './envy.ts'
import type { Edge, ImportGraph } from './graph.ts'
import type { BuiltPackage } from './packages.ts'
import type { Advice, DuplicatePackage, GodModule, Hotspot, ReportedFinding } from './project-report.ts'

export interface AdviceInputs {
  readonly graph: ImportGraph
  readonly findings: readonly ReportedFinding[]
  readonly cycles: readonly Cycle[]
  readonly dead: readonly DeadExport[]
  readonly barrels: readonly WastefulBarrel[]
  readonly godModules: readonly GodModule[]
  readonly envious: readonly EnviousModule[]
  readonly duplicates: readonly DuplicatePackage[]
  readonly hotspots: readonly Hotspot[]
  readonly packages: readonly BuiltPackage[]
  readonly replacements: ReplacementData | null
  readonly target: readonly string[]
}

const MAX_ADVICE = 20
const MAX_OF_A_KIND = 5

export function adviseOn(inputs: AdviceInputs): Advice[] {
  const { graph, findings, cycles, dead, barrels, godModules, envious, duplicates, hotspots } = inputs
  const all = [
    findings.map(onFinding), hotspots.map(onHotspot), cycles.map(cycle => onCycle(cycle, graph)), barrels.map(barrel => onBarrel(barrel, graph)),
    duplicates.map(onDuplicate), onDependencies(inputs), onDead(dead), godModules.map(onGodModule), envious.map(onEnvy),
  ]
  // One kind must not hide the others, however many there are of it.
  return all.flatMap(kind => rank(kind).slice(0, MAX_OF_A_KIND)).sort(byWorth).slice(0, MAX_ADVICE)
}

function rank(advice: readonly Advice[]): Advice[] {
  return advice.toSorted(byWorth)
}

function byWorth(a: Advice, b: Advice): number {
  return b.benefit / b.effort - a.benefit / a.effort || (a.where < b.where ? -1 : 1)
}

const plain: Pick<Advice, 'fix' | 'alternatives'> = { fix: null, alternatives: [] }

const SEVERITY = { high: 100, medium: 55, low: 20 } as const
const CONFIDENCE = { high: 1, medium: 0.7, low: 0.4 } as const

function onFinding({ id, line, severity, confidence, title, help, ruleId, cwe, fix }: ReportedFinding): Advice {
  return {
    ...plain, kind: 'finding', where: `${id}:${line}`, what: withoutStop(help), why: `${title} (${ruleId}, CWE-${cwe[0] ?? 0})`,
    fix: fix === null ? null : { id, ...fix }, benefit: Math.round(SEVERITY[severity] * CONFIDENCE[confidence]), effort: fix === null ? 20 : 5,
  }
}

function onHotspot({ id, line, name, cognitive, cyclomatic, nesting, params, codeLines, changes, score }: Hotspot): Advice {
  const ways = [
    ...(nesting >= 4 ? [`return early where it nests ${nesting} deep`] : []),
    ...(codeLines > 60 ? [`take its ${codeLines} lines apart into steps with names`] : []),
    ...(params > 5 ? [`take one object instead of ${params} parameters`] : []),
  ]
  const often = changes === null || changes === 0 ? '' : `, changed ${changes} times lately`
  return {
    ...plain, kind: 'complexity', where: `${id}:${line}`, what: `simplify ${name}: ${ways.length > 0 ? ways.join('; ') : 'move the bodies of its branches into functions'}`,
    why: `cognitive complexity ${cognitive}, cyclomatic ${cyclomatic}${often}`, benefit: Math.min(90, Math.round(8 * Math.log2(1 + score))), effort: Math.min(100, 20 + Math.round(codeLines / 2)),
  }
}

/** The cheapest cut: the import on the way around that asks for the fewest names. */
function onCycle({ path, moduleCount }: Cycle, graph: ImportGraph): Advice {
  const links = path.flatMap((from, index): Edge[] => {
    const to = path[(index + 1) % path.length]
    return (graph.outgoing.get(from) ?? []).filter(edge => edge.to === to)
  })
  const cut = links.toSorted((a, b) => weight(a) - weight(b) || (a.from < b.from ? -1 : 1))[0]
  const names = cut?.link.names.filter(name => name !== '*') ?? []
  const what = cut === undefined ? 'break the cycle' : `move ${names.length > 0 ? names.slice(0, 3).join(', ') : `what ${cut.from} needs of ${cut.to}`} out of ${cut.to}, so that ${cut.from} need not import it`
  return {
    ...plain, kind: 'cycle', where: cut === undefined ? path[0]! : `${cut.from}:${cut.link.line}`, what,
    why: `${path.join(' -> ')} -> ${path[0]} is a cycle${moduleCount > path.length ? ` in a knot of ${moduleCount} modules` : ''}`,
    benefit: Math.min(80, 30 + 2 * moduleCount), effort: 25 + 5 * (cut === undefined ? 1 : weight(cut)),
  }
}

function weight({ link }: Edge): number {
  return link.names.includes('*') ? 5 : Math.max(1, link.names.length)
}

function onBarrel({ id, dragged, bytes }: WastefulBarrel, graph: ImportGraph): Advice {
  const importers = new Set((graph.incoming.get(id) ?? []).map(({ from }) => from)).size
  return {
    ...plain, kind: 'barrel', where: id, what: `import from the modules themselves instead of ${id}, or mark them free of side effects`,
    why: `it puts ${dragged.length} modules into chunks of which nobody asks for anything, ${bytes} bytes`, benefit: worthOfBytes(bytes), effort: 10 + 3 * importers,
  }
}

function onDuplicate({ name, versions, bytes }: DuplicatePackage): Advice {
  const list = versions.map(({ version }) => version || 'unknown').join(' and ')
  return { ...plain, kind: 'duplicate', where: name, what: `let everything resolve to one copy of ${name}`, why: `it is there as ${list}, ${bytes} bytes too many`, benefit: worthOfBytes(bytes), effort: 15 }
}

function onDependencies({ graph, packages, replacements, target }: AdviceInputs): Advice[] {
  return replaceableDependencies(graph, packages, replacements, target).map(({ name, bytes, importers, line, alternatives }): Advice => {
    const [best] = alternatives
    return {
      ...plain, kind: 'dependency', where: `${importers[0] ?? name}:${line}`, what: `replace ${name}${best ? `: ${best.name}` : ''}`,
      why: `${bytes} bytes in the chunks, imported by ${importers.length} ${importers.length === 1 ? 'module' : 'modules'}${best ? `; score ${best.score} of 100` : ''}`,
      alternatives, benefit: Math.round(worthOfBytes(bytes) * ((best?.score ?? 50) / 100)), effort: 8 + 4 * importers.length,
    }
  })
}

function onDead(dead: readonly DeadExport[]): Advice[] {
  const count = dead.reduce((sum, { names }) => sum + names.length, 0)
  const [first] = dead.toSorted((a, b) => b.names.length - a.names.length)
  if (!first) return []
  return [{
    ...plain, kind: 'dead-code', where: `${first.id}:${first.line}`, what: `delete ${first.names.slice(0, 3).join(', ')}${first.names.length > 3 ? ` and ${first.names.length - 3} more` : ''}, or keep it private`,
    why: `no module of the build imports it; there are ${count} such exports in ${dead.length} modules`, benefit: Math.min(50, 10 + first.names.length * 2), effort: 10 + first.names.length,
  }]
}

function onGodModule({ id, codeLines, functionCount, importers, imports }: GodModule): Advice {
  return {
    ...plain, kind: 'god-module', where: id, what: 'split it along what its importers use', why: `${codeLines} lines, ${functionCount} functions, imported by ${importers} modules, importing ${imports}`,
    benefit: Math.min(70, 30 + importers), effort: Math.min(100, 40 + Math.round(codeLines / 20)),
  }
}

function onEnvy({ id, line, provider, names, foreignCount, functionCount }: EnviousModule): Advice {
  return {
    ...plain, kind: 'feature-envy', where: `${id}:${line}`, what: `move what it does with ${names.slice(0, 3).join(', ')} into ${provider}`,
    why: `${names.length} of the ${foreignCount} values that it imports from the project are that module's, and it has ${functionCount} ${functionCount === 1 ? 'function' : 'functions'} of its own`,
    benefit: Math.min(40, 10 + 2 * names.length), effort: Math.min(100, 25 + 5 * functionCount),
  }
}

/** 1 kB is worth 10, 30 kB 50, 1 MB 100. */
function worthOfBytes(bytes: number): number {
  return Math.min(100, Math.round(10 * Math.log2(1 + bytes / 1000)))
}

function withoutStop(text: string): string {
  return text.replace(/\.$/, '')
}
