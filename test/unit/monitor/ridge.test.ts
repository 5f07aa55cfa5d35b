import { describe, expect, it } from 'vitest'
import { robustRidge } from '../../../src/monitor/ridge.ts'
import { wobble } from './builds.ts'

const x = Array.from({ length: 40 }, (_, i) => [wobble(i, 1), wobble(i, 2)])
const line = x.map((values) => ({ x: values, y: 0.8 * (values[0] ?? 0) - 0.3 * (values[1] ?? 0) + 0.01 * wobble(values[0] ?? 0, 7) }))

describe('robustRidge', () => {
  it('finds the coefficients of two covariates', () => {
    const [a, b] = robustRidge(line, 2, 1e-6)
    expect(a).toBeCloseTo(0.8, 1.5)
    expect(b).toBeCloseTo(-0.3, 1.5)
  })

  it('is not moved by a few wild builds', () => {
    const wild = line.map((item, i) => (i % 10 === 3 ? { ...item, y: item.y + 5 } : item))
    const [a, b] = robustRidge(wild, 2, 1e-6)
    expect(a).toBeCloseTo(0.8, 1)
    expect(b).toBeCloseTo(-0.3, 1)
  })

  it('goes to zero, not to infinity, for collinear or missing data', () => {
    const collinear = line.map((item) => ({ x: [item.x[0] ?? 0, item.x[0] ?? 0], y: item.x[0] ?? 0 }))
    const [a, b] = robustRidge(collinear, 2, 0.01)
    expect((a ?? 0) + (b ?? 0)).toBeCloseTo(1, 2)
    expect(a).toBeCloseTo(b ?? NaN, 9)
    expect(robustRidge([], 2, 0.01)).toEqual([0, 0])
  })
})
