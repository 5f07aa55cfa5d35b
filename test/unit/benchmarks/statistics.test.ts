import { describe, expect, it } from 'vitest'
import type { Sample } from '../../../benchmarks/case.ts'
import { deviation, judge, median } from '../../../benchmarks/statistics.ts'

const samples = (...values: number[]): Sample[] => values.map(ms => ({ bundlerMs: ms, processMs: ms, cpuMs: ms, maxRssBytes: ms }))

describe('median', () => {
  it.each([[[3], 3], [[3, 1, 2], 2], [[4, 1, 3, 2], 2.5], [[10, 9, 100], 10]])('of %j is %d', (values, expected) => {
    expect(median(values)).toBe(expected)
  })

  it('does not exist without values', () => {
    expect(() => median([])).toThrow(RangeError)
  })
})

describe('deviation', () => {
  it('is the median distance from the median', () => {
    expect(deviation([1, 2, 3, 4, 100])).toBe(1)
  })
})

describe('judge', () => {
  it.each([
    [{ max: 0.5 }, true], [{ max: 0.49 }, false], [{ min: 0.5 }, true], [{ min: 0.51 }, false], [null, null],
  ])('compares the ratio of medians with %j', (bound, met) => {
    const [result] = judge([{ of: 'warm', over: 'off', metric: 'bundlerMs', bound }], { off: samples(2, 2, 90), warm: samples(1, 1, 1) })
    expect(result).toMatchObject({ ratio: 0.5, met })
  })

  it('does not judge what was not measured', () => {
    expect(() => judge([{ of: 'warm', over: 'off', metric: 'bundlerMs', bound: null }], { off: samples(1) })).toThrow('warm')
  })
})
