/**
 * The calls of a build in the Chrome Trace Event format, which Perfetto and chrome://tracing open.
 *
 * What the main thread ran are complete slices (`X`), in one lane for each depth of its stack, so that those of a lane
 * never overlap. A call that had to wait is also a pair of async events (`b`, `e`) with an id of its own: such spans overlap as
 * they like, and their sum means nothing.
 */
import type { CallTimes } from '../monitor/measure/timings.ts'
import type { BuildReport } from './build-report.ts'

export interface TraceLog {
  readonly slices: readonly CallTimes[]
  readonly spans: readonly CallTimes[]
}

interface TraceEvent {
  readonly name: string
  readonly ph: 'X' | 'b' | 'e' | 'M'
  readonly cat?: string
  readonly pid: number
  readonly tid: number
  /** Microseconds. */
  readonly ts?: number
  readonly dur?: number
  readonly id?: string
  readonly args?: Readonly<Record<string, unknown>>
}

const PID = 1
/** Of async events, whose lane the viewer chooses. */
const WAITING_TID = 0

/** @returns JSON text, ending in a newline. Times count from the first call. */
export function renderTrace(report: BuildReport, { slices, spans }: TraceLog): string {
  const fromMs = [...slices, ...spans].reduce((first, { startMs }) => Math.min(first, startMs), Infinity)
  const at = (ms: number): number => Math.round((ms - fromMs) * 1000)
  const depths = [...new Set(slices.map(({ depth }) => depth))].sort((a, b) => a - b)
  const events = [
    named('process_name', WAITING_TID, `${report.bundler.name} ${report.command}`),
    ...depths.map(depth => named('thread_name', depth + 1, depth === 0 ? 'main thread' : `main thread, ${depth} below`)),
    ...[...slices.map(slice => sliceEvent(slice, at, report.root)), ...spans.flatMap((span, index) => spanEvents(span, index, at, report.root))].sort((a, b) => a.ts - b.ts),
  ]
  return `{"displayTimeUnit":"ms","otherData":${JSON.stringify({ pitcrew: report.pitcrew, startedAt: report.startedAt })},"traceEvents":[\n${events.map(event => JSON.stringify(event)).join(',\n')}\n]}\n`
}

function named(name: 'process_name' | 'thread_name', tid: number, value: string): TraceEvent {
  return { name, ph: 'M', pid: PID, tid, args: { name: value } }
}

function sliceEvent(slice: CallTimes, at: (ms: number) => number, root: string): TraceEvent & { readonly ts: number } {
  const ts = at(slice.startMs)
  return { ...common(slice, root), ph: 'X', tid: slice.depth + 1, ts, dur: at(slice.endMs) - ts }
}

function spanEvents(span: CallTimes, index: number, at: (ms: number) => number, root: string): (TraceEvent & { readonly ts: number })[] {
  const shared = { ...common(span, root), tid: WAITING_TID, id: String(index + 1) }
  return [{ ...shared, ph: 'b', ts: at(span.startMs) }, { ...shared, ph: 'e', ts: at(span.endMs) }]
}

function common({ plugin, hook, id }: CallTimes, root: string): Pick<TraceEvent, 'name' | 'cat' | 'pid' | 'args'> {
  return { name: `${plugin} ${hook}`, cat: hook, pid: PID, args: { plugin, hook, module: id.startsWith(`${root}/`) ? id.slice(root.length + 1) : id } }
}
