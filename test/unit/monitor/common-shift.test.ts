import { describe, expect, it } from 'vitest'
import { commonShift } from '../../../src/monitor/common-shift.ts'

const plugins = (errors: readonly number[]): { group: string; error: number; sigma: number }[] =>
  errors.map((error, i) => ({ group: `plugin-${i}`, error, sigma: 0.02 }))

describe('commonShift', () => {
  it('is what most plugins agree on', () => {
    expect(commonShift(plugins([0.19, 0.2, 0.21, 0.2, 0.6, 0.18]))).toBeCloseTo(0.2, 1)
    expect(commonShift(plugins([-0.19, -0.2, -0.21, -0.2, -0.18]))).toBeCloseTo(-0.2, 1)
  })

  it('is nothing within noise, and nothing when plugins disagree', () => {
    expect(commonShift(plugins([0.01, 0.02, 0.015, 0.02, 0.01]))).toBe(0)
    expect(commonShift(plugins([0.2, 0.2, 0.2, 0, 0, -0.1]))).toBe(0)
  })

  it('does not let one plugin with many hooks, or a few plugins, pass for the machine', () => {
    const css = Array.from({ length: 9 }, () => ({ group: 'vite:css', error: 0.4, sigma: 0.02 }))
    expect(commonShift([...css, ...plugins([0, 0.01, 0, -0.01])])).toBe(0)
    expect(commonShift(plugins([0.3, 0.3, 0.3, 0.3]))).toBe(0)
  })
})
