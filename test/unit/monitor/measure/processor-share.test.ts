import { describe, expect, it } from 'vitest'
import { ProcessorShare } from '../../../../src/monitor/measure/processor-share.ts'
import { createMeterBench } from './bench.ts'

function share(): { share: ProcessorShare; wait: (ms: number) => void; questions: () => number } {
  let waitedMs = 100
  let asked = 0
  const clock = { open: () => undefined, close: () => undefined, waitedMs: () => (asked++, waitedMs) }
  const made = new ProcessorShare(clock)
  made.begin()
  asked = 0
  return { share: made, wait: ms => void (waitedMs += ms), questions: () => asked }
}

describe('what a call waits for a processor', () => {
  it('is what was counted while it ran', () => {
    const { share: shared, wait } = share()
    wait(6)
    expect(shared.inCall(10)).toBe(6)
    expect(shared.inCall(10)).toBe(0)
    expect(shared.takenMs).toBe(6)
  })

  it('is never more than the call took, and not asked of short ones', () => {
    const { share: shared, wait, questions } = share()
    wait(6)
    expect(shared.inCall(0.5)).toBe(0)
    expect(questions()).toBe(0)
    expect(shared.inCall(2)).toBe(2)
  })

  it('has none of what it took to wake up before it', () => {
    const { share: shared, wait } = share()
    wait(6)
    expect(shared.inGap(20, 8)).toBe(0)
    expect(shared.inCall(10)).toBe(0)
  })

  it('is nothing where nobody counts it', () => {
    const shared = new ProcessorShare(null)
    shared.begin()
    expect(shared.inCall(10)).toBe(0)
    shared.rest()
  })
})

it('a call that others interrupted is not charged for it, but its wall time is', () => {
  const bench = createMeterBench()
  const hook = bench.hook('busy', () => {
    bench.work(10)
    bench.interrupt(30)
    return null
  })
  hook('code', 'a')
  bench.work(5)
  expect(bench.of('busy')).toMatchObject({ selfMs: 10, busyMs: 40, noopMs: 10 })
  expect(bench.timings().totals).toMatchObject({ wallMs: 45, selfMs: 10, nativeMs: 35, interruptedMs: 30 })
})
