import { describe, expect, it } from 'vitest'
import { ProcessorWaits, threadTimes } from '../../../src/performance/processor-waits.ts'

describe('what a thread waits for a processor', () => {
  it('never goes back, and is not what it sleeps', () => {
    const waits = new ProcessorWaits()
    waits.open()
    const from = waits.waitedMs()
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2000)
    const waitedMs = waits.waitedMs() - from
    waits.close()
    expect(waitedMs).toBeGreaterThanOrEqual(0)
    expect(waitedMs).toBeLessThan(1500)
  })

  it('is 0 before it is opened and once it is closed', () => {
    const waits = new ProcessorWaits()
    expect(waits.waitedMs()).toBe(0)
    waits.open()
    waits.close()
    waits.close()
    expect(waits.waitedMs()).toBe(0)
  })
})

it.runIf(process.platform === 'linux')('the threads of the process, this one among them', () => {
  const { main, all } = threadTimes()
  expect(all.get(main)?.ranMs).toBeGreaterThan(0)
  expect(all.size).toBeGreaterThan(1)
})
