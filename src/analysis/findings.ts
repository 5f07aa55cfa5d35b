/**
 * From reported nodes to findings: position, evidence, confidence, fingerprint, suppression.
 *
 * A fingerprint is made of the rule, the names of the functions around and the *meaning* of the reported expression
 * (its tree without layout), never of lines or of the file's name; so it survives formatting, moved lines and moved
 * files. Equal ones within a module are numbered in source order.
 */
import { SHAPES, isFunction } from './syntax/ast.ts'
import type { Node } from './syntax/ast.ts'
import { nameOfFunction } from './metrics/function-name.ts'
import type { LineTable } from './syntax/lines.ts'
import type { RuleMeta, Severity } from './rule.ts'
import { Trust } from './taint/sources.ts'
import type { Suppression } from './suppressions.ts'
import type { Flow } from './taint/taint.ts'
import { digestParts } from '../hash.ts'

export interface EvidenceStep {
  readonly line: number
  readonly column: number
  /** The source text there, at most 80 characters on one line. */
  readonly text: string
}

export interface Finding {
  readonly ruleId: string
  readonly cwe: readonly number[]
  readonly severity: Severity
  /** How sure: remote data proven to arrive is `high`; an unknown caller's `medium`; merely not constant `low`; rules without taint `high`. */
  readonly confidence: 'high' | 'medium' | 'low'
  readonly title: string
  readonly help: string
  /** UTF-16 offsets, and lines and columns from 1. */
  readonly start: number
  readonly end: number
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
  /** From source to sink; empty where the sink alone is wrong. */
  readonly evidence: readonly EvidenceStep[]
  /** 24 characters. */
  readonly fingerprint: string
}

export interface Report {
  readonly rule: RuleMeta
  readonly node: Node
  readonly flow: Flow | undefined
}

const MAX_PRINTED_NODES = 400
const MAX_EVIDENCE_CHARS = 80

/** @returns Findings in source order, one for each rule and place; those under a valid suppression apart. */
export function toFindings(reports: readonly Report[], source: string, lines: LineTable, suppressions: readonly Suppression[]): { findings: Finding[]; suppressed: Finding[] } {
  const seen = new Set<string>()
  const counts = new Map<string, number>()
  const findings: Finding[] = []
  const suppressed: Finding[] = []
  const sorted = reports.toSorted((left, right) => left.node.start - right.node.start || left.rule.id.localeCompare(right.rule.id))
  for (const report of sorted) {
    const key = `${report.rule.id}@${report.node.start}`
    if (seen.has(key)) continue
    seen.add(key)
    const finding = toFinding(report, source, lines, counts)
    const isSuppressed = suppressions.some(({ ruleId, line, lastLine }) => ruleId === finding.ruleId && line <= finding.line && finding.line <= lastLine)
    if (isSuppressed) suppressed.push(finding)
    else findings.push(finding)
  }
  return { findings, suppressed }
}

function toFinding({ rule, node, flow }: Report, source: string, lines: LineTable, counts: Map<string, number>): Finding {
  const start = lines.positionAt(anchorOf(node))
  const end = lines.positionAt(node.end)
  const identity = digestParts([rule.id, scopePath(node), print(node)])
  const ordinal = counts.get(identity) ?? 0
  counts.set(identity, ordinal + 1)
  return {
    ruleId: rule.id,
    cwe: rule.cwe,
    severity: rule.severity,
    confidence: flow === undefined || flow.trust === Trust.Remote ? 'high' : flow.trust === Trust.Parameter ? 'medium' : 'low',
    title: rule.title,
    help: rule.help,
    start: anchorOf(node),
    end: node.end,
    line: start.line,
    column: start.column,
    endLine: end.line,
    endColumn: end.column,
    evidence: flow ? evidenceOf(flow, node, source, lines) : [],
    fingerprint: digestParts([identity, String(ordinal)]).slice(0, 24),
  }
}

/** Of a chained call the method's name is the place to look at, not the start of the chain lines above. */
function anchorOf(node: Node): number {
  if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') return node.start
  const { object, property } = node.callee
  return object.type === 'CallExpression' ? property.start : node.start
}

export function evidenceOf(flow: Flow, sink: Node, source: string, lines: LineTable): EvidenceStep[] {
  const nodes = flow.steps.includes(sink) ? flow.steps : [...flow.steps, sink]
  return nodes.map((node) => {
    const { line, column } = lines.positionAt(node.start)
    const text = source.slice(node.start, Math.min(node.end, node.start + MAX_EVIDENCE_CHARS)).replace(/\s+/g, ' ')
    return { line, column, text }
  })
}

function scopePath(node: Node): string {
  const names: string[] = []
  for (let current = node.parent; current; current = current.parent) {
    if (isFunction(current)) names.push(nameOfFunction(current))
  }
  return names.join('<')
}

/** The tree as words; what formatters change (layout, quotes, parentheses, blanks of JSX text) leaves no mark. */
export function print(root: Node): string {
  const words: string[] = []
  const pending: (Node | null)[] = [root]
  while (pending.length > 0 && words.length < MAX_PRINTED_NODES) {
    const node = pending.pop()
    if (!node) continue
    words.push(wordOf(node))
    const keys = SHAPES[node.type]?.keys ?? []
    for (const key of keys.toReversed()) {
      const value = (node as unknown as Record<string, Node | (Node | null)[] | null | undefined>)[key]
      if (Array.isArray(value)) pending.push(...value.toReversed())
      else if (value) pending.push(value)
    }
  }
  return words.join(' ')
}

function wordOfLiteral(node: Extract<Node, { type: 'Literal' }>): string {
  return 'regex' in node && node.regex ? `/${node.regex.pattern}/${node.regex.flags}` : String(node.value)
}

function wordOf(node: Node): string {
  switch (node.type) {
    case 'Identifier':
    case 'JSXIdentifier':
    case 'PrivateIdentifier':
      return node.name
    case 'Literal':
      return wordOfLiteral(node)
    case 'TemplateElement':
      return node.value.raw
    case 'JSXText':
      return node.value.replace(/\s+/g, ' ').trim()
    default:
      return 'operator' in node ? `${node.type}${node.operator}` : node.type
  }
}
