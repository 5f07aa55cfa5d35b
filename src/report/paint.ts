/**
 * Colours and rows of the terminal. Text is laid out plain and painted last, so that widths never count an escape.
 */
import { styleText } from 'node:util'
import { padEnd } from './format.ts'

export interface Painter {
  title(text: string): string
  label(text: string): string
  good(text: string): string
  bad(text: string): string
}

export function createPainter(color: boolean): Painter {
  if (!color) {
    const plain = (text: string): string => text
    return { title: plain, label: plain, good: plain, bad: plain }
  }
  // The decision about colour is the caller's: newer Nodes would look at stdout and decide again.
  const options = { validateStream: false }
  return {
    title: text => styleText(['bold', 'cyan'], text, options),
    label: text => styleText('dim', text, options),
    good: text => styleText('green', text, options),
    bad: text => styleText('yellow', text, options),
  }
}

/** A row: its label, then one line or more. A row without lines is not printed. */
export interface Row {
  readonly label: string
  readonly lines: readonly string[]
  readonly tone: 'plain' | 'good' | 'bad'
}

const LABEL_COLUMNS = 9
const INDENT = '  '
/** Where the text of a row begins. */
export const TEXT_COLUMN: number = INDENT.length + LABEL_COLUMNS

export function paintRows(rows: readonly Row[], painter: Painter): string {
  const lines = rows.flatMap(row => row.lines.map((line, index) => {
    const label = INDENT + padEnd(index === 0 ? row.label : '', LABEL_COLUMNS)
    return paintLabel(label, row, painter) + (row.tone === 'good' ? painter.good(line) : line)
  }))
  return lines.map(line => `${line.trimEnd()}\n`).join('')
}

function paintLabel(label: string, row: Row, painter: Painter): string {
  if (label.trim() === '') return label
  return row.tone === 'bad' ? painter.bad(label) : painter.label(label)
}
