import { afterEach, describe, expect, it } from 'vitest'
import { followAsync } from '../../../../src/monitor/measure/follow-async.ts'
import { Meter } from '../../../../src/monitor/measure/meter.ts'
import type { HookTiming } from '../../../../src/monitor/measure/timings.ts'
import { measureHandler } from '../../../../src/monitor/measure/wrap.ts'
import { deferred, turn } from './bench.ts'

/** The real async hooks with a clock that is moved by hand. */
let meter: Meter
let nowMs = 0
let idleMs = 0
const work = (ms: number): void => void (nowMs += ms)

function start(): void {
  nowMs = idleMs = 0
  meter = new Meter({ clock: { now: () => nowMs, idle: () => idleMs }, isBundlerNative: false, follow: followAsync, isLogging: true })
}

function hook<Args extends unknown[]>(plugin: string, body: (...args: Args) => unknown): (...args: Args) => unknown {
  return measureHandler(meter, { plugin, hook: 'load', kind: 'answer', idOf: () => 'a.js' }, body as never)
}

function of(plugin: string): HookTiming {
  const timing = meter.timings(nowMs, id => id).hooks.find(known => known.plugin === plugin)
  if (!timing) throw new Error(`${plugin} was not called`)
  return timing
}

afterEach(() => meter.rest())

describe('deep mode', () => {
  it.each([1, 10, 200])('knows whose the thread is at %i-way overlap', async (count) => {
    start()
    const load = (ms: number) => async (): Promise<void> => {
      work(ms)
      await turn()
      work(2 * ms)
      await Promise.resolve()
      work(3 * ms)
    }
    const [a, b] = [hook('a', load(1)), hook('b', load(10))]
    await Promise.all(Array.from({ length: count }, () => [a(), b()]).flat())
    await turn()
    expect(of('a')).toMatchObject({ selfMs: 6 * count, quality: 'exact' })
    expect(of('b')).toMatchObject({ selfMs: 60 * count, quality: 'exact' })
  })

  it('gives nobody what is done outside of all calls', async () => {
    start()
    const gate = deferred()
    const call = hook('a', () => gate.promise)()
    work(100)
    gate.resolve(null)
    await call
    await turn()
    const { totals } = meter.timings(nowMs, id => id)
    expect(of('a').selfMs).toBe(0)
    expect(totals).toMatchObject({ wallMs: 100, selfMs: 0, nativeMs: 100 })
  })

  it('gives what is called in a continuation to the callee', async () => {
    start()
    const inner = hook('inner', async () => {
      work(5)
      await turn()
      work(7)
    })
    const outer = hook('outer', async () => {
      await turn()
      work(1)
      await inner()
      work(2)
    })
    await outer()
    await turn()
    expect(of('inner').selfMs).toBe(12)
    expect(of('outer').selfMs).toBe(3)
  })

  it('has slices that never overlap in a lane', async () => {
    start()
    const load = hook('a', async (ms: number) => {
      work(ms)
      await turn()
      work(ms)
    })
    await Promise.all([load(1), load(2), load(3)])
    await turn()
    const slices = meter.log!.slices.filter(({ depth, startMs, endMs }) => depth === 0 && endMs > startMs).sort((x, y) => x.startMs - y.startMs)
    expect(slices).toHaveLength(6)
    for (const [index, slice] of slices.entries()) expect(slice.startMs).toBeGreaterThanOrEqual(slices[index - 1]?.endMs ?? 0)
  })

  it('ends with the build', async () => {
    start()
    const load = hook('a', async () => {
      await turn()
      work(9)
    })
    const call = load()
    meter.rest()
    meter.begin()
    await call
    await turn()
    expect(meter.timings(nowMs, id => id).hooks).toEqual([])
  })
})
