import { describe, expect, it } from 'vitest'
import { Crossings } from '../../../../src/monitor/measure/crossings.ts'
import { createMeterBench, turn } from './bench.ts'

describe('the typical crossing', () => {
  it('is nothing when there was none', () => {
    expect(new Crossings().typicalMs).toBe(0)
  })

  it('is what a quarter stays below, within 10 %, whatever else happened in the others', () => {
    const crossings = new Crossings()
    for (let index = 0; index < 100; index++) crossings.add(index < 70 ? 0.04 : 5)
    expect(crossings.typicalMs).toBeGreaterThan(0.036)
    expect(crossings.typicalMs).toBeLessThan(0.044)
  })

  it('has nothing of what is done when a call has returned, however many calls of a hook go by that return no promise', async () => {
    const bench = createMeterBench()
    const transform = bench.hook('a', () => bench.work(0.5))
    for (let index = 0; index < 200; index++) {
      bench.work(0.04)
      transform()
      bench.work(0.3)
      await turn()
    }
    expect(bench.of('a').filterSavingMs / (200 * (0.5 + 0.04))).toBeGreaterThan(0.98)
    expect(bench.of('a').filterSavingMs / (200 * (0.5 + 0.04))).toBeLessThan(1.02)
  })

  it('is part of what a filter saves, without sleep, and only of bundlers on threads of their own', () => {
    for (const [isNative, savingMs] of [[true, 100 * (0.5 + 0.04)], [false, 100 * 0.5]] as const) {
      const bench = createMeterBench(isNative)
      const transform = bench.hook('a', () => bench.work(0.5))
      for (let index = 0; index < 100; index++) {
        bench.sleep(3)
        bench.work(0.04)
        transform()
      }
      expect(bench.of('a').filterSavingMs / savingMs).toBeGreaterThan(0.98)
      expect(bench.of('a').filterSavingMs / savingMs).toBeLessThan(1.02)
    }
  })
})
