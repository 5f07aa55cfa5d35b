/**
 * `pitcrew-ignore <rule-id>: <reason>` comments: for which lines each speaks, and which say nothing.
 *
 * A comment that has code before it on its line speaks for that line, any other for the next line that is no comment of
 * its own, so that several may stand above one line. In a template, `<!-- … -->` speaks for all of the tag that follows,
 * whose attributes may take several lines. One without a rule or without a reason is no suppression, and is told as a note.
 */
import { containerOfId } from './syntax/blocks.ts'
import type { LineTable } from './syntax/lines.ts'

export interface Suppression {
  readonly ruleId: string
  readonly reason: string
  /** From 1; both included. */
  readonly line: number
  readonly lastLine: number
}

export interface Suppressions {
  readonly valid: readonly Suppression[]
  /** Sentences about comments that silence nothing. */
  readonly flaws: readonly string[]
}

interface SomeComment {
  readonly start: number
  readonly end: number
  readonly value: string
}

interface Words {
  readonly ruleId: string
  readonly reason: string
}

const MARK = 'pitcrew-ignore'

/** @param comments Of the code, in source order. */
export function readSuppressions(id: string, source: string, comments: readonly SomeComment[], lines: LineTable): Suppressions {
  if (!source.includes(MARK)) return { valid: [], flaws: [] }
  const valid: Suppression[] = []
  const flaws: string[] = []
  const add = (comment: SomeComment, speaksFor: () => readonly [number, number]): void => {
    const words = wordsOf(comment.value)
    if (words === null) return
    const [line, lastLine] = speaksFor()
    if (words.ruleId !== '' && words.reason !== '') valid.push({ ...words, line, lastLine })
    else flaws.push(flawOf(words, lines.positionAt(comment.start).line))
  }
  const sharing = commentsBehindCode(comments, source)
  const own = new Map(comments.filter((each) => !sharing.has(each)).map(({ start, end }) => [lines.positionAt(start).line, lines.positionAt(end).line]))
  for (const comment of comments) add(comment, () => linesBehind(comment, lines, sharing.has(comment) ? null : own))
  if (containerOfId(id) !== undefined) for (const comment of markupComments(source)) add(comment, () => linesOfTag(comment.end, source, lines))
  return { valid, flaws }
}

function* markupComments(source: string): Iterable<SomeComment> {
  for (let start = source.indexOf('<!--'); start >= 0; start = source.indexOf('<!--', start + 4)) {
    const close = source.indexOf('-->', start + 4)
    if (close < 0) return
    yield { start, end: close + 3, value: source.slice(start + 4, close) }
  }
}

/** Null for any other comment; empty where the rule or the reason is missing. */
function wordsOf(value: string): Words | null {
  const text = value.trim()
  if (!text.startsWith(MARK)) return null
  const rest = text.slice(MARK.length).trim()
  const colon = rest.indexOf(':')
  const ruleId = (colon < 0 ? rest : rest.slice(0, colon)).trim()
  return { ruleId: /^[a-z0-9-]+\/[a-z0-9-]+$/.test(ruleId) ? ruleId : '', reason: colon < 0 ? '' : rest.slice(colon + 1).trim() }
}

function flawOf({ ruleId }: Words, line: number): string {
  const wanted = `write \`${MARK} ${ruleId === '' ? '<class>/<rule>' : ruleId}: <why>\``
  return ruleId === '' ? `Line ${line}: a ${MARK} comment that names no rule silences nothing; ${wanted}.` : `Line ${line}: ${MARK} ${ruleId} gives no reason, so it silences nothing; ${wanted}.`
}

/** Comments before which there is code on their line; other comments are none. A brace opens a comment in markup. */
function commentsBehindCode(comments: readonly SomeComment[], source: string): ReadonlySet<SomeComment> {
  const found = new Set<SomeComment>()
  let before: SomeComment | undefined
  for (const comment of comments) {
    const lineStart = Math.max(source.lastIndexOf('\n', comment.start - 1), source.lastIndexOf('\r', comment.start - 1)) + 1
    const goesOn = before !== undefined && before.start >= lineStart && found.has(before)
    if (goesOn || !/^[\s{]*$/.test(source.slice(Math.max(lineStart, before?.end ?? 0), comment.start))) found.add(comment)
    before = comment
  }
  return found
}

/** @param own Last lines of the comments that begin a line, by their first; null for a comment behind code. */
function linesBehind({ start, end }: SomeComment, lines: LineTable, own: ReadonlyMap<number, number> | null): readonly [number, number] {
  if (own === null) return [lines.positionAt(start).line, lines.positionAt(start).line]
  let line = lines.positionAt(end).line + 1
  // A comment's last line may hold code as well, and then is the line that is meant.
  for (let last = own.get(line); last !== undefined; last = own.get(line)) line = last + 1
  return [line, line]
}

/** From the next line to the end of the tag that follows. */
function linesOfTag(end: number, source: string, lines: LineTable): readonly [number, number] {
  const first = lines.positionAt(end).line
  return [first, Math.max(first + 1, lines.positionAt(endOfTag(end, source)).line)]
}

/** Of the next tag's `>`, quotes passed over; where there is none, where the search begins. */
function endOfTag(from: number, source: string): number {
  const open = source.indexOf('<', from)
  if (open < 0 || source.slice(from, open).trim() !== '') return from
  let quote = ''
  for (let at = open; at < source.length; at++) {
    const char = source[at]!
    if (quote !== '') quote = char === quote ? '' : quote
    else if (char === '"' || char === "'") quote = char
    else if (char === '>') return at
  }
  return from
}
