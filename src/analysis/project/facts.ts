/**
 * What is kept of one module: enough for the report and for what only the whole project shows, and no more. Facts are
 * JSON, kept by content and compared by value; equal sources give equal facts.
 */
import type { ModuleAnalysis } from '../analyze.ts'
import type { Role } from '../roles/classify.ts'
import type { EvidenceStep } from '../findings.ts'
import type { PlacedStep, TaintSummary } from '../taint/project-taint.ts'
import type { FunctionMetrics } from '../metrics/metrics.ts'
import type { Severity } from '../rule.ts'
import type { Links } from './links.ts'

/** A finding without offsets: lines and columns say as much to whoever reads it. */
export interface FoundFact {
  readonly ruleId: string
  readonly cwe: readonly number[]
  readonly severity: Severity
  readonly confidence: 'high' | 'medium' | 'low'
  readonly title: string
  readonly help: string
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
  /** A step in another module says in which. */
  readonly evidence: readonly (EvidenceStep | PlacedStep)[]
  readonly fingerprint: string
  /** The mechanical change, where there is one. */
  readonly fix: Fix | null
}

/** A change of whole lines, as a person reads a diff. */
export interface Fix {
  readonly line: number
  readonly before: readonly string[]
  readonly after: readonly string[]
}

export interface FunctionFact {
  readonly name: string
  readonly line: number
  readonly cyclomatic: number
  readonly cognitive: number
  readonly codeLines: number
  readonly params: number
  readonly nesting: number
}

export interface ModuleFacts {
  readonly role: Role
  readonly patterns: readonly string[]
  readonly codeLines: number
  readonly maintainability: number
  readonly functionCount: number
  /** How many functions have a cyclomatic number up to 5, 10, 20, and above. */
  readonly spread: readonly [number, number, number, number]
  /** Functions that are not simple, in source order. */
  readonly functions: readonly FunctionFact[]
  readonly findings: readonly FoundFact[]
  readonly suppressed: readonly FoundFact[]
  readonly links: Links
  readonly taint: TaintSummary
  readonly notes: readonly { readonly reason: string; readonly message: string }[]
}

/** Below this, in both numbers, a function is nobody's concern. */
const SIMPLE = 5

/** @param fixOf The mechanical change for a finding. */
export function toFacts(analysis: ModuleAnalysis, fixOf: (finding: ModuleAnalysis['findings'][number]) => Fix | null): ModuleFacts {
  const { classification, functions, metrics, findings, suppressed, links, taint, notes, ruleFailures } = analysis
  const found = (each: ModuleAnalysis['findings'][number]): FoundFact => ({ ...withoutOffsets(each), fix: fixOf(each) })
  return {
    role: classification.role,
    patterns: classification.patterns.map(({ pattern }) => pattern),
    codeLines: metrics.codeLines,
    maintainability: Math.round(metrics.maintainability * 10) / 10,
    functionCount: metrics.functionCount,
    spread: spreadOf(functions),
    functions: functions.filter(each => each.cyclomatic.classic > SIMPLE || each.cognitive.sonar > SIMPLE).map(toFunctionFact),
    findings: findings.map(found),
    suppressed: suppressed.map(found),
    links,
    taint,
    notes: [
      ...notes.map(({ reason, message }) => ({ reason, message })),
      ...ruleFailures.map(({ ruleId, message }) => ({ reason: 'rule-failed', message: `The rule ${ruleId} failed on it (${message}); the others did not.` })),
    ],
  }
}

export function withoutOffsets({ start: _start, end: _end, ...kept }: ModuleAnalysis['findings'][number]): Omit<FoundFact, 'fix'> {
  return kept
}

function toFunctionFact({ name, line, cyclomatic, cognitive, codeLines, params, nesting }: FunctionMetrics): FunctionFact {
  return { name, line, cyclomatic: cyclomatic.classic, cognitive: cognitive.sonar, codeLines, params, nesting }
}

function spreadOf(functions: readonly FunctionMetrics[]): [number, number, number, number] {
  const spread: [number, number, number, number] = [0, 0, 0, 0]
  for (const { cyclomatic: { classic } } of functions) spread[classic <= 5 ? 0 : classic <= 10 ? 1 : classic <= 20 ? 2 : 3]++
  return spread
}

/** Of a module that could not be analysed at all. */
export function emptyFacts(reason: string, message: string): ModuleFacts {
  return {
    role: 'module', patterns: [], codeLines: 0, maintainability: 100, functionCount: 0, spread: [0, 0, 0, 0], functions: [],
    findings: [], suppressed: [], links: { imports: [], exports: [], env: [] }, taint: { handovers: [], sinks: [] }, notes: [{ reason, message }],
  }
}
