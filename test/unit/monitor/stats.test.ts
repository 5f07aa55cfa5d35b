import { describe, expect, it } from 'vitest'
import { benjaminiHochberg, conformalQuantile, groupBy, madScale, median, quantile, slidingMedians, studentUpperTail, weightedMedian } from '../../../src/monitor/stats.ts'

describe('order statistics', () => {
  it('takes the middle, or the mean of the two middle values', () => {
    expect(median([3, 1, 2])).toBe(2)
    expect(median([4, 1, 2, 3])).toBe(2.5)
    expect(median([])).toBe(0)
  })

  it('leaves its input in order', () => {
    const values = [3, 1, 2]
    median(values)
    expect(values).toEqual([3, 1, 2])
  })

  it('interpolates quantiles', () => {
    expect(quantile([0, 10, 20, 30, 40], 0.9)).toBeCloseTo(36, 12)
  })

  it('slides over windows as if each were sorted anew', () => {
    const values = [5, 1, 4, 4, 9, 2, 6, 4, 3, 8]
    const windows = [[0, 2], [0, 5], [2, 6], [3, 6], [3, 10], [8, 10]].map(([from = 0, to = 0]) => ({ from, to }))
    expect(slidingMedians(values, windows)).toEqual(windows.map(({ from, to }) => median(values.slice(from, to))))
  })

  it('is not moved by outliers', () => {
    expect(madScale([1, 2, 3, 4, 1000])).toBeCloseTo(1.4826, 12)
  })

  it('weighs', () => {
    expect(weightedMedian([{ value: 1, weight: 1 }, { value: 5, weight: 10 }, { value: 9, weight: 1 }])).toBe(5)
    expect(weightedMedian([])).toBe(0)
  })
})

describe('conformalQuantile', () => {
  it('takes the (n + 1)-corrected rank', () => {
    const values = Array.from({ length: 19 }, (_, i) => i + 1)
    expect(conformalQuantile(values, 0.1)).toBe(18)
  })

  it('promises nothing from too few values', () => {
    expect(conformalQuantile([1, 2, 3, 4, 5], 0.1)).toBe(Infinity)
  })
})

describe('benjaminiHochberg', () => {
  it('accepts everything up to the last p-value below its line', () => {
    // At a rate of 0.05 the lines are 0.0125, 0.025, 0.0375 and 0.05: the third passes, so the second does too.
    expect(benjaminiHochberg([0.03, 0.8, 0.001, 0.037], 0.05)).toEqual([true, false, true, true])
  })

  it('accepts nothing when no p-value is below its line', () => {
    expect(benjaminiHochberg([0.02, 0.5, 0.9], 0.05)).toEqual([false, false, false])
    expect(benjaminiHochberg([], 0.05)).toEqual([])
  })
})

describe('studentUpperTail', () => {
  // Critical values from any printed table.
  it.each([
    [12.706, 1, 0.025],
    [2.132, 4, 0.05],
    [2.764, 10, 0.01],
    [3.385, 30, 0.001],
    [1.96, 1e6, 0.025],
  ])('t = %f with %f degrees leaves %f', (t, degrees, p) => {
    expect(studentUpperTail(t, degrees)).toBeCloseTo(p, 4)
    expect(studentUpperTail(-t, degrees)).toBeCloseTo(1 - p, 4)
  })

  it('stays positive and falls far out', () => {
    expect(studentUpperTail(20, 8)).toBeGreaterThan(0)
    expect(studentUpperTail(20, 8)).toBeLessThan(1e-7)
  })
})

describe('groupBy', () => {
  it('keeps the order of appearance', () => {
    expect([...groupBy(['b1', 'a1', 'b2'], (item) => item.slice(0, 1))]).toEqual([['b', ['b1', 'b2']], ['a', ['a1']]])
  })
})
