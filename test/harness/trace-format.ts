/**
 * What the Trace Event Format asks of a file in its JSON object form (the document that chrome://tracing and Perfetto follow), for the phases
 * that Pitcrew writes: fields and their types by phase, complete slices of one thread nested and never partly overlapping, each async end
 * after its begin with the same category, id and name.
 */
type Fields = Readonly<Record<string, unknown>>

/** What is wrong with it, a sentence for each; empty when nothing is. */
export function traceFaults(text: string): readonly string[] {
  const file = JSON.parse(text) as Fields
  const { traceEvents, displayTimeUnit } = file
  if (!Array.isArray(traceEvents)) return ['traceEvents is no array']
  const events = traceEvents as readonly Fields[]
  const unit = displayTimeUnit === 'ms' || displayTimeUnit === 'ns' ? [] : [`displayTimeUnit is ${String(displayTimeUnit)}`]
  return [...unit, ...events.flatMap(fieldFaults), ...nestingFaults(events), ...asyncFaults(events)]
}

function fieldFaults(event: Fields, index: number): readonly string[] {
  const { ph, name, cat, pid, tid, ts, dur, id, args } = event
  const fault = (what: string): string => `event ${index} (${String(ph)} ${String(name)}): ${what}`
  const isTime = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value) && value >= 0
  const faults = [
    ...(typeof name === 'string' && name !== '' ? [] : ['has no name']),
    ...(Number.isInteger(pid) && Number.isInteger(tid) ? [] : ['has no process and thread']),
    ...(args === undefined || (typeof args === 'object' && args !== null) ? [] : ['has arguments that are no object']),
  ]
  if (ph === 'M') {
    const isKnown = name === 'process_name' || name === 'thread_name'
    if (!isKnown || typeof (args as Fields | undefined)?.['name'] !== 'string') faults.push('is metadata without a name in its arguments')
    return faults.map(fault)
  }
  if (ph !== 'X' && ph !== 'b' && ph !== 'e') return [fault('has a phase that is not written')]
  if (!isTime(ts)) faults.push('has no time')
  if (typeof cat !== 'string') faults.push('has no category')
  if (ph === 'X' ? !isTime(dur) : typeof id !== 'string') faults.push(ph === 'X' ? 'has no duration' : 'has no id')
  return faults.map(fault)
}

/** Within one thread a slice lies within another or beside it. */
function nestingFaults(events: readonly Fields[]): readonly string[] {
  const slices = events.filter(({ ph }) => ph === 'X').map(({ pid, tid, ts, dur, name }) => ({ lane: `${String(pid)} ${String(tid)}`, from: Number(ts), to: Number(ts) + Number(dur), name: String(name) }))
  const open = new Map<string, typeof slices>()
  return slices.sort((a, b) => a.from - b.from || b.to - a.to).flatMap(slice => {
    const stack = open.get(slice.lane) ?? []
    open.set(slice.lane, stack)
    while (stack.length > 0 && stack.at(-1)!.to <= slice.from) stack.pop()
    const around = stack.at(-1)
    stack.push(slice)
    return around !== undefined && around.to < slice.to ? [`${slice.name} at ${slice.from} overlaps ${around.name} in lane ${slice.lane}`] : []
  })
}

/** In the order of the file, which is that of time. */
function asyncFaults(events: readonly Fields[]): readonly string[] {
  const open = new Map<string, Fields>()
  const faults = events.filter(({ ph }) => ph === 'b' || ph === 'e').flatMap(event => {
    const key = JSON.stringify([event['cat'], event['id']])
    const begin = open.get(key)
    if (event['ph'] === 'b') {
      open.set(key, event)
      return begin === undefined ? [] : [`${key} begins twice`]
    }
    open.delete(key)
    if (begin === undefined) return [`${key} ends without a beginning`]
    return begin['name'] === event['name'] && Number(begin['ts']) <= Number(event['ts']) ? [] : [`${key} ends as another, or before it begins`]
  })
  return [...faults, ...[...open.keys()].map(key => `${key} does not end`)]
}
