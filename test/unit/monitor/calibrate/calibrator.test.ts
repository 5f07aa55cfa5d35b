import { describe, expect, it } from 'vitest'
import { Calibrator } from '../../../../src/monitor/calibrate/calibrator.ts'
import type { Calibration } from '../../../../src/monitor/build-record.ts'

interface Machine {
  /** Of each JavaScript run in turn. */
  readonly javascriptMs: readonly number[]
  /** Processor time that the thread gets of the build; `null`: not known. */
  readonly cpuMs: number | null
}

/** @returns What is told, and how many runs it took. */
async function calibrate(machine: Machine, build: { wallMs: number; activeMs: number }): Promise<Calibration & { runs: number }> {
  let nowMs = 0
  let runs = 0
  let cpuMs = 0
  const calibrator = new Calibrator({
    javascript: () => void (nowMs += machine.javascriptMs[runs++] ?? machine.javascriptMs.at(-1)!),
    threads: () => Promise.resolve(void (nowMs += 0.5)),
    fileSystem: () => void (nowMs += 0.2),
  }, { now: () => nowMs, threadCpuMs: () => (machine.cpuMs === null ? null : cpuMs) })
  calibrator.before()
  cpuMs += machine.cpuMs ?? 0
  const told = await calibrator.after(build)
  if (told === null) throw new Error('nothing was told')
  return { ...told, runs }
}

describe('calibration', () => {
  it('is the median of each kernel, without what compiling it took', async () => {
    const told = await calibrate({ javascriptMs: [9, 5, 2, 0.3, 0.3, 4, 0.3], cpuMs: 900 }, { wallMs: 1000, activeMs: 900 })
    expect(told.javascriptMs).toBeCloseTo(0.3)
    expect(told.threadsMs).toBeCloseTo(0.5)
    expect(told.fileSystemMs).toBeCloseTo(0.2)
  })

  it('takes fewer runs of a short build', async () => {
    const machine = { javascriptMs: [0.3], cpuMs: null }
    expect((await calibrate(machine, { wallMs: 300, activeMs: 200 })).runs).toBeLessThan((await calibrate(machine, { wallMs: 3000, activeMs: 200 })).runs)
  })

  it('tells a machine that others keep busy', async () => {
    const told = await calibrate({ javascriptMs: [0.3], cpuMs: 1000 }, { wallMs: 2500, activeMs: 2000 })
    expect(told.javascriptMs).toBeCloseTo(0.6)
  })

  it.each<[string, number | null]>([['too little processor time to tell', 100], ['none that is known', null], ['what is within the counting', 1900]])('makes nothing of %s', async (_what, cpuMs) => {
    const told = await calibrate({ javascriptMs: [0.3], cpuMs }, { wallMs: 2500, activeMs: 2000 })
    expect(told.javascriptMs).toBeCloseTo(0.3)
  })
})
