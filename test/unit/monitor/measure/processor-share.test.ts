import { describe, expect, it } from 'vitest'
import { ProcessorShare } from '../../../../src/monitor/measure/processor-share.ts'
import { createMeterBench } from './bench.ts'

interface Thread {
  readonly share: ProcessorShare
  run(ms: number): void
  wait(ms: number): void
  questions(): number
}

function thread(): Thread {
  let [ranMs, waitedMs, asked] = [500, 100, 0]
  const share = new ProcessorShare({
    open: () => undefined, close: () => undefined, waitedMs: () => (asked++, waitedMs),
    get ranMs() {
      return ranMs
    },
  })
  share.begin()
  asked = 0
  return { share, run: ms => void (ranMs += ms), wait: ms => void (waitedMs += ms), questions: () => asked }
}

/** Sleeps that each end with a little wait, and a call that has none of them. */
function napsThenCall({ share, run, wait }: Thread, count: number): void {
  for (let times = 0; times < count; times++) {
    run(0.02)
    wait(0.05)
    expect(share.inGap(0.12, 0.1)).toBe(0)
  }
  run(5)
  expect(share.inCall(5)).toBe(0)
}

describe('what a call waits for a processor', () => {
  it('is what was counted while it ran', () => {
    const { share, run, wait } = thread()
    run(4)
    wait(6)
    expect(share.inCall(10)).toBe(6)
    run(10)
    expect(share.inCall(10)).toBe(0)
    expect(share.takenMs).toBe(6)
  })

  it('is not asked of short ones, and never more than it took', () => {
    const { share, run, wait, questions } = thread()
    run(0.5)
    wait(6)
    expect(share.inCall(0.5)).toBe(0)
    expect(questions()).toBe(0)
    wait(2)
    expect(share.inCall(2)).toBe(2)
  })

  it('has none of what it took to wake up before it, asked or not', () => {
    const each = thread()
    const { share, run, wait } = each
    run(12)
    wait(6)
    expect(share.inGap(20, 8)).toBe(0)
    napsThenCall(each, 20)
  })

  it('is told apart from sleep between calls', () => {
    const { share, run, wait } = thread()
    run(3)
    wait(1 + 6)
    // One of the seven was at the end of a sleep of ten, and is in it; five may not have been counted yet.
    expect(share.inGap(20, 11)).toBeCloseTo(1)
  })

  it('is asked about less and less often where nobody else is there, and at once again where somebody is', () => {
    const { share, run, wait, questions } = thread()
    const calls = (count: number): void => {
      for (let times = 0; times < count; times++) {
        run(1)
        expect(share.inCall(1)).toBe(0)
      }
    }
    calls(80)
    expect(questions()).toBeLessThan(15)
    run(4)
    wait(8)
    expect(share.inCall(12)).toBe(8)
    const before = questions()
    calls(1)
    expect(questions()).toBe(before + 1)
  })

  it('is not asked about between calls that follow at once, until as much has passed as a wait that counts', () => {
    const { share, run, questions } = thread()
    for (let times = 1; times <= 40; times++) {
      run(2)
      expect(share.inGap(0.02, 0)).toBe(0)
      expect(questions()).toBe(0)
      share.inCall(0.5)
      if (times * 0.02 >= 0.44) break
    }
    expect(share.inGap(0.02, 0)).toBe(0)
    expect(questions()).toBe(0)
    expect(share.inGap(0.3, 0)).toBe(0)
    expect(questions()).toBe(1)
  })

  it('is asked about often where the loop sleeps in between, or waking up would add up', () => {
    const each = thread()
    const { share, run } = each
    for (let times = 0; times < 40; times++) {
      run(1)
      share.inCall(1)
    }
    napsThenCall(each, 60)
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
  const hook = bench.hook('busy', (..._given: unknown[]) => {
    bench.work(10)
    bench.interrupt(30)
    return null
  })
  hook('code', 'a')
  bench.work(5)
  expect(bench.of('busy')).toMatchObject({ selfMs: 10, busyMs: 40, noopMs: 10 })
  expect(bench.timings().totals).toMatchObject({ wallMs: 45, selfMs: 10, nativeMs: 35, interruptedMs: 30 })
})

it('what Pitcrew waited for a processor is in no call, and is no cost of Pitcrew', () => {
  const bench = createMeterBench()
  const hook = bench.hook('busy', (..._given: unknown[]) => {
    bench.work(10)
    return null
  })
  bench.work(1)
  bench.interrupt(8)
  bench.meter.own(9)
  hook('code', 'a')
  expect(bench.of('busy').selfMs).toBe(10)
  expect(bench.timings().totals).toMatchObject({ wallMs: 19, selfMs: 10, pitcrewMs: 1, interruptedMs: 8 })
})
