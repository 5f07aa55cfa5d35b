import { describe, expect, it } from 'vitest'
import { Pace } from '../../../src/guidance/pace.ts'
import type { ThreadWaits } from '../../../src/guidance/thread-waits.ts'

/** A thread that works 4 ms between two questions and waits `share` of that for a processor. @returns How long it rested each time. */
function rests({ shares, isTold = true, processors = 2, awaitedFrom = Infinity }: { shares: readonly number[]; isTold?: boolean; processors?: number; awaitedFrom?: number }): number[] {
  const told: number[] = []
  const thread = { now: 0, ranMs: 1, waitedMs: 0, turn: 0 }
  const pace = new Pace({
    now: () => thread.now, processors,
    waits: (): ThreadWaits | null => (isTold ? { ranMs: thread.ranMs, waitedMs: thread.waitedMs } : null),
    rest: ms => {
      told[thread.turn] = ms
      thread.now += ms
    },
    isAwaited: () => thread.turn >= awaitedFrom,
  })
  shares.forEach((share, turn) => {
    Object.assign(thread, { turn, now: thread.now + 4, ranMs: thread.ranMs + 4 * (1 - share), waitedMs: thread.waitedMs + 4 * share })
    told[turn] = 0
    pace.between()
  })
  return told
}

describe('the pace of the thread that analyses', () => {
  it('rests longer and longer while others want the processor, and not at all while nobody does', () => {
    expect(rests({ shares: [0, 0.5, 0.5, 0.5, 0.5, 0.5, 0.01, 0.5] })).toEqual([0, 20, 40, 80, 160, 160, 0, 20])
  })

  it('takes a tenth of a processor where nothing is told, and of many all of one', () => {
    expect(rests({ shares: [0, 0], isTold: false })).toEqual([36, 36])
    expect(rests({ shares: [0, 0], isTold: false, processors: 8 })).toEqual([0, 0])
  })

  it('does not rest when the build waits for it', () => {
    expect(rests({ shares: [0.5, 0.5, 0.5], awaitedFrom: 1 })).toEqual([20, 0, 0])
  })
})
