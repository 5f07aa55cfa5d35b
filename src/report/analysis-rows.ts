/**
 * What a build says about the code, in a few rows: findings that are new, limits that were passed, and the advice that is
 * worth most. Nothing when nothing is new and nothing was passed: what is known is in `pitcrew findings`.
 */
import type { Advice, GateResult, ProjectReport, ReportedFinding } from '../analysis/project/project-report.ts'
import { formatCount, plural, printable, wrapWords } from './format.ts'
import type { Row } from './paint.ts'

const SHOWN_FINDINGS = 3
const SHOWN_ADVICE = 3
/** What gains less than it costs is not said at every build. */
const WORTHWHILE = 1

/** Whether a person wants to hear of it without having asked. */
export function isAnalysisNews(analysis: ProjectReport | null): boolean {
  return analysis !== null && (analysis.totals.isNew > 0 || analysis.leftCount > 0 || analysis.gates.length > 0)
}

export function analysisRows(analysis: ProjectReport | null, columns: number, isFull: boolean): Row[] {
  if (analysis === null || (!isFull && !isAnalysisNews(analysis))) return []
  return [
    riskRow(analysis, columns),
    { label: 'limit', lines: analysis.gates.flatMap(gate => wrapWords(gateText(gate), columns)), tone: 'bad' },
    { label: 'advice', lines: worthwhile(analysis, isFull).flatMap(advice => wrapWords(adviceText(advice), columns)), tone: 'plain' },
    silentRow(analysis, columns),
    leftRow(analysis, columns),
    ...(isFull ? [codeRow(analysis, columns)] : []),
  ]
}

/** The end of a build does not wait for everything that is new. */
function leftRow({ moduleCount, leftCount }: ProjectReport, columns: number): Row {
  const lines = leftCount === 0 ? [] : wrapWords(`${formatCount(moduleCount)} of ${formatCount(moduleCount + leftCount)} modules analysed so far; the next build goes on`, columns)
  return { label: 'code', lines, tone: 'plain' }
}

/** Comments that were meant to silence a finding, and do not. */
function silentRow({ notes }: ProjectReport, columns: number): Row {
  const [first, ...others] = notes.filter(({ reason }) => reason === 'suppression')
  const rest = others.length > 0 ? `; ${formatCount(others.length)} more` : ''
  return { label: 'note', lines: first === undefined ? [] : wrapWords(printable(`${first.id}: ${first.message}${rest}`), columns), tone: 'plain' }
}

function riskRow({ findings, totals, hasBaseline }: ProjectReport, columns: number): Row {
  const all = totals.high + totals.medium + totals.low
  if (all === 0) return { label: 'risk', lines: [], tone: 'plain' }
  const shown = findings.filter(({ isNew }) => isNew).slice(0, SHOWN_FINDINGS)
  const heading = hasBaseline ? `${formatCount(totals.isNew)} new of ${formatCount(all)}` : `${plural(all, 'finding')}, ${formatCount(totals.high)} high`
  const rest = totals.isNew > shown.length ? `; ${formatCount(totals.isNew - shown.length)} more` : ''
  const [first, ...others] = shown.map(findingText)
  const next = hasBaseline ? 'npx pitcrew findings' : 'npx pitcrew findings; npx pitcrew baseline to hear only of new ones'
  const lines = [first === undefined ? heading : `${heading}: ${first}`, ...others].flatMap(line => wrapWords(line, columns))
  return { label: 'risk', lines: [...lines, ...wrapWords(`${next}${rest}`, columns)], tone: totals.isNew > 0 ? 'bad' : 'plain' }
}

function findingText({ id, line, title, cwe }: ReportedFinding): string {
  return printable(`${id}:${line}  ${title} (CWE-${cwe[0] ?? 0})`)
}

function gateText({ gate, action, message, where }: GateResult): string {
  return printable(`${action === 'fail' ? 'failed' : 'passed'} ${gate}: ${message}${where === null ? '' : ` (${where})`}`)
}

/** Findings are shown in their own row. */
function worthwhile({ advice }: ProjectReport, isFull: boolean): Advice[] {
  return advice.filter(({ kind, benefit, effort }) => isFull || (kind !== 'finding' && benefit >= effort * WORTHWHILE)).slice(0, SHOWN_ADVICE)
}

function adviceText({ where, what, why }: Advice): string {
  return printable(`${where}  ${what}: ${why}`)
}

function codeRow({ moduleCount, analysedCount, codeLines, functionCount, spread, maintainability, cycles, dead }: ProjectReport, columns: number): Row {
  const parts = [
    `${plural(moduleCount, 'module')} (${formatCount(analysedCount)} analysed anew)`, `${plural(codeLines, 'line')} of code`, plural(functionCount, 'function'),
    `${formatCount(spread[2] + spread[3])} with a cyclomatic complexity above 10`, `maintainability ${Math.round(maintainability)}`,
    plural(cycles.count, 'import cycle'), `${plural(dead.count, 'export')} that nobody imports`,
  ]
  return { label: 'code', lines: wrapWords(parts.join(', '), columns), tone: 'plain' }
}
