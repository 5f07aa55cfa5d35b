/**
 * All analyses of one module: source text in, facts out. Pure: no disk, no clock, no state between modules.
 *
 * One parse and one walk for each block of code; a Vue or Svelte component or an MDX page is analysed at its own
 * offsets. Facts hold no syntax nodes and can be kept or sent to another thread.
 */
import { Kind, calleeName } from './syntax/ast.ts'
import type { CallNode, Node } from './syntax/ast.ts'
import { extractBlocks } from './syntax/blocks.ts'
import type { CodeBlock } from './syntax/blocks.ts'
import { classify } from './roles/classify.ts'
import type { Classification } from './roles/classify.ts'
import { createRuleSet } from './engine.ts'
import type { RuleFailure, RuleRun, RuleSet, RunFacts } from './engine.ts'
import { evidenceOf, toFindings } from './findings.ts'
import type { Finding, Report } from './findings.ts'
import { createLineTable } from './syntax/lines.ts'
import type { LineTable } from './syntax/lines.ts'
import { placeHandover } from './taint/handovers.ts'
import type { TaintSummary } from './taint/project-taint.ts'
import { createMetrics, emptyModuleMetrics, sumModuleMetrics } from './metrics/metrics.ts'
import type { FunctionMetrics, MetricsCollector, ModuleMetrics } from './metrics/metrics.ts'
import { parseModule } from './syntax/parse.ts'
import type { Note, ParsedModule } from './syntax/parse.ts'
import { createTreeReader } from './syntax/raw-transfer.ts'
import type { ReadTree } from './syntax/raw-transfer.ts'
import { RULES } from './rules/index.ts'
import { readSuppressions } from './suppressions.ts'
import { createScopes } from './names/scopes.ts'
import type { ScopeTable } from './names/scope-table.ts'
import type { ScopeCollector } from './names/scopes.ts'
import { templateFindings } from './syntax/templates.ts'
import { walk } from './syntax/walk.ts'
import type { Visitor } from './syntax/walk.ts'
import { linksOf } from './project/links.ts'
import type { Links } from './project/links.ts'
import type { Comment } from 'oxc-parser'


export { ANALYZER_VERSION } from './version.ts'

export interface ModuleAnalysis {
  readonly id: string
  readonly functions: readonly FunctionMetrics[]
  readonly metrics: ModuleMetrics
  readonly classification: Classification
  readonly findings: readonly Finding[]
  /** Findings under a `pitcrew-ignore` comment with a reason. */
  readonly suppressed: readonly Finding[]
  readonly links: Links
  /** For flows across modules; see `project-taint.ts`. */
  readonly taint: TaintSummary
  /** Why some or all of it was not analysed, and comments that silence nothing. */
  readonly notes: readonly Note[]
  readonly ruleFailures: readonly RuleFailure[]
}

export interface Analyzer {
  /** @param id Tells dialect and role; nothing is read from the disk. */
  analyze(id: string, source: string): ModuleAnalysis
}

/** @param extraRules Added to the built-in ones; an equal id replaces. */
export function createAnalyzer({ extraRules = [] }: { readonly extraRules?: readonly (typeof RULES)[number][] } = {}): Analyzer {
  const replaced = new Set(extraRules.map((rule) => rule.id))
  const rules = createRuleSet([...RULES.filter((rule) => !replaced.has(rule.id)), ...extraRules])
  const read = createTreeReader()
  return { analyze: (id, source) => analyzeModule(id, source, rules, read) }
}

interface BlockFacts {
  readonly parsed: ParsedModule
  readonly scopes: ScopeTable
  readonly metrics: MetricsCollector
  readonly reports: readonly Report[]
  readonly failures: readonly RuleFailure[]
  readonly exportedReports: RunFacts['exportedReports']
  readonly handovers: RunFacts['handovers']
  readonly trace: RunFacts['trace']
}

function analyzeModule(id: string, source: string, rules: RuleSet, read: ReadTree): ModuleAnalysis {
  const notes: Note[] = []
  const facts: BlockFacts[] = []
  for (const block of extractBlocks(id, source)) {
    const result = analyzeBlock(id, block, rules, read)
    if ('reason' in result) notes.push(result)
    else facts.push(result)
  }
  const comments: Comment[] = facts.flatMap(({ parsed }) => parsed.comments)
  const lines = createLineTable(source, comments)
  const suppressions = readSuppressions(id, source, comments, lines)
  notes.push(...suppressions.flaws.map((message): Note => ({ kind: 'note', reason: 'suppression', message })))
  const reports = [...facts.flatMap((each) => each.reports), ...templateFindings(id, source, facts)]
  const measured = facts.map(({ metrics }) => metrics.finish(lines, source.length))
  return {
    id,
    functions: measured.flatMap((each) => each.functions),
    metrics: measured.length === 0 ? emptyModuleMetrics(lines, source.length) : sumModuleMetrics(measured.map((each) => each.module)),
    classification: classify(id, source, facts.map(({ parsed }) => parsed)),
    ...toFindings(reports, source, lines, suppressions.valid),
    links: linksOf(facts, source, lines),
    taint: summarise(facts, source, lines),
    notes,
    ruleFailures: facts.flatMap((each) => each.failures),
  }
}

function summarise(facts: readonly BlockFacts[], source: string, lines: LineTable): TaintSummary {
  const exported = facts.flatMap(({ exportedReports }) => exportedReports)
  // Findings are made together, so that equal ones are numbered as within the module.
  const byRule = new Map(toFindings(exported.map(({ report }) => report), source, lines, []).findings.map((finding) => [`${finding.ruleId}@${finding.end}`, finding]))
  return {
    handovers: facts.flatMap(({ handovers }) => handovers.map((each) => placeHandover(each, source, lines, evidenceOf))),
    sinks: exported.flatMap(({ report, param, category }) => {
      const finding = byRule.get(`${report.rule.id}@${report.node.end}`)
      return finding ? [{ param, category, finding }] : []
    }),
  }
}

function analyzeBlock(id: string, block: CodeBlock, rules: RuleSet, read: ReadTree): BlockFacts | Note {
  const parsed = parseModule(block.text, block.lang, read)
  if (parsed.kind === 'note') return parsed
  const { program } = parsed
  const metrics = createMetrics(program)
  const scopes = createScopes(program)
  const run = rules.start()
  walk(program, new Fused(metrics, scopes, run))
  const table = scopes.finish()
  return { parsed, scopes: table, metrics, ...run.finish(id, block.text, program, table, (word) => metrics.holds(word)) }
}

/** Feeds every analysis from one walk. */
class Fused implements Visitor {
  constructor(
    private readonly metrics: MetricsCollector,
    private readonly scopes: ScopeCollector,
    private readonly run: RuleRun,
  ) {}

  enter(node: Node, kind: Kind, parent: Node, parentKind: Kind, key: string): boolean {
    const isMeasured = this.metrics.enter(node, kind, parent, parentKind, key)
    if (kind === Kind.Identifier) return isMeasured
    if (kind === Kind.CallExpression || kind === Kind.NewExpression) this.enterCall(node as CallNode)
    this.run.enter(node, kind)
    return this.scopes.enter(node, kind, parent, parentKind) || isMeasured
  }

  exit(node: Node, kind: Kind): void {
    this.metrics.exit(node, kind)
    this.scopes.exit(node, kind)
  }

  private enterCall(call: CallNode): void {
    const name = calleeName(call)
    if (name === undefined) {
      if (call.callee.type === 'CallExpression') this.run.addUnnamedCall(call)
      return
    }
    this.scopes.addCall(name, call)
    this.run.addCall(name, call)
  }
}
