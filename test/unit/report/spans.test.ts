import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createSpanUnion } from '../../../src/report/spans.ts'

/** Marks each millisecond of each span: slow, and right beyond doubt. */
function unionByMarking(spans: readonly (readonly [number, number])[]): number {
  const marked = new Set<number>()
  for (const [start, end] of spans) for (let at = start; at < end; at++) marked.add(at)
  return marked.size
}

function union(spans: readonly (readonly [number, number])[]): number {
  const meter = createSpanUnion()
  for (const [start, end] of spans) meter.add(start, end)
  return meter.busyMs()
}

describe('createSpanUnion', () => {
  it.each([
    ['nothing', [], 0],
    ['one span', [[10, 15]], 5],
    ['two apart', [[0, 5], [10, 15]], 10],
    ['two that touch', [[0, 5], [5, 15]], 15],
    ['concurrent calls count once', [[0, 100], [0, 100], [0, 100]], 100],
    ['one that outlasts several others', [[10, 20], [30, 40], [0, 50]], 50],
    ['one inside another', [[10, 20], [0, 50], [30, 40]], 50],
    ['an empty span and one that ends before it starts', [[5, 5], [9, 7]], 0],
  ] as const)('%s', (_name, spans, expected) => {
    expect(union(spans)).toBe(expected)
  })

  it('is the union, in whatever order spans come', () => {
    const span = fc.tuple(fc.nat(200), fc.nat(40)).map(([start, length]) => [start, start + length] as const)
    fc.assert(fc.property(fc.array(span, { maxLength: 60 }), (spans) => {
      expect(union(spans)).toBe(unionByMarking(spans))
    }))
  })

  it('stays exact over more separate spans than it keeps', () => {
    const meter = createSpanUnion()
    for (let index = 0; index < 50_000; index++) meter.add(index * 3, index * 3 + 1)
    expect(meter.busyMs()).toBe(50_000)
  })

  it('never exceeds the time that passed when a span reaches back over what has been closed', () => {
    const meter = createSpanUnion()
    for (let index = 0; index < 50_000; index++) meter.add(index * 3, index * 3 + 1)
    meter.add(0, 150_000)
    expect(meter.busyMs()).toBeLessThanOrEqual(150_000)
    expect(meter.busyMs()).toBeGreaterThan(50_000)
  })
})
