import { describe, expect, it } from 'vitest'
import { createMeterBench, deferred, turn } from './bench.ts'

describe('synchronous calls', () => {
  it('are exact sums, and what the bundler does in between is not theirs', () => {
    const bench = createMeterBench()
    const transform = bench.hook('a', () => bench.work(5))
    bench.work(3)
    transform()
    bench.work(7)
    transform()
    expect(bench.of('a')).toMatchObject({ calls: 2, selfMs: 10, minMs: 10, maxMs: 10, quality: 'exact', busyMs: 10, overlapMs: 0, awaitMs: 0 })
    expect(bench.timings().totals).toEqual({ wallMs: 20, selfMs: 10, nativeMs: 10, idleMs: 0, pitcrewMs: 0, interruptedMs: 0 })
  })

  it('that are nested are the callee’s', () => {
    const bench = createMeterBench()
    const inner = bench.hook('inner', () => bench.work(4))
    const outer = bench.hook('outer', () => {
      bench.work(1)
      inner()
      bench.work(2)
    })
    outer()
    expect(bench.of('outer')).toMatchObject({ selfMs: 3, busyMs: 7, awaitMs: 4, quality: 'exact' })
    expect(bench.of('inner')).toMatchObject({ selfMs: 4 })
  })

  it('give on what they return, and what they throw', () => {
    const bench = createMeterBench()
    const error = new Error('broken')
    const fails = bench.hook('a', () => {
      bench.work(2)
      throw error
    })
    expect(() => fails()).toThrow(error)
    expect(bench.hook('b', (code: string) => code + 1)('x')).toBe('x1')
    bench.work(50)
    expect(bench.of('a')).toMatchObject({ calls: 1, selfMs: 2, unfinishedCalls: 0 })
  })

  it('keep their receiver', () => {
    const bench = createMeterBench()
    const context = { name: 'context' }
    const transform = bench.hook('a', function (this: unknown) { return this } as () => unknown)
    expect(Reflect.apply(transform, context, [])).toBe(context)
  })
})

describe('calls that return a promise', () => {
  it('are bounded by what nobody saw, and sleeping is nobody’s', async () => {
    const bench = createMeterBench()
    const gate = deferred()
    const load = bench.hook('a', async () => {
      bench.work(10)
      await gate.promise
      bench.work(20)
    })
    const call = load()
    bench.sleep(500)
    gate.resolve(null)
    await call
    await turn()
    expect(bench.of('a')).toMatchObject({ selfMs: 30, minMs: 10, maxMs: 30, quality: 'bounded', busyMs: 530, awaitMs: 500 })
    expect(bench.timings().totals).toMatchObject({ wallMs: 530, selfMs: 30, nativeMs: 0, idleMs: 500 })
  })

  it('are exact where they wait for what is not on the main thread', async () => {
    const bench = createMeterBench()
    const gate = deferred()
    const call = bench.hook('a', () => {
      bench.work(10)
      return gate.promise
    })()
    bench.sleep(20)
    gate.resolve(null)
    await call
    await turn()
    expect(bench.of('a')).toMatchObject({ selfMs: 10, minMs: 10, maxMs: 10, quality: 'exact' })
  })

  it('of one hook that overlap are bounded, and charged no more than the time that passed', async () => {
    const bench = createMeterBench()
    const gates = [deferred(), deferred(), deferred()]
    const load = bench.hook('a', async (index: number) => {
      bench.work(1)
      await gates[index]!.promise
      bench.work(5)
    }, { kind: 'answer' })
    const calls = [load(0), load(1), load(2)]
    for (const [index, gate] of gates.entries()) {
      gate.resolve(null)
      await calls[index]
      await turn()
    }
    const timing = bench.of('a')
    expect(timing.quality).toBe('bounded')
    expect(timing.selfMs).toBeCloseTo(18)
    expect(timing.minMs).toBeGreaterThanOrEqual(3)
    expect(timing.maxMs).toBeCloseTo(18)
    expect(timing).toMatchObject({ busyMs: 18, calls: 3 })
    // Spans of 8, 12 and 16.
    expect(timing.overlapMs).toBeCloseTo(18)
  })

  it('of different hooks that overlap are withheld when either may have taken it', async () => {
    const bench = createMeterBench()
    const gate = deferred()
    const waiting = (): Promise<unknown> => gate.promise
    const calls = [bench.hook('a', waiting)(), bench.hook('b', waiting)()]
    await turn()
    bench.work(40)
    gate.resolve(null)
    await Promise.all(calls)
    await turn()
    for (const plugin of ['a', 'b']) expect(bench.of(plugin)).toMatchObject({ selfMs: 0, minMs: 0, maxMs: 40, quality: 'withheld' })
    expect(bench.timings().totals).toMatchObject({ selfMs: 0, nativeMs: 40 })
  })

  it('reject with what they rejected with', async () => {
    const bench = createMeterBench()
    const error = new Error('broken')
    const promise = Promise.reject(error)
    const returned = bench.hook('a', () => promise)()
    expect(returned).toBe(promise)
    await expect(returned).rejects.toBe(error)
    expect(bench.of('a')).toMatchObject({ calls: 1, unfinishedCalls: 0 })
  })

  it('are asked once where they are thenables of another kind', async () => {
    const bench = createMeterBench()
    let asked = 0
    const thenable = { then: (resolve: (value: string) => void) => void (asked++, resolve('answer')) }
    await expect(bench.hook('a', () => thenable)()).resolves.toBe('answer')
    expect(asked).toBe(1)
    expect(bench.of('a').unfinishedCalls).toBe(0)
  })

  it('and never settle are listed, and forgotten by the next build', async () => {
    const bench = createMeterBench()
    const gate = deferred()
    void bench.hook('a', (..._given: unknown[]) => gate.promise)('code', 'slow.js')
    bench.sleep(30)
    expect(bench.of('a')).toMatchObject({ unfinishedCalls: 1, busyMs: 30 })
    expect(bench.timings().unfinished).toEqual([{ plugin: 'a', hook: 'transform', id: 'slow.js', sinceMs: 30 }])
    bench.meter.begin()
    bench.work(5)
    gate.resolve(null)
    await turn()
    expect(bench.timings().unfinished).toEqual([])
    expect(bench.timings().hooks).toEqual([])
  })

  it('are asked about again and again without counting anything twice', async () => {
    const bench = createMeterBench()
    void bench.hook('a', () => deferred().promise)()
    await turn()
    bench.work(6)
    bench.timings()
    expect(bench.of('a')).toMatchObject({ busyMs: 6, selfMs: 6, maxMs: 6 })
  })
})

describe('what a call did', () => {
  it('is nothing when it returned nothing or the code that it was given', () => {
    const bench = createMeterBench()
    const transform = bench.hook('a', (_code: string, _id: string, result: unknown) => {
      bench.work(1)
      return result
    })
    for (const result of [null, undefined, 'code', { code: 'code' }, 'other', { code: 'other' }]) transform('code', 'a.js', result)
    expect(bench.of('a')).toMatchObject({ calls: 6, noopCalls: 4, noopMs: 4, bytes: 24 })
  })

  it('is told by module, the most expensive first', () => {
    const bench = createMeterBench()
    const transform = bench.hook('a', (_code: string, _id: string, ms: number) => bench.work(ms))
    transform('', 'cheap.js', 0.001)
    transform('', 'b.js', 2)
    transform('', 'a.js', 3)
    transform('', 'b.js', 2)
    expect(bench.of('a').modules).toEqual([{ id: 'b.js', selfMs: 4, calls: 2 }, { id: 'a.js', selfMs: 3, calls: 1 }])
  })

  it('is not what Pitcrew did meanwhile', async () => {
    const bench = createMeterBench()
    const gate = deferred()
    const call = bench.hook('a', () => gate.promise)()
    bench.work(8)
    bench.meter.own(8)
    gate.resolve(null)
    await call
    await turn()
    expect(bench.of('a')).toMatchObject({ selfMs: 0, maxMs: 0, quality: 'exact' })
    expect(bench.timings().totals).toMatchObject({ nativeMs: 8, pitcrewMs: 8 })
  })
})
