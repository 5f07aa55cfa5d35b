/**
 * A BuildReport for a person who waits at a terminal: numbers first, causes named, one next step, and nothing at all
 * when there is nothing to say.
 *
 * Guarantees: pure; no line is wider than `columns`, except where a single word is (a name never breaks); ids cannot
 * smuggle control characters in; without colour there is no escape sequence.
 */
import { analysisRows, isAnalysisNews } from './analysis-rows.ts'
import type { BuildReport } from './build-report.ts'
import type { TerminalOptions } from './detect-terminal.ts'
import { formatBytes, formatCount, formatMs, formatRough, formatSeconds, plural, printable, wrapWords } from './format.ts'
import { createPainter, paintRows, TEXT_COLUMN } from './paint.ts'
import type { Row } from './paint.ts'
import { causeWord, memoizableCalls, needsExplaining } from './phrases.ts'
import { policyRows, refusedMs, refusedCounts } from './policy-rows.ts'
import { REDONE_WORTH_MS, redoneRow } from './redone-row.ts'
import { fullRows } from './full-rows.ts'
import { hasNews, slowerRows } from './slower-rows.ts'
import { timeRow } from './time-row.ts'
import { isTrouble, troubleRows } from './trouble-rows.ts'

export type ReportMode = 'summary' | 'full'

const TITLE = 'pitcrew'
/** Gains and losses under this are noise to a person. */
const WORTH_MS = 20
const SUMMARY_REDONE_LINES = 4
const FULL_REDONE_LINES = 20
const SUMMARY_POLICY_ROWS = 2

/** @returns The text, ending in a newline; empty when nothing is worth saying. */
export function renderTerminal(report: BuildReport, mode: ReportMode, options: TerminalOptions): string {
  if (!isWorthSaying(report, mode)) return ''
  const painter = createPainter(options.color)
  const columns = Math.max(20, options.columns - TEXT_COLUMN)
  const rows = [
    memoRow(report, columns),
    redoneRow(report, columns, mode === 'full' ? FULL_REDONE_LINES : SUMMARY_REDONE_LINES),
    timeRow(report, columns),
    ...slowerRows(report, columns, mode === 'full'),
    ...(mode === 'full' ? fullRows(report, columns) : isRefusedNotable(report) ? policyRows(report, columns, SUMMARY_POLICY_ROWS) : []),
    ...analysisRows(report.analysis, columns, mode === 'full'),
    ...troubleRows(report, columns),
    ...faultRows(report, columns),
    nextRow(report),
  ]
  const headlines = wrapWords(headline(report), columns).join(`\n${' '.repeat(TITLE.length + 2)}`)
  return `${painter.title(TITLE)}  ${headlines}\n${paintRows(rows, painter)}`
}

/**
 * A full report is wanted by whoever asked for it, unless no other plugin was called at all. A summary is worth its lines
 * when something went wrong, when time was or can be saved, or when a plugin that cannot be remembered takes a good part
 * of the build. In watch and dev an edited module is no news.
 */
export function isWorthSaying(report: BuildReport, mode: ReportMode): boolean {
  if (wentWrong(report) || isAnalysisNews(report.analysis) || hasNews(report)) return true
  if (mode === 'full') return report.plugins.some(plugin => plugin.calls > 0)
  if (report.savedMs >= WORTH_MS) return true
  if (report.command === 'build') return report.redoneMs >= WORTH_MS || isRefusedNotable(report)
  const newsMs = sum(report.redoneBy.filter(group => needsExplaining(group.cause) || report.firstRun).map(group => group.costMs))
  return newsMs >= WORTH_MS
}

function wentWrong(report: BuildReport): boolean {
  return report.faults.length > 0 || report.outcomes.corrupt > 0 || isTrouble(report)
}

function isRefusedNotable(report: BuildReport): boolean {
  return report.command === 'build' && refusedMs(report) >= Math.max(50, report.wallMs / 20)
}

function headline(report: BuildReport): string {
  const { wallMs, savedMs } = report
  if (report.command === 'dev') return savedMs >= WORTH_MS ? `${formatMs(savedMs)} saved in this session` : 'dev server'
  const gained = savedMs >= WORTH_MS && savedMs >= wallMs / 100
  if (!gained) return `built in ${formatMs(wallMs)}${isRecording(report) ? '; a first run, the next build will be faster' : ''}`
  // Both in one unit when either needs seconds.
  const format = wallMs + savedMs >= 1000 ? formatSeconds : formatMs
  return `built in ${format(wallMs)}; without it about ${formatRough(wallMs + savedMs)}`
}

function isRecording(report: BuildReport): boolean {
  return report.firstRun && report.store.state === 'ok' && report.store.writtenBytes > 0
}

function memoRow(report: BuildReport, columns: number): Row {
  const parts = report.firstRun && report.outcomes.hit === 0 ? recordedParts(report) : rememberedParts(report)
  const { names, calls } = refusedCounts(report)
  if (calls > 0) parts.push(`${formatCount(calls)} refused (${someNames(names)})`)
  if (report.outcomes.restored > 0) parts.push(`${formatCount(report.outcomes.restored)} restored by ${report.bundler.name}`)
  const isAll = report.outcomes.hit > 0 && report.redoneCount === 0
  return { label: 'memo', lines: parts.length > 0 ? wrapWords(parts.join('; '), columns) : [], tone: isAll ? 'good' : 'plain' }
}

function rememberedParts(report: BuildReport): string[] {
  const memoizable = memoizableCalls(report)
  if (memoizable === 0) return []
  const saved = report.savedMs >= 1 ? `, ${formatMs(report.savedMs)} saved` : ''
  const words = new Map<string, number>()
  for (const { cause, calls } of report.redoneBy) words.set(causeWord(cause), (words.get(causeWord(cause)) ?? 0) + calls)
  const redone = Array.from(words, ([word, calls]) => `${formatCount(calls)} ${word}`)
  const remembered = `${formatCount(report.outcomes.hit)} of ${plural(memoizable, 'call')} remembered${saved}`
  return redone.length > 0 ? [remembered, redone.join(', ')] : [remembered]
}

function recordedParts(report: BuildReport): string[] {
  if (report.redoneCount === 0) return []
  const { redoneCount, recordedCount, recordedMs } = report
  const calls = plural(redoneCount, 'call')
  const { state, writtenBytes } = report.store
  if (state !== 'ok') return [`${calls} made, none recorded: the store is ${state}`]
  if (writtenBytes === 0 || recordedCount === 0) return [`${calls} made, none recorded`]
  const recorded = recordedCount === redoneCount ? calls : `${formatCount(recordedCount)} of ${calls}`
  return [`${recorded} recorded (${formatBytes(writtenBytes)}), ${formatMs(recordedMs)} of work that the next build can skip`]
}

function someNames(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(', ')
  return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown
}

function faultRows(report: BuildReport, columns: number): Row[] {
  return report.faults.map((fault): Row => {
    const times = fault.count > 1 ? ` (${formatCount(fault.count)} times)` : ''
    return { label: 'fault', lines: wrapWords(`${printable(fault.code)}: ${printable(fault.message)}${times}`, columns), tone: 'bad' }
  })
}

/** The one thing to type next, if there is one. */
function nextRow(report: BuildReport): Row {
  return { label: 'next', lines: nextStep(report), tone: 'plain' }
}

function nextStep(report: BuildReport): string[] {
  if (report.outcomes.corrupt > 0) return ['npx pitcrew cache verify']
  // Virtual modules have ids that nobody can type.
  const puzzling = report.redone.find(call => call.costMs >= REDONE_WORTH_MS && needsExplaining(call.cause) && printable(call.id) === call.id)
  if (!puzzling) return []
  const path = puzzling.id.replace(/(.)\?.*$/s, '$1')
  // Not shortened, however narrow the terminal is: it is there to be copied.
  return [`npx pitcrew explain ${/^[\w./@:+-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`}`]
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
