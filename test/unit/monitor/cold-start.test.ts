import { describe, expect, it } from 'vitest'
import { simulateColdStarts } from '../../../benchmarks/detection/cold-start.ts'

describe('the first ten builds of projects in which nothing changes', () => {
  it('confirm nothing, and hardly ever raise a suspicion', () => {
    const { alerts, builds } = simulateColdStarts(60, 7)
    expect(alerts.confirmed).toBe(0)
    expect(alerts.suspected / builds).toBeLessThan(0.01)
  })
})
