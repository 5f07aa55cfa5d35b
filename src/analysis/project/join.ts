/**
 * From the facts of all modules, and what the bundler did with them, to the report: pure, and the same for every bundler.
 */
import type { FoundFact, ModuleFacts } from './facts.ts'
import { adviseOn } from './advice.ts'
import type { ReplacementData } from './alternatives.ts'
import { clientFindings, isSecretInSource } from './client.ts'
import type { ClientFacts } from './client.ts'
import type { Cycle } from './cycles.ts'
import { deadExports, wastefulBarrels } from './demand.ts'
import { enviousModules } from './envy.ts'
import { checkGates } from './gates.ts'
import type { GateLimits } from './gates.ts'
import { findingsWithFlows } from './flows.ts'
import { findGodModules } from './god-modules.ts'
import type { ProjectModule, ResolvedEdges } from './graph.ts'
import { JoinMemory } from './memory.ts'
import { duplicatePackages, type BuiltPackage } from './packages.ts'
import type { FindingTotals, Hotspot, ProjectReport, ReportedFinding } from './project-report.ts'

/** How often each known finding is known, by fingerprint; null: there is no baseline. */
export type Baseline = ReadonlyMap<string, number> | null

export interface JoinInputs {
  readonly modules: readonly ProjectModule[]
  readonly edges: ResolvedEdges
  readonly entries: readonly string[]
  /** Bytes of each own module in the chunks. */
  readonly bytes: ReadonlyMap<string, number>
  readonly packages: readonly BuiltPackage[]
  readonly client: ClientFacts
  readonly baseline: Baseline
  /** `off` or another severity, by rule id. */
  readonly rules: ReadonlyMap<string, 'off' | ReportedFinding['severity']>
  readonly gates: { readonly warn: GateLimits; readonly fail: GateLimits }
  /** Of the builds before in this session. @default none */
  readonly memory?: JoinMemory
  readonly analysedCount: number
  /** Changes of each file lately; null when the history was not read. */
  readonly churn: ReadonlyMap<string, number> | null
  readonly buildMs: ReadonlyMap<string, number>
  readonly replacements: ReplacementData | null
  /** Engines that the build is for, such as `chrome111`; empty: not known. */
  readonly target: readonly string[]
}

const LIMITS = { findings: 200, cycles: 20, dead: 50, barrels: 20, godModules: 10, envious: 10, duplicates: 20, hotspots: 20, notes: 50 } as const
const RANK = { high: 0, medium: 1, low: 2 } as const

export interface Joined {
  readonly report: ProjectReport
  /** All of them, in the report's order. */
  readonly findings: readonly ReportedFinding[]
  /** Under comments that give their reason, in module order. */
  readonly suppressed: readonly ReportedFinding[]
}

export function joinProject(inputs: JoinInputs): Joined {
  const { modules, bytes, memory = new JoinMemory() } = inputs
  const { graph, demand, cycles } = memory.structureOf(modules, inputs.edges, inputs.entries)
  const { findings, suppressed } = collectFindings(inputs, findingsWithFlows(graph))
  const dead = deadExports(graph, demand, memory.dead)
  const barrels = wastefulBarrels(graph, demand, id => bytes.get(id) ?? 0)
  const duplicates = duplicatePackages(inputs.packages)
  const godModules = findGodModules(graph, memory.god)
  const envious = enviousModules(graph, memory.envious)
  const hotspots = findHotspots(inputs)
  const measured = { ...sums(modules), totals: totalsOf(findings, suppressed.length) }
  const report: ProjectReport = {
    state: 'ok',
    ...measured,
    analysedCount: inputs.analysedCount,
    leftCount: 0,
    hasBaseline: inputs.baseline !== null,
    findings: findings.slice(0, LIMITS.findings),
    cycles: { count: cycles.length, list: cycles.slice(0, LIMITS.cycles) },
    dead: { count: dead.reduce((sum, { names }) => sum + names.length, 0), list: dead.slice(0, LIMITS.dead) },
    barrels: barrels.slice(0, LIMITS.barrels),
    godModules: godModules.slice(0, LIMITS.godModules),
    envious: envious.slice(0, LIMITS.envious),
    duplicates: duplicates.slice(0, LIMITS.duplicates),
    hotspots: hotspots.slice(0, LIMITS.hotspots),
    advice: adviseOn({ ...inputs, graph, findings, cycles, dead, barrels, godModules, envious, duplicates, hotspots }),
    gates: checkGates(inputs.gates, { findings, modules, cycleCount: cycles.length, firstCycle: firstOf(cycles), duplicates }),
    notes: modules.flatMap(({ id, facts }) => facts.notes.map(note => ({ id, ...note }))).slice(0, LIMITS.notes),
  }
  return { report, findings, suppressed }
}

function firstOf(cycles: readonly Cycle[]): string | null {
  return cycles[0]?.path[0] ?? null
}

function collectFindings(inputs: JoinInputs, found: ReadonlyMap<string, readonly FoundFact[]>): Pick<Joined, 'findings' | 'suppressed'> {
  const { modules, rules, client } = inputs
  const shipped = clientFindings(client, modules)
  const baseline = new Map(inputs.baseline ?? [])
  const ordered = modules.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  const findings = ordered.flatMap(({ id, facts }) => {
    const own = (found.get(id) ?? facts.findings).filter(each => !client.chunkOf.has(id) || !isSecretInSource(each))
    return [...own, ...shipped.get(id) ?? []].flatMap((each): ReportedFinding[] => {
      const word = rules.get(each.ruleId)
      return word === 'off' ? [] : [{ id, ...each, severity: word ?? each.severity, isNew: !takeKnown(baseline, each.fingerprint) }]
    })
  })
  const suppressed = ordered.flatMap(({ id, facts }) => facts.suppressed.map((each): ReportedFinding => ({ id, ...each, isNew: false })))
  return { findings: findings.sort(byUrgency), suppressed }
}

/** Takes one off the baseline, so that one more than it knows of is new. @returns Whether there was one. */
function takeKnown(baseline: Map<string, number>, fingerprint: string): boolean {
  const left = baseline.get(fingerprint) ?? 0
  if (left > 0) baseline.set(fingerprint, left - 1)
  return left > 0
}

function byUrgency(a: ReportedFinding, b: ReportedFinding): number {
  return Number(b.isNew) - Number(a.isNew) || RANK[a.severity] - RANK[b.severity] || (a.id < b.id ? -1 : a.id > b.id ? 1 : a.line - b.line || a.column - b.column)
}

function totalsOf(findings: readonly ReportedFinding[], suppressed: number): FindingTotals {
  const count = (test: (each: ReportedFinding) => boolean): number => findings.filter(test).length
  const [high, medium, low] = (['high', 'medium', 'low'] as const).map(level => count(each => each.severity === level)) as [number, number, number]
  return { high, medium, low, isNew: count(each => each.isNew), suppressed }
}

function sums(modules: readonly ProjectModule[]): Pick<ProjectReport, 'moduleCount' | 'codeLines' | 'functionCount' | 'spread' | 'maintainability' | 'roles'> {
  const spread: [number, number, number, number] = [0, 0, 0, 0]
  const roles = new Map<string, number>()
  let codeLines = 0
  let functionCount = 0
  let weighted = 0
  for (const { facts } of modules) {
    codeLines += facts.codeLines
    functionCount += facts.functionCount
    weighted += facts.maintainability * facts.codeLines
    roles.set(facts.role, (roles.get(facts.role) ?? 0) + 1)
    facts.spread.forEach((count, index) => (spread[index]! += count))
  }
  const maintainability = codeLines === 0 ? 100 : Math.round((weighted / codeLines) * 10) / 10
  return { moduleCount: modules.length, codeLines, functionCount, spread, maintainability, roles: Object.fromEntries([...roles].sort(([a], [b]) => (a < b ? -1 : 1))) }
}

/** SonarJS's own default for what is too hard to follow. */
const HARD = 15

function findHotspots({ modules, churn, buildMs }: JoinInputs): Hotspot[] {
  return modules.flatMap(({ id, facts }: { id: string; facts: ModuleFacts }) => {
    const changes = churn === null ? null : churn.get(id) ?? 0
    const ms = Math.round(buildMs.get(id) ?? 0)
    // Who changes it must understand it; who builds it waits for it. A function that nobody touches is hard, and harmless.
    const weight = (1 + Math.log2(1 + (changes ?? 0))) * (1 + Math.log10(1 + ms))
    return facts.functions.filter(({ cognitive }) => cognitive > HARD)
      .map((each): Hotspot => ({ ...each, id, changes, buildMs: ms, score: Math.round(each.cognitive * weight) }))
  }).sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : a.id > b.id ? 1 : a.line - b.line))
}
