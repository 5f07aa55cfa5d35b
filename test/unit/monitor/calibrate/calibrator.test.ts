import { describe, expect, it } from 'vitest'
import { Calibrator } from '../../../../src/monitor/calibrate/calibrator.ts'
import type { Calibration } from '../../../../src/monitor/build-record.ts'

interface Machine {
  /** Of each JavaScript run in turn. */
  readonly javascriptMs: readonly number[]
  /** Of each thread what it does during the build; the first is the main thread. */
  readonly threads?: readonly { readonly ranMs: number; readonly waitedMs: number }[]
}

/** @returns What is told, and how many runs it took. */
async function calibrate({ javascriptMs, threads = [] }: Machine, build: { wallMs: number; interruptedMs: number }): Promise<Calibration & { runs: number }> {
  let nowMs = 0
  let runs = 0
  let all = new Map(threads.slice(0, 2).map((_, index) => [String(index), { ranMs: 50, waitedMs: 70 }]))
  const calibrator = new Calibrator({
    javascript: () => void (nowMs += javascriptMs[runs++] ?? javascriptMs.at(-1)!),
    threads: () => Promise.resolve(void (nowMs += 0.5)),
    fileSystem: () => void (nowMs += 0.2),
  }, { now: () => nowMs, threads: () => ({ main: '0', all }) })
  calibrator.before()
  // The third and those after it are born meanwhile.
  all = new Map(threads.map(({ ranMs, waitedMs }, index) => [String(index), index < 2 ? { ranMs: 50 + ranMs, waitedMs: 70 + waitedMs } : { ranMs, waitedMs }]))
  const told = await calibrator.after(build)
  if (told === null) throw new Error('nothing was told')
  return { ...told, runs }
}

describe('calibration', () => {
  it('is what each kernel takes when nobody interrupts it, without what compiling it took', async () => {
    const told = await calibrate({ javascriptMs: [9, 5, 2, 0.3, 0.3, 4, 0.3, 7] }, { wallMs: 300, interruptedMs: 0 })
    expect(told.javascriptMs).toBeCloseTo(0.3)
    expect(told.threadsMs).toBeCloseTo(0.5)
    expect(told.fileSystemMs).toBeCloseTo(0.2)
  })

  it('takes fewer runs of a short build', async () => {
    const machine = { javascriptMs: [0.3] }
    expect((await calibrate(machine, { wallMs: 300, interruptedMs: 0 })).runs).toBeLessThan((await calibrate(machine, { wallMs: 3000, interruptedMs: 0 })).runs)
  })

  it('takes fewer runs of a machine whose runs agree, and tells the same', async () => {
    const build = { wallMs: 3000, interruptedMs: 0 }
    const quiet = await calibrate({ javascriptMs: [9, 5, 2, 0.6, 0.5, 0.4, 0.301, 0.304, 0.3, 0.302] }, build)
    const busy = await calibrate({ javascriptMs: [9, 5, 2, 0.6, 0.5, 0.4, 0.301, 7, 2, 0.31, 6, 5, 0.32, 0.6, 9] }, build)
    expect([quiet.runs, busy.runs]).toEqual([11, 15])
    expect(quiet.javascriptMs).toBeCloseTo(0.302)
    expect(busy.javascriptMs).toBeCloseTo(0.32)
  })

  it('tells how much longer the main thread took because others had its processor', async () => {
    expect(await calibrate({ javascriptMs: [0.3] }, { wallMs: 2500, interruptedMs: 1500 })).toMatchObject({ mainWaitRatio: 2.5, threadWaitRatio: 1 })
  })

  it('tells the same of all other threads, also of those that are new', async () => {
    const threads = [{ ranMs: 900, waitedMs: 9000 }, { ranMs: 100, waitedMs: 100 }, { ranMs: 100, waitedMs: 300 }]
    expect((await calibrate({ javascriptMs: [0.3], threads }, { wallMs: 2500, interruptedMs: 0 })).threadWaitRatio).toBeCloseTo(3)
  })

  it('makes nothing of threads that hardly ran', async () => {
    const threads = [{ ranMs: 900, waitedMs: 9000 }, { ranMs: 60, waitedMs: 100 }]
    expect((await calibrate({ javascriptMs: [0.3], threads }, { wallMs: 2500, interruptedMs: 0 })).threadWaitRatio).toBe(1)
  })
})
