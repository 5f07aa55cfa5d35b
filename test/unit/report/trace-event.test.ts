import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { renderTrace } from '../../../src/report/trace-event.ts'
import type { TraceLog } from '../../../src/report/trace-event.ts'
import { traceFaults } from '../../harness/trace-format.ts'
import { createMeterBench, deferred, turn } from '../monitor/measure/bench.ts'
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

/** A call works, calls others, works, and may wait until it is told to go on. */
interface Script { readonly ms: number; readonly inner: readonly Script[]; readonly isAsync: boolean }
const { script } = fc.letrec<{ script: Script }>(tie => ({
  script: fc.record({ ms: fc.double({ min: 0, max: 3, noNaN: true }), inner: fc.oneof({ maxDepth: 3, depthIdentifier: 'script' }, fc.constant([]), fc.array(tie('script'), { maxLength: 3, depthIdentifier: 'script' })), isAsync: fc.boolean() }, { noNullPrototype: true }),
}))

it('is in the format, whatever calls call and wait for', async () => {
  await fc.assert(fc.asyncProperty(fc.array(script, { minLength: 1, maxLength: 6 }), async (scripts) => {
    const bench = createMeterBench(true, true)
    const waiting: (() => void)[] = []
    const hook = bench.hook('any', (_code: string, _id: string, { ms, inner, isAsync }: Script): unknown => {
      bench.work(ms)
      for (const part of inner) void hook('', `/project/${part.ms}`, part)
      bench.work(ms / 3)
      if (!isAsync) return null
      const { promise, resolve } = deferred()
      waiting.push(() => resolve(null))
      return promise
    })
    for (const part of scripts) {
      void hook('', '/project/a', part)
      bench.work(0.4)
      waiting.shift()?.()
      await turn()
    }
    for (const goOn of waiting) {
      goOn()
      bench.work(0.2)
      await turn()
    }
    const { log } = bench.meter
    expect(log).not.toBeNull()
    expect(traceFaults(renderTrace(collect(() => undefined), log!))).toEqual([])
  }), { numRuns: 100 })
})

it.each<[string, object[]]>([
  ['slices that overlap in part', [{ ph: 'X', name: 'a', cat: 'c', pid: 1, tid: 1, ts: 0, dur: 5 }, { ph: 'X', name: 'b', cat: 'c', pid: 1, tid: 1, ts: 3, dur: 5 }]],
  ['an async end without a beginning', [{ ph: 'e', name: 'a', cat: 'c', id: '1', pid: 1, tid: 0, ts: 0 }]],
  ['a slice without a duration', [{ ph: 'X', name: 'a', cat: 'c', pid: 1, tid: 1, ts: 0 }]],
])('what checks the format finds %s', (_what, traceEvents) => {
  expect(traceFaults(JSON.stringify({ displayTimeUnit: 'ms', traceEvents }))).toHaveLength(1)
})
