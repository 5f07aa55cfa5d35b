import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createCostliestList } from '../../../src/report/keep-costliest.ts'

it('keeps exactly the costliest, equal ones in the order they came', () => {
  fc.assert(fc.property(fc.array(fc.nat(9), { maxLength: 60 }), fc.integer({ min: 1, max: 8 }), (costs, limit) => {
    const list = createCostliestList<{ costMs: number; order: number }>(limit)
    const items = costs.map((costMs, order) => ({ costMs, order }))
    for (const item of items) list.add(item)
    const expected = [...items].sort((a, b) => b.costMs - a.costMs || a.order - b.order).slice(0, limit)
    expect(list.list()).toEqual(expected)
    expect(list.list()).toEqual(expected)
  }))
})
