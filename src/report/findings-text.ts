/**
 * All that is known about the code, for a person who asked: findings with their way from source to sink, flaws of the
 * structure, hotspots, and advice with its diffs and alternatives. Pure; a list that is cut says so.
 */
import type { Advice, Alternative, ProjectReport, ReportedFinding } from '../analysis/project/project-report.ts'
import { formatBytes, formatCount, plural, printable } from './format.ts'

export interface FindingsTextOptions {
  readonly columns: number
  /** Known findings, and all advice, too. */
  readonly isAll: boolean
}

/** Without `--all`: more are no list to read. */
const SHOWN_FINDINGS = 200
const SHOWN_ADVICE = 5
const SHOWN_STRUCTURE = 5
const SHOWN_HOTSPOTS = 5
const SHOWN_ALTERNATIVES = 3

export function renderFindings(report: ProjectReport, { isAll }: FindingsTextOptions): string {
  const shown = report.findings.filter(({ isNew }) => isAll || isNew).slice(0, isAll ? undefined : SHOWN_FINDINGS)
  const lines = [
    heading(report, shown.length),
    ...shown.flatMap(findingLines),
    ...structureLines(report),
    ...report.hotspots.slice(0, SHOWN_HOTSPOTS).map(({ id, line, name, cognitive, cyclomatic, changes }) =>
      row('complex', `${id}:${line}  ${name}: cognitive ${cognitive}, cyclomatic ${cyclomatic}${changes === null ? '' : `, changed ${plural(changes, 'time')} lately`}`)),
    ...report.gates.map(({ gate, action, message, where }) => row(action === 'fail' ? 'failed' : 'limit', `${gate}: ${message}${where === null ? '' : ` (${where})`}`)),
    ...report.advice.slice(0, isAll ? undefined : SHOWN_ADVICE).flatMap(adviceLines),
    ...report.notes.map(({ id, message }) => row('note', id === '' ? message : `${id}: ${message}`)),
  ]
  return `${lines.join('\n')}\n`
}

function heading({ moduleCount, functionCount, codeLines, totals, hasBaseline, maintainability }: ProjectReport, shownCount: number): string {
  const all = totals.high + totals.medium + totals.low
  const news = hasBaseline ? `, ${formatCount(totals.isNew)} new since the baseline` : ''
  const cut = totals.isNew > shownCount ? `, of which ${shownCount} are listed` : ''
  const suppressed = totals.suppressed > 0 ? `, ${formatCount(totals.suppressed)} suppressed` : ''
  return `pitcrew  ${plural(moduleCount, 'module')}, ${plural(functionCount, 'function')}, ${plural(codeLines, 'line')} of code, maintainability ${Math.round(maintainability)}; ${plural(all, 'finding')}${news}${suppressed}${cut}`
}

function findingLines({ id, line, column, severity, title, ruleId, cwe, evidence, isNew }: ReportedFinding): string[] {
  const way = evidence.length > 1 ? evidence.map(step => row('', `  ${'id' in step ? `${step.id}:` : ''}${step.line}:${step.column}  ${step.text}`)) : []
  return [row(severity, `${id}:${line}:${column}  ${title} (${ruleId}, CWE-${cwe[0] ?? 0})${isNew ? '' : ', known'}`), ...way]
}

function structureLines({ cycles, barrels, godModules, envious, duplicates, dead }: ProjectReport): string[] {
  const shown = <T>(items: readonly T[], count: number, label: string, text: (item: T) => string): string[] => {
    const rest = count - Math.min(items.length, SHOWN_STRUCTURE)
    return [...items.slice(0, SHOWN_STRUCTURE).map(item => row(label, text(item))), ...(rest > 0 ? [row('', `… and ${formatCount(rest)} more`)] : [])]
  }
  return [
    ...shown(cycles.list, cycles.count, 'cycle', ({ path, moduleCount }) => `${[...path, path[0]].join(' -> ')}${moduleCount > path.length ? ` (${moduleCount} modules are in the knot)` : ''}`),
    ...shown(barrels, barrels.length, 'barrel', ({ id, dragged, bytes }) => `${id} drags ${plural(dragged.length, 'module')} into chunks, ${formatBytes(bytes)}: ${dragged.slice(0, 3).join(', ')}`),
    ...shown(godModules, godModules.length, 'hub', ({ id, codeLines, functionCount, importers, imports }) => `${id}: ${codeLines} lines, ${functionCount} functions, ${importers} importers, ${imports} imports`),
    ...shown(envious, envious.length, 'envy', ({ id, line, provider, names }) => `${id}:${line}  lives on ${plural(names.length, 'value')} of ${provider}`),
    ...shown(duplicates, duplicates.length, 'twice', ({ name, versions, bytes }) => `${name} ${versions.map(({ version }) => version).join(' and ')}, ${formatBytes(bytes)} too many`),
    ...shown(dead.list, dead.list.length, 'unused', ({ id, line, names }) => `${id}:${line}  ${names.slice(0, 5).join(', ')}${names.length > 5 ? ` and ${names.length - 5} more` : ''}`),
  ]
}

function adviceLines({ where, what, why, fix, alternatives }: Advice): string[] {
  return [
    row('advice', `${where}  ${what}`),
    row('', `  ${why}`),
    ...(fix === null ? [] : [...fix.before.map(line => row('', `  - ${line}`)), ...fix.after.map(line => row('', `  + ${line}`))]),
    ...alternatives.slice(0, SHOWN_ALTERNATIVES).flatMap(alternativeLines),
  ]
}

function alternativeLines({ name, score, inputs, url, example }: Alternative): string[] {
  const { bytesSaved, callSites, coverage, isInTarget, risk } = inputs
  const measured = [
    bytesSaved === null ? 'its size is not known here' : `${formatBytes(bytesSaved)} less`, plural(callSites, 'call site'),
    ...(coverage === null ? [] : [`covers ${Math.round(coverage * 100)} %`]), ...(isInTarget === null ? [] : [isInTarget ? 'in every engine of the target' : 'not in every engine of the target']), `risk ${risk}`,
  ]
  const snippet = example === null ? [] : example.split('\n').slice(0, 6).map(line => row('', `      ${line}`))
  return [row('', `  ${score}  ${name}: ${measured.join(', ')}${url === null ? '' : `  ${url}`}`), ...snippet]
}

function row(label: string, text: string): string {
  return `  ${label.padEnd(8)} ${printable(text)}`
}
