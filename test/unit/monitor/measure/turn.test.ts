import { describe, expect, it } from 'vitest'
import type { HookTiming } from '../../../../src/monitor/measure/timings.ts'
import { createMeterBench, deferred, turn } from './bench.ts'

/** The truth lies within the bounds, the number is not larger than it, and what is called exact is. */
function expectHonest(told: HookTiming, truthMs: number): void {
  expect(told.minMs, `${told.plugin} at least`).toBeLessThanOrEqual(truthMs + 1e-6)
  expect(told.maxMs, `${told.plugin} at most`).toBeGreaterThanOrEqual(truthMs - 1e-6)
  expect(told.selfMs, told.plugin).toBeLessThanOrEqual(truthMs + 1e-6)
  if (told.quality === 'exact') expect(told.selfMs, `${told.plugin} exactly`).toBeCloseTo(truthMs)
}

describe('a hook that waits for something while others keep the main thread busy', () => {
  it.each([1, 10, 200])('is charged with nothing of calls that began meanwhile, %i of them at once', async count => {
    const bench = createMeterBench()
    const file = deferred()
    const css = bench.hook('css', async () => {
      bench.work(2)
      await file.promise
      bench.work(3)
    })
    const sync = bench.hook('sync', () => bench.work(10))
    const async = bench.hook('async', async () => {
      bench.work(1)
      await Promise.resolve()
      bench.work(20)
      await Promise.resolve()
      bench.work(4)
    })
    const pending = css()
    await turn()
    // As from native threads: each in a turn of its own.
    for (let index = 0; index < count; index++) {
      sync()
      void async()
      await turn()
    }
    file.resolve(null)
    await pending
    await turn()
    expect(bench.of('sync')).toMatchObject({ selfMs: 10 * count, quality: 'exact' })
    expect(bench.of('async')).toMatchObject({ selfMs: 25 * count, minMs: count, quality: 'bounded' })
    expectHonest(bench.of('async'), 25 * count)
    expect(bench.of('css')).toMatchObject({ selfMs: 5, minMs: 2, quality: 'bounded' })
    expectHonest(bench.of('css'), 5)
  })

  it.each([1, 10, 200])('is told nothing wrong of where continuations are not of the turn that their call began in, %i at once', async count => {
    const bench = createMeterBench()
    const file = deferred()
    const css = bench.hook('css', async () => {
      bench.work(2)
      await file.promise
      bench.work(3)
    })
    const gates = Array.from({ length: count }, () => deferred())
    const late = bench.hook('late', async (index: number) => {
      bench.work(1)
      await gates[index]!.promise
      bench.work(20)
    })
    const calls = [css(), ...gates.map((_gate, index) => late(index))]
    for (const gate of gates) {
      await turn()
      gate.resolve(null)
    }
    await turn()
    file.resolve(null)
    await Promise.all(calls)
    await turn()
    expectHonest(bench.of('late'), 21 * count)
    expectHonest(bench.of('css'), 5)
    expect(bench.of('late').quality).toBe('withheld')
  })

  it('is told nothing wrong of where its calls returned no promise for long, and then do', async () => {
    const bench = createMeterBench(false)
    const hook = bench.hook('a', (isWaiting: boolean) => {
      bench.work(1)
      return isWaiting ? Promise.resolve().then(() => bench.work(5)).then(() => bench.work(7)) : null
    })
    for (let index = 0; index < 21; index++) {
      hook(false)
      await turn()
    }
    await hook(true)
    await turn()
    expectHonest(bench.of('a'), 21 + 13)
    for (let index = 0; index < 9; index++) {
      await hook(true)
      await turn()
    }
    // Of the first one alone it was not known that it goes on.
    expect(bench.of('a').selfMs).toBeGreaterThanOrEqual(22 + 9 * 13)
    expectHonest(bench.of('a'), 21 + 10 * 13)
  })

  it('is not charged with what it woke, nor is what it woke', async () => {
    const bench = createMeterBench()
    const gate = deferred()
    const woken = bench.hook('woken', async () => {
      await gate.promise
      bench.work(40)
    })()
    await turn()
    await bench.hook('waking', async () => {
      bench.work(1)
      gate.resolve(null)
      await turn()
    })()
    await woken
    expectHonest(bench.of('woken'), 40)
    expectHonest(bench.of('waking'), 1)
  })

  it('is not charged with sleep, even of a loop that somebody runs within a turn', async () => {
    const bench = createMeterBench()
    const call = bench.hook('a', async () => {
      bench.work(1)
      await Promise.resolve()
      bench.sleep(30)
      bench.work(2)
    })
    await call()
    await turn()
    expect(bench.of('a').selfMs).toBeCloseTo(3)
    expect(bench.timings().totals.idleMs).toBe(30)
  })

  it('is not charged with what the bundler does when it returns', async () => {
    const bench = createMeterBench(false)
    const gate = deferred()
    const call = bench.hook('a', () => gate.promise)()
    bench.work(30)
    await turn()
    gate.resolve(null)
    await call
    expect(bench.of('a')).toMatchObject({ selfMs: 0, maxMs: 30, quality: 'bounded' })
  })

  it('shares a turn with other hooks that began in it, and then nobody is charged', async () => {
    const bench = createMeterBench(false)
    const step = (ms: number) => async (): Promise<void> => {
      await Promise.resolve()
      bench.work(ms)
    }
    await Promise.all([bench.hook('a', step(10))(), bench.hook('b', step(20))()])
    await turn()
    for (const [name, truthMs] of [['a', 10], ['b', 20]] as const) expectHonest(bench.of(name), truthMs)
  })
})
