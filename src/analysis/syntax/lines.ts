/**
 * Line table of a text: positions from offsets, and which lines hold code.
 * Lines end at `\n`, `\r\n`, `\r`, U+2028 and U+2029, as ECMAScript has it. Lines and columns count from 1.
 */
export interface Position {
  readonly line: number
  readonly column: number
}

export interface LineTable {
  readonly lineCount: number
  positionAt(offset: number): Position
  /** Lines between two offsets that hold something besides blanks and comments. */
  codeLinesBetween(start: number, end: number): number
}

interface Span {
  readonly start: number
  readonly end: number
}

/** @param comments In source order. */
export function createLineTable(text: string, comments: readonly Span[]): LineTable {
  const starts = lineStarts(text)
  const codeBefore = countCodeLines(text, starts, comments)
  const lineAt = (offset: number): number => {
    let low = 0
    let high = starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((starts[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return low
  }
  return {
    lineCount: starts.length,
    positionAt: (offset) => {
      const line = lineAt(offset)
      return { line: line + 1, column: offset - (starts[line] ?? 0) + 1 }
    },
    codeLinesBetween: (start, end) => (codeBefore[lineAt(Math.max(start, end - 1)) + 1] ?? 0) - (codeBefore[lineAt(start)] ?? 0),
  }
}

/** Searched for one by one: that is quicker than a pattern for all. */
const RARE_ENDS = ['\r', '\u2028', '\u2029']

function lineStarts(text: string): number[] {
  const starts = [0]
  if (!RARE_ENDS.some((end) => text.includes(end))) {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
    return starts
  }
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 10 || code === 0x2028 || code === 0x2029) starts.push(at + 1)
    else if (code === 13 && text.charCodeAt(at + 1) !== 10) starts.push(at + 1)
  }
  return starts
}

/** Prefix sums: how many of the first n lines hold code. */
function countCodeLines(text: string, starts: readonly number[], comments: readonly Span[]): Uint32Array {
  const sums = new Uint32Array(starts.length + 1)
  const cursor = new CommentCursor(comments)
  for (let line = 0; line < starts.length; line++) {
    const hasCode = holdsCode(text, starts[line] as number, starts[line + 1] ?? text.length, cursor)
    sums[line + 1] = (sums[line] as number) + (hasCode ? 1 : 0)
  }
  return sums
}

function holdsCode(text: string, start: number, end: number, cursor: CommentCursor): boolean {
  let at = start
  while (at < end) {
    if (text.charCodeAt(at) <= 32) {
      at++
      continue
    }
    const behind = cursor.behind(at)
    if (behind === at) return true
    at = behind
  }
  return false
}

/** Asked about growing offsets. */
class CommentCursor {
  private index = 0

  constructor(private readonly comments: readonly Span[]) {}

  /** End of the comment that an offset lies in, or the offset itself. */
  behind(offset: number): number {
    const { comments } = this
    while (this.index < comments.length && (comments[this.index] as Span).end <= offset) this.index++
    const next = comments[this.index]
    return next && next.start <= offset ? next.end : offset
  }
}
