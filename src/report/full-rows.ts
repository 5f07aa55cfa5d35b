/**
 * The rows that only a full report has: every hook in a table, Pitcrew's own cost by part, the store and the file cache.
 */
import type { BuildReport, PluginReport } from './build-report.ts'
import { displayWidth, formatBytes, formatCount, formatMs, keepStart, padEnd, padStart, plural, printable, wrapWords } from './format.ts'
import type { Row } from './paint.ts'
import { auditRow } from './trouble-rows.ts'
import { policyRows } from './policy-rows.ts'
import { spentText } from './time-row.ts'

const MAX_TABLE_ROWS = 40
const MIN_NAME_COLUMNS = 10
const GAP = '  '

interface TableColumn {
  readonly heading: string
  readonly align: 'start' | 'end'
  /** Where the terminal is too narrow, the column with the lowest rank goes first; the others stay. */
  readonly rank: number
  cell(plugin: PluginReport, report: BuildReport): string
}

const TABLE: readonly TableColumn[] = [
  { heading: 'plugin', align: 'start', rank: 9, cell: plugin => printable(plugin.name) },
  { heading: 'hook', align: 'start', rank: 3, cell: plugin => printable(plugin.hook) },
  { heading: 'calls', align: 'end', rank: 2, cell: plugin => count(plugin.calls) },
  { heading: 'hits', align: 'end', rank: 5, cell: plugin => count(plugin.outcomes.hit) },
  { heading: 'redone', align: 'end', rank: 6, cell: ({ outcomes }) => count(outcomes.miss + outcomes.stale + outcomes.corrupt) },
  { heading: 'always run', align: 'end', rank: 4, cell: ({ outcomes }) => count(outcomes.bypass + outcomes.refused) },
  { heading: 'restored', align: 'end', rank: 1, cell: plugin => count(plugin.outcomes.restored) },
  { heading: 'time', align: 'end', rank: 8, cell: (plugin, report) => spentText(report, plugin) },
  { heading: 'saved', align: 'end', rank: 7, cell: plugin => (plugin.savedMs >= 1 ? formatMs(plugin.savedMs) : '') },
]

export function fullRows(report: BuildReport, columns: number): Row[] {
  return [pluginTable(report, columns), ...policyRows(report, columns, Infinity), ownRow(report, columns), auditRow(report, columns), storeRow(report, columns), filesRow(report, columns)]
}

/** A line a hook, the most expensive first. Hooks that were never called are left out. */
function pluginTable(report: BuildReport, columns: number): Row {
  const called = report.plugins.filter(plugin => plugin.calls > 0)
  if (called.length === 0) return { label: 'plugins', lines: [], tone: 'plain' }
  const lines = alignTable(report, called.slice(0, MAX_TABLE_ROWS), columns)
  if (called.length > MAX_TABLE_ROWS) lines.push(`and ${formatCount(called.length - MAX_TABLE_ROWS)} more in the report file`)
  return { label: 'plugins', lines, tone: 'plain' }
}

/** Zeros would hide the numbers that matter. */
function count(value: number): string {
  return value === 0 ? '' : formatCount(value)
}

function alignTable(report: BuildReport, plugins: readonly PluginReport[], columns: number): string[] {
  // A column with nothing in it but its heading tells nobody anything.
  let table = TABLE.map(column => ({ ...column, cells: plugins.map(plugin => column.cell(plugin, report)) })).filter(column => column.cells.some(cell => cell !== ''))
  const widthOf = (column: (typeof table)[number]): number => Math.max(...[column.heading, ...column.cells].map(displayWidth))
  const othersWidth = (): number => table.slice(1).reduce((total, column) => total + GAP.length + widthOf(column), 0)
  while (table.length > 2 && othersWidth() + MIN_NAME_COLUMNS > columns) {
    const lowest = Math.min(...table.map(column => column.rank))
    table = table.filter(column => column.rank > lowest)
  }
  const nameWidth = Math.max(MIN_NAME_COLUMNS, columns - othersWidth())
  const padded = table.map((column, index) => {
    const width = index === 0 ? Math.min(nameWidth, widthOf(column)) : widthOf(column)
    const pad = column.align === 'start' ? padEnd : padStart
    return [column.heading, ...column.cells].map(cell => pad(keepStart(cell, width), width))
  })
  return ['', ...plugins].map((_, row) => padded.map(cells => cells[row] ?? '').join(GAP).trimEnd())
}

function ownRow(report: BuildReport, columns: number): Row {
  const { setupMs, keyMs, lookupMs, recordMs, flushMs } = report.overhead
  const parts = Object.entries({ setup: setupMs, keys: keyMs, 'look-ups': lookupMs, recording: recordMs, flush: flushMs })
  const text = parts.filter(([, ms]) => ms > 0).map(([name, ms]) => `${name} ${formatMs(ms)}`).join(', ')
  return { label: 'pitcrew', lines: text === '' ? [] : wrapWords(text, columns), tone: 'plain' }
}

function storeRow(report: BuildReport, columns: number): Row {
  const { location, state, entryCount, sizeBytes, readBytes, writtenBytes } = report.store
  const words = state === 'ok' ? '' : `, ${state}`
  const text = `${printable(location)}${words}: ${plural(entryCount, 'record')}, ${formatBytes(sizeBytes)}; read ${formatBytes(readBytes)}, wrote ${formatBytes(writtenBytes)}`
  return { label: 'store', lines: wrapWords(text, columns), tone: state === 'ok' ? 'plain' : 'bad' }
}

function filesRow(report: BuildReport, columns: number): Row {
  const { hits, misses, evictions, bytes } = report.vfs
  if (hits + misses === 0) return { label: 'files', lines: [], tone: 'plain' }
  const evicted = evictions > 0 ? `, ${formatCount(evictions)} evicted` : ''
  const text = `${plural(misses, 'file')} read once, ${plural(hits, 'read')} answered from memory, ${formatBytes(bytes)} held${evicted}`
  return { label: 'files', lines: wrapWords(text, columns), tone: 'plain' }
}
