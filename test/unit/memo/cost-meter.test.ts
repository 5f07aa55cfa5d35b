import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CostMeter } from '../../../src/memo/cost-meter.ts'
import type { Span } from '../../../src/memo/cost-meter.ts'
import { createLateClock } from './helpers/project-files.ts'
import type { ManualClock } from './helpers/project-files.ts'

function createMeter(): { meter: CostMeter; clock: ManualClock } {
  const clock = createLateClock()
  clock.ms = 1000
  return { meter: new CostMeter(clock), clock }
}

describe('the cost meter', () => {
  it('gives one call all of its time', () => {
    const { meter, clock } = createMeter()
    const span = meter.begin()
    clock.ms += 5
    expect([span.startedAt, meter.end(span)]).toEqual([1000, 5])
  })

  it('shares time equally among calls that run at once', () => {
    const { meter, clock } = createMeter()
    const long = meter.begin()
    clock.ms += 2
    const short = meter.begin()
    clock.ms += 4
    expect(meter.end(short)).toBe(2)
    clock.ms += 3
    expect(meter.end(long)).toBe(2 + 2 + 3)
  })

  it('shares 400 ms of a hundred overlapping calls so that they are 400 ms', () => {
    const { meter, clock } = createMeter()
    const spans = Array.from({ length: 100 }, () => meter.begin())
    clock.ms += 400
    expect(spans.map(span => meter.end(span))).toEqual(spans.map(() => 4))
  })

  it('counts no time in which nothing runs', () => {
    const { meter, clock } = createMeter()
    const first = meter.begin()
    clock.ms += 1
    meter.end(first)
    clock.ms += 100
    const second = meter.begin()
    clock.ms += 1
    expect(meter.end(second)).toBe(1)
  })

  it('takes a second end of one span for nothing', () => {
    const { meter, clock } = createMeter()
    const first = meter.begin()
    const second = meter.begin()
    clock.ms += 2
    meter.end(first)
    meter.end(first)
    clock.ms += 3
    expect(meter.end(second)).toBe(1 + 3)
  })

  it('charges a call that waits with nothing that others do meanwhile', async () => {
    const { meter, clock } = createMeter()
    const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))
    const waiting = meter.begin()
    meter.run(waiting, () => (clock.ms += 2))
    await turn()
    const busy = meter.begin()
    const call = meter.run(busy, async () => {
      clock.ms += 10
      await Promise.resolve()
      clock.ms += 30
    })
    await call
    expect(meter.end(busy)).toBe(40)
    await turn()
    clock.ms += 3
    expect(meter.end(waiting)).toBe(2 + 3)
  })

  it('shares a turn of the event loop among the calls that began in it', async () => {
    const { meter, clock } = createMeter()
    const spans = [meter.begin(), meter.begin()]
    const calls = spans.map(span => meter.run(span, async () => {
      await Promise.resolve()
      clock.ms += 10
    }))
    await Promise.all(calls)
    expect(spans.map(span => meter.end(span))).toEqual([10, 10])
  })

  it('gives costs that add up to the time in which anything ran, in whatever order calls begin and end', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 8 }), fc.boolean(), fc.nat()), { maxLength: 200 }), steps => {
      const { meter, clock } = createMeter()
      const running: Span[] = []
      let total = 0
      let busyMs = 0
      for (const [ms, begins, which] of steps) {
        // Eighths add up exactly.
        if (running.length > 0) busyMs += ms / 8
        clock.ms += ms / 8
        if (begins) running.push(meter.begin())
        else if (running.length > 0) total += meter.end(running.splice(which % running.length, 1)[0]!)
      }
      for (const span of running) total += meter.end(span)
      expect(total).toBeCloseTo(busyMs, 6)
      expect(total).toBeLessThanOrEqual(clock.ms - 1000 + 1e-6)
    }))
  })
})
