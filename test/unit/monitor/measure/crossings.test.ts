import { describe, expect, it } from 'vitest'
import { Crossings } from '../../../../src/monitor/measure/crossings.ts'
import { createMeterBench, turn } from './bench.ts'

describe('the typical crossing', () => {
  it('is nothing when there was none', () => {
    expect(new Crossings().typicalMs).toBe(0)
  })

  it.each([
    ['all take the same', [[100, 0.04]], 0.04],
    ['something else happened in a third of them', [[70, 0.04], [30, 5]], 0.04],
    ['some take several times longer, and count', [[90, 0.02], [10, 0.1]], 0.028],
    ['they are too short to be told apart', [[10, 0]], 0.001],
    ['they are longer than all that is told apart', [[10, 1e6]], 0.001 * 2 ** (62.5 / 4)],
  ] as const)('is their mean, within 10 %, where %s', (_, gaps, typicalMs) => {
    const crossings = new Crossings()
    for (const [count, ms] of gaps) for (let index = 0; index < count; index++) crossings.add(ms)
    expect(crossings.typicalMs / typicalMs).toBeGreaterThan(0.9)
    expect(crossings.typicalMs / typicalMs).toBeLessThan(1.1)
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
