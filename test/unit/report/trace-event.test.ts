import { describe, expect, it } from 'vitest'
import { renderTrace } from '../../../src/report/trace-event.ts'
import type { TraceLog } from '../../../src/report/trace-event.ts'
import { collect } from './reports.ts'

interface Event { name: string; ph: string; ts: number; dur: number; tid: number; id?: string; cat?: string; args?: Record<string, unknown> }

function eventsOf(log: TraceLog): Event[] {
  return (JSON.parse(renderTrace(collect(() => undefined), log)) as { traceEvents: Event[] }).traceEvents
}

const call = (plugin: string, startMs: number, endMs: number, depth = 0): TraceLog['slices'][number] => ({ plugin, hook: 'transform', id: '/project/src/a.ts', depth, startMs, endMs })

describe('a trace', () => {
  it('has a lane for each depth of the stack, in microseconds from the first call', () => {
    const events = eventsOf({ slices: [call('inner', 1001, 1002.5, 1), call('outer', 1000, 1004)], spans: [] }).filter(({ ph }) => ph === 'X')
    expect(events.map(({ name, ts, dur, tid }) => ({ name, ts, dur, tid }))).toEqual([
      { name: 'outer transform', ts: 0, dur: 4000, tid: 1 },
      { name: 'inner transform', ts: 1000, dur: 1500, tid: 2 },
    ])
  })

  it('has spans that overlap as pairs of async events with ids of their own', () => {
    const events = eventsOf({ slices: [], spans: [call('a', 10, 40), call('a', 20, 30)] }).filter(({ ph }) => ph !== 'M')
    expect(events.map(({ ph, id, ts, cat }) => [ph, id, ts, cat])).toEqual([['b', '1', 0, 'transform'], ['b', '2', 10_000, 'transform'], ['e', '2', 20_000, 'transform'], ['e', '1', 30_000, 'transform']])
  })

  it('names modules as a person knows them', () => {
    expect(eventsOf({ slices: [call('a', 1, 2)], spans: [] }).find(({ ph }) => ph === 'X')?.args).toEqual({ plugin: 'a', hook: 'transform', module: 'src/a.ts' })
  })

  it('of no calls is a trace', () => {
    expect(eventsOf({ slices: [], spans: [] }).filter(({ ph }) => ph !== 'M')).toEqual([])
  })
})
