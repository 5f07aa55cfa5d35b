/**
 * What was redone and why: modules where each has its own cause, one line where many share one.
 */
import type { Cause } from '../types.ts'
import type { BuildReport, RedoneCall, RedoneGroup } from './build-report.ts'
import { displayWidth, formatMs, padStart, plural, shortenId, wrapWords } from './format.ts'
import type { Row } from './paint.ts'
import { describeCause } from './phrases.ts'

/** More modules than this with one cause of their own each (edited, new) are a branch switch, not news about each. */
const MAX_NAMED = 20
/** Cheaper than this, a call that was redone for no edit is nothing to a person, milliseconds. */
export const REDONE_WORTH_MS = 1
/** A path in a sentence has a comma behind it. */
const COMMA_COLUMNS = 1

interface Redone {
  costMs: number
  /** A module's id, or how many modules or calls. */
  readonly subject: { readonly kind: 'module'; readonly id: string } | { readonly kind: 'many'; readonly text: string }
  readonly cause: Cause
}

export function redoneRow(report: BuildReport, columns: number, maxItems: number): Row {
  // Everything is new in a first run: the row above has said so.
  const items = report.firstRun && report.outcomes.hit === 0 ? [] : redoneItems(report)
  const shown = items.length > maxItems ? items.slice(0, maxItems - 1) : items
  const costColumns = Math.max(0, ...shown.map(item => displayWidth(formatMs(item.costMs))))
  const indent = ' '.repeat(costColumns + 2)
  const lines = shown.flatMap(item => describe(item, columns - indent.length)
    .map((line, index) => (index === 0 ? `${padStart(formatMs(item.costMs), costColumns)}  ${line}` : indent + line)))
  if (shown.length < items.length) {
    const restMs = report.redoneMs - shown.reduce((total, item) => total + item.costMs, 0)
    lines.push(`${padStart(formatMs(Math.max(0, restMs)), costColumns)}  ${plural(items.length - shown.length, 'other')}`)
  }
  return { label: 'redone', lines, tone: 'plain' }
}

/** One line where module and cause fit into one, the cause below the module where they do not. */
function describe({ subject, cause }: Redone, columns: number): string[] {
  const subjectIn = (width: number): string => (subject.kind === 'module' ? shortenId(subject.id, width) : subject.text)
  const causeIn = (width: number): string => (subject.kind === 'module' ? describeCause(cause, width) : describeSharedCause(cause, width))
  const full = ` (${causeIn(Infinity)})`
  // The module keeps at least half of the line, and a cause is cut in no line: half of one helps nobody.
  const left = Math.max(columns >> 1, columns - displayWidth(full))
  const oneLine = subjectIn(left) + full
  if (displayWidth(oneLine) <= columns) return [oneLine]
  return [subjectIn(columns), ...wrapWords(causeIn(columns - COMMA_COLUMNS - 2), columns - 2).map(line => `  ${line}`)]
}

/** The same said of several modules. */
function describeSharedCause(cause: Cause, columns: number): string {
  const text = describeCause(cause, columns)
  if (cause.kind !== 'trace') return text
  return text.replace(/, which it (read|look|list)s/, ', which they $1')
}

function redoneItems(report: BuildReport): Redone[] {
  const callsByCause = new Map<string, RedoneCall[]>()
  for (const call of report.redone) {
    const cause = describeCause(call.cause)
    const calls = callsByCause.get(cause)
    if (calls) calls.push(call)
    else callsByCause.set(cause, [call])
  }
  const items = report.redoneBy.flatMap(group => groupItems(group, callsByCause.get(describeCause(group.cause)) ?? []))
  return items.filter(item => item.costMs >= REDONE_WORTH_MS || isOwnCause(item.cause)).sort((a, b) => b.costMs - a.costMs)
}

function groupItems({ cause, calls: callCount, costMs }: RedoneGroup, calls: readonly RedoneCall[]): Redone[] {
  const byModule = new Map<string, Redone>()
  for (const call of calls) {
    const item = byModule.get(call.id)
    if (item) item.costMs += call.costMs
    else byModule.set(call.id, { costMs: call.costMs, subject: { kind: 'module', id: call.id }, cause })
  }
  // The list of calls is bounded; where it is cut, modules cannot be counted any more.
  const isComplete = calls.length === callCount
  if (isComplete && (byModule.size === 1 || (isOwnCause(cause) && byModule.size <= MAX_NAMED))) return [...byModule.values()]
  const text = isComplete ? plural(byModule.size, 'module') : plural(callCount, 'call')
  return [{ costMs, subject: { kind: 'many', text }, cause }]
}

/** The cause lies in the module itself, so that a group of such modules has nothing in common. */
function isOwnCause(cause: Cause): boolean {
  return cause.kind === 'new' || cause.kind === 'corrupt' || (cause.kind === 'key' && cause.part === 'code')
}
