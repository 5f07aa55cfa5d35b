import { describe, expect, it } from 'vitest'
import { renderTerminal } from '../../../src/report/terminal.ts'
import type { Cause } from '../../../src/types.ts'
import { callEvent, calls, collect, END, FACTS, MEMOIZED } from './reports.ts'

describe('createReportCollector', () => {
  it('reports an empty build in full', () => {
    const report = collect(() => undefined)
    expect(report).toMatchObject({ version: 1, ...FACTS, ...END, moduleCount: 0, busyMs: 0, savedMs: 0, redoneCount: 0, redoneMs: 0, recordedCount: 0, recordedMs: 0 })
    expect(report.plugins).toEqual([])
    expect(report.redone).toEqual([])
    expect(report.redoneBy).toEqual([])
    expect(report.faults).toEqual([])
    expect(Object.values(report.outcomes)).toEqual([0, 0, 0, 0, 0, 0, 0])
  })

  it('is JSON-safe', () => {
    const report = collect((collector) => {
      calls(collector, 3, 0, 5, { outcome: 'miss', cause: { kind: 'new' } })
      collector.policy('vite:vue', 'transform', { decision: 'memoize', reason: 'known', recipe: null })
      collector.fault('MEMO_FAULT', 'a key could not be made')
    })
    expect(JSON.parse(JSON.stringify(report))).toEqual(report)
  })

  it('counts every outcome, by hook and in all', () => {
    const report = collect((collector) => {
      calls(collector, 2, 0, 4, { outcome: 'hit' })
      calls(collector, 1, 10, 1, { outcome: 'miss', cause: { kind: 'new' }, id: 'src/x.vue' })
      calls(collector, 3, 20, 1, { outcome: 'refused', hook: 'load' })
      calls(collector, 4, 40, 0, { outcome: 'restored', plugin: 'babel-loader', hook: 'loader' })
    })
    expect(report.outcomes).toEqual({ hit: 2, miss: 1, stale: 0, corrupt: 0, bypass: 0, refused: 3, restored: 4 })
    expect(report.plugins.map(({ name, hook, calls: count }) => [name, hook, count])).toEqual([
      ['vite:vue', 'transform', 3],
      ['vite:vue', 'load', 3],
      ['babel-loader', 'loader', 4],
    ])
  })

  it('counts a module once, however many hooks it reaches', () => {
    const report = collect((collector) => {
      for (const id of ['a.vue', 'b.vue', 'a.vue', 'a.vue?vue&type=style']) {
        collector.call(callEvent({ id }))
        collector.call(callEvent({ id, hook: 'load' }))
      }
    })
    expect(report.moduleCount).toBe(3)
  })

  it('gives busy time as the union of overlapping calls, by hook and over all, and costs as they are told', () => {
    const report = collect((collector) => {
      collector.call(callEvent({ startMs: 0, endMs: 100, costMs: 60 }))
      collector.call(callEvent({ startMs: 20, endMs: 110, costMs: 45 }))
      collector.call(callEvent({ plugin: 'vite:css', startMs: 100, endMs: 130, costMs: 25 }))
      collector.call(callEvent({ plugin: 'vite:css', startMs: 200, endMs: 210, costMs: 10 }))
    })
    expect(report.plugins.map(({ name, busyMs, costMs }) => [name, busyMs, costMs])).toEqual([['vite:vue', 110, 105], ['vite:css', 40, 35]])
    expect(report.busyMs).toBe(140)
  })

  it('counts as saved what a hit cost less than its recording, and never a loss', () => {
    const report = collect((collector) => {
      collector.call(callEvent({ outcome: 'hit', recordedCostMs: 12, costMs: 2 }))
      collector.call(callEvent({ outcome: 'hit', recordedCostMs: 1, costMs: 4 }))
      collector.call(callEvent({ outcome: 'miss', cause: { kind: 'new' }, costMs: 50 }))
    })
    expect(report.savedMs).toBe(10)
    expect(report.plugins[0]?.savedMs).toBe(10)
  })

  it('keeps the 200 costliest redone calls, and counts all', () => {
    const report = collect((collector) => {
      for (let index = 0; index < 5000; index++) {
        collector.call(callEvent({ id: `src/${index}.vue`, outcome: 'miss', cause: { kind: 'new' }, costMs: (index * 7919) % 5000 }))
      }
    })
    expect(report.redoneCount).toBe(5000)
    expect(report.redoneMs).toBe((4999 * 5000) / 2)
    expect(report.redone.map(call => call.costMs)).toEqual(Array.from({ length: 200 }, (_, index) => 4999 - index))
  })

  it('says of redone calls which were recorded: the others will be made again', () => {
    const report = collect((collector) => {
      collector.call(callEvent({ id: 'a.vue', outcome: 'miss', costMs: 30 }))
      collector.call(callEvent({ id: 'b.vue', outcome: 'miss', costMs: 500, isRecorded: false }))
    }, { firstRun: true, store: { ...END.store, writtenBytes: 2048 } })
    expect(report).toMatchObject({ redoneCount: 2, redoneMs: 530, recordedCount: 1, recordedMs: 30 })
    expect(renderTerminal(report, 'summary', { columns: 120, color: false })).toContain('1 of 2 calls recorded (2 kB), 30 ms of work that the next build can skip')
  })

  it('groups redone calls by cause, the most expensive first', () => {
    const tokens: Cause = { kind: 'trace', what: 'file', path: 'src/_tokens.scss' }
    const report = collect((collector) => {
      calls(collector, 2, 0, 5, { outcome: 'miss', cause: { kind: 'key', part: 'code' } })
      calls(collector, 3, 20, 5, { outcome: 'stale', cause: tokens })
      calls(collector, 1, 60, 9, { outcome: 'stale', cause: { ...tokens, path: 'src/_other.scss' } })
      calls(collector, 1, 80, 1, { outcome: 'corrupt', cause: { kind: 'corrupt', detail: 'checksum at 12' } })
      calls(collector, 1, 90, 1, { outcome: 'corrupt', cause: { kind: 'corrupt', detail: 'checksum at 99' } })
    })
    expect(report.redoneBy.map(({ cause, calls: count, costMs }) => [cause.kind, count, costMs])).toEqual([
      ['trace', 3, 15],
      ['key', 2, 10],
      ['trace', 1, 9],
      ['corrupt', 2, 2],
    ])
  })

  it('keeps what costs most when there are too many causes to group', () => {
    const report = collect((collector) => {
      const cause: Cause = { kind: 'trace', what: 'file', path: 'src/dear.scss' }
      collector.call(callEvent({ outcome: 'stale', cause, costMs: 500 }))
      for (let index = 0; index < 5000; index++) {
        collector.call(callEvent({ outcome: 'stale', cause: { ...cause, path: `src/${index}.scss` }, costMs: 1 }))
      }
    })
    expect(report.redoneBy).toHaveLength(50)
    expect(report.redoneBy[0]).toMatchObject({ cause: { path: 'src/dear.scss' }, calls: 1, costMs: 500 })
    expect(report.redoneMs).toBe(5500)
  })

  it('takes the last word about a hook', () => {
    const report = collect((collector) => {
      collector.policy('vite:vue', 'transform', MEMOIZED)
      collector.policy('vite:vue', 'transform', { decision: 'bypass', reason: 'cheap', recipe: null })
    })
    expect(report.plugins[0]?.policy).toEqual({ decision: 'bypass', reason: 'cheap', recipe: null, remedy: null })
  })

  it.each([['refused', 'refuse'], ['bypass', 'bypass'], ['hit', 'memoize']] as const)('reads the policy off a %s call when nobody tells it', (outcome, decision) => {
    const report = collect(collector => collector.call(callEvent({ outcome })))
    expect(report.plugins[0]?.policy.decision).toBe(decision)
  })

  it('tells a fault once with its first message, and counts it', () => {
    const report = collect((collector) => {
      collector.fault('STORE_CORRUPT', 'first')
      collector.fault('STORE_CORRUPT', 'second')
      collector.fault('MEMO_FAULT', 'other')
    })
    expect(report.faults).toEqual([{ code: 'STORE_CORRUPT', message: 'first', count: 2 }, { code: 'MEMO_FAULT', message: 'other', count: 1 }])
  })

  it('adds up overhead by part', () => {
    const report = collect((collector) => {
      collector.overhead('key', 1)
      collector.overhead('key', 2)
      collector.overhead('flush', 4)
    })
    expect(report.overhead).toEqual({ setupMs: 0, keyMs: 3, lookupMs: 0, recordMs: 0, flushMs: 4 })
  })

  it('may be finished again and again, and an earlier report does not change', () => {
    let first: unknown
    const last = collect((collector) => {
      collector.call(callEvent({ outcome: 'miss', cause: { kind: 'new' } }))
      collector.fault('MEMO_FAULT', 'x')
      first = collector.finish(END)
      collector.call(callEvent({ outcome: 'miss', cause: { kind: 'new' } }))
      collector.fault('MEMO_FAULT', 'x')
    })
    expect(first).toMatchObject({ redoneCount: 1, outcomes: { miss: 1 }, faults: [{ count: 1 }], redoneBy: [{ calls: 1 }] })
    expect(last).toMatchObject({ redoneCount: 2, outcomes: { miss: 2 }, faults: [{ count: 2 }], redoneBy: [{ calls: 2 }] })
  })
})
