/**
 * An explanation for a person: what happened to each call, what differs, then what its key is made of and what it read.
 */
import type { ExplainedCall, ExplainedPart, ModuleExplanation, TraceChange, TraceRead } from '../memo/ledger/explain.ts'
import type { Cause } from '../types.ts'
import type { TerminalOptions } from '../report/detect-terminal.ts'
import { displayWidth, formatCount, formatMs, padEnd, plural, printable, shortenId, wrapWords } from '../report/format.ts'
import { createPainter } from '../report/paint.ts'
import type { Painter } from '../report/paint.ts'
import { describeCause, listed } from '../report/phrases.ts'

const LABEL_COLUMNS = 9
const MAX_DEPENDENCIES = 40
const MAX_OPTIONS = 12
/** A digest is recognised by its length; so much of it tells two apart at a glance. */
const DIGEST_LENGTHS: ReadonlySet<number> = new Set([16, 43, 64])
const SHOWN_DIGEST = 8

export function renderExplanation(explanation: ModuleExplanation, options: TerminalOptions): string {
  const painter = createPainter(options.color)
  const { build, module, calls } = explanation
  const when = build.startedAt.replace('T', ' ').replace(/\.\d+Z$/, ' UTC')
  const about = wrapWords(`${build.bundler} ${build.command}, mode ${build.mode}, ${when}`, options.columns)
  const head = [painter.title(printable(module)), ...about.map(line => painter.label(line))].map(line => `${line}\n`).join('')
  return head + calls.map(call => `\n${renderCall(call, module, options.columns, painter)}`).join('')
}

/** Only what differs from the build before. */
export function renderDifferences(explanation: ModuleExplanation, options: TerminalOptions): string {
  const painter = createPainter(options.color)
  const { module, calls } = explanation
  const changed = calls.map(call => ({ call, rows: differenceRows(call, options.columns, painter) })).filter(({ rows }) => rows.length > 0)
  const blocks = changed.map(({ call, rows }) => `\n${[callTitle(call, module, options.columns, painter), ...rows].map(line => `${line.trimEnd()}\n`).join('')}`)
  return `${painter.title(printable(module))}\n${blocks.length > 0 ? blocks.join('') : 'Nothing differs from the build before, as far as it is known.\n'}`
}

function differenceRows({ key, traceChanges }: ExplainedCall, columns: number, painter: Painter): string[] {
  const parts = (key?.parts ?? []).filter(part => typeof part.before === 'object').map(describeChange)
  return [...parts, ...traceChanges.map(describeTraceChange)].flatMap(text => row('differs', text, columns, painter.bad))
}

function describeTraceChange({ kind, name, before, now }: TraceChange): string {
  const seen = (dependency: TraceChange['now']): string => (dependency === null ? 'not asked for' : dependency.seen === null ? 'absent' : showValue(dependency.seen))
  return `${kind === 'absent' ? 'file' : kind} ${printable(name)}: ${seen(now)}, was ${seen(before)}`
}

function callTitle(call: ExplainedCall, module: string, columns: number, painter: Painter): string {
  const name = `${printable(call.plugin)} ${printable(call.hook)}`
  const subModule = call.id === module ? '' : `  ${shortenId(call.id.slice(module.length), Math.max(8, columns - displayWidth(name) - 2))}`
  return `${painter.title(name)}${subModule}`
}

function renderCall(call: ExplainedCall, module: string, columns: number, painter: Painter): string {
  const paint = call.outcome === 'hit' ? painter.good : call.outcome === 'corrupt' || call.outcome === 'stale' ? painter.bad : (text: string) => text
  const lines = [
    callTitle(call, module, columns, painter),
    ...row(call.outcome, verdict(call), columns, paint),
    ...(call.key ? keyRows(call.key.parts, call.key.hex, columns, painter) : []),
    ...(call.key ? traceRows(call.key.trace, call.cause, columns, painter) : []),
  ]
  return lines.map(line => `${line.trimEnd()}\n`).join('')
}

/** What became of the call, in one sentence. */
function verdict(call: ExplainedCall): string {
  const cost = formatMs(call.costMs)
  switch (call.outcome) {
    case 'hit': return hitText(call)
    case 'restored': return "by the bundler's own cache"
    case 'refused':
    case 'bypass': return `run in ${cost}: ${printable(call.reason ?? 'not remembered')}`
    case 'miss':
    case 'stale':
    case 'corrupt': return `redone in ${cost}${redoneText(call)}`
  }
}

/** A call that only repeats another one of its build is answered without the store. */
function hitText({ reason, costMs }: ExplainedCall): string {
  return printable(reason ?? `answered from the store in ${formatMs(costMs)}`)
}

/** Why a call was redone, and why it will be again. */
function redoneText({ cause, reason }: ExplainedCall): string {
  return `${cause === null ? '' : `: ${describeCause(cause)}`}${reason === null ? '' : `; not recorded: ${printable(reason)}`}`
}

function keyRows(parts: readonly ExplainedPart[], hex: string, columns: number, painter: Painter): string[] {
  const changed = parts.filter(part => typeof part.before === 'object')
  const differences = changed.flatMap(part => row('differs', describeChange(part), columns, painter.bad))
  const rows = (['call', 'plugin', 'build'] as const).flatMap(of => {
    const texts = parts.filter(part => part.of === of && part.value !== null).map(part => `${printable(part.label)} ${showValue(part.value)}`)
    return texts.length > 0 ? row(of, texts.join(', '), columns, painter.label) : []
  })
  return [...differences, ...row('key', hex, columns, painter.label), ...rows]
}

function describeChange({ of, label, value, before, options }: ExplainedPart): string {
  const was = typeof before === 'object' ? before.value : null
  const whose = of === 'call' ? '' : of === 'plugin' ? ' (plugin)' : ' (build)'
  if (was === null) return `${printable(label)}${whose} ${showValue(value)}, which was no part of the key in the build before`
  if (value === null) return `${printable(label)}${whose}, which was ${showValue(was)}, is no part of the key any more`
  const names = options.length === 0 ? '' : `, in ${printable(listed(options, MAX_OPTIONS))}`
  return `${printable(label)}${whose} ${showValue(value)}, was ${showValue(was)}${names}`
}

function showValue(value: string | null): string {
  if (value === null || value === '') return '(empty)'
  // Keys mark short texts, which stand for themselves, with an equals sign.
  if (value.startsWith('=')) return value === '=' ? '(empty)' : printable(value.slice(1))
  return DIGEST_LENGTHS.has(value.length) && /^[\w-]+$/.test(value) ? `${value.slice(0, SHOWN_DIGEST)}…` : printable(value)
}

function traceRows(trace: TraceRead, cause: Cause | null, columns: number, painter: Painter): string[] {
  if (trace.status === 'unknown') return row('traced', trace.reason, columns, painter.label)
  const [newest, ...older] = trace.variants
  const dependencies = newest?.dependencies ?? []
  const others = older.length > 0 ? `; ${plural(older.length, 'older record')} under the same key` : ''
  const count = dependencies.length === 0 ? `nothing besides its key${others}` : `${dependencies.length === 1 ? '1 dependency' : `${formatCount(dependencies.length)} dependencies`}${others}`
  const kindColumns = Math.max(0, ...dependencies.map(({ kind }) => kind.length))
  const lines = dependencies.slice(0, MAX_DEPENDENCIES).map(({ kind, name, seen }) => {
    const value = seen === null ? '' : `  ${showValue(seen)}`
    const mark = cause?.kind === 'trace' && cause.path === name ? '  differs' : ''
    const left = columns - LABEL_COLUMNS - kindColumns - 4 - displayWidth(value + mark)
    return `${' '.repeat(LABEL_COLUMNS + 2)}${padEnd(kind, kindColumns)}  ${shortenId(name, left)}${painter.label(value)}${painter.bad(mark)}`
  })
  const more = dependencies.length > MAX_DEPENDENCIES ? [`${' '.repeat(LABEL_COLUMNS + 2)}and ${formatCount(dependencies.length - MAX_DEPENDENCIES)} more: --json lists them`] : []
  return [...row('traced', count, columns, painter.label), ...lines, ...more]
}

function row(label: string, text: string, columns: number, paint: (text: string) => string): string[] {
  const lines = wrapWords(text, Math.max(20, columns - LABEL_COLUMNS - 2))
  return lines.map((line, index) => (index === 0 ? `  ${paint(padEnd(label, LABEL_COLUMNS))}${line}` : `${' '.repeat(LABEL_COLUMNS + 2)}${line}`))
}
