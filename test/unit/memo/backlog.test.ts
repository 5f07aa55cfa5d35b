import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Backlog } from '../../../src/memo/backlog.ts'
import { createLateClock } from './helpers/project-files.ts'
import type { ManualClock } from './helpers/project-files.ts'

let clock: ManualClock
let sleptMs: number
let turns: number
let batches: number
let backlog: Backlog
let done: string[]

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  clock = createLateClock()
  sleptMs = 0
  turns = 0
  batches = 0
  done = []
  backlog = new Backlog(clock, () => sleptMs, () => {
    batches++
    return turn => {
      turns++
      turn()
    }
  })
})

afterEach(() => vi.useRealTimers())

const add = (name: string, costMs = 0): void => backlog.add(() => {
  clock.ms += costMs
  done.push(name)
})

/** Takes the rest of the turn, and then the build has work of its own. */
function addDisturbed(name: string): void {
  backlog.add(() => {
    clock.ms += 8
    done.push(name)
    setImmediate(() => {
      clock.ms += 5
    })
  })
}

/** @param idleMs Of this time the event loop slept so long. */
async function pass(ms: number, idleMs: number): Promise<void> {
  clock.ms += ms
  sleptMs += idleMs
  await vi.advanceTimersByTimeAsync(ms)
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise(resolve => void setImmediate(resolve))
}

describe('the backlog', () => {
  it('does nothing at once', () => {
    add('a')
    expect(done).toEqual([])
  })

  it('does everything in its order when it is drained', async () => {
    for (const name of ['a', 'b', 'c']) add(name)
    await backlog.drain()
    expect(done).toEqual(['a', 'b', 'c'])
  })

  it('does what comes while it is being drained as well', async () => {
    backlog.add(() => {
      done.push('a')
      add('b')
    })
    await backlog.drain()
    expect(done).toEqual(['a', 'b'])
    // What one batch knows may be too old for it.
    expect(batches).toBe(2)
  })

  it('is drained once, however many wait for it', async () => {
    add('a')
    await Promise.all([backlog.drain(), backlog.drain(), backlog.drain()])
    await backlog.drain()
    expect(done).toEqual(['a'])
  })

  it('holds no turn up for long', async () => {
    for (let task = 0; task < 6; task++) add(String(task), 5)
    await backlog.drain()
    expect([done.length, turns, batches]).toEqual([6, 3, 1])
  })

  it('does a task that takes longer than a turn in a turn of its own', async () => {
    for (const name of ['a', 'b']) add(name, 100)
    await backlog.drain()
    expect(turns).toBe(2)
  })

  it('waits until no work has come for a while', async () => {
    add('a')
    for (let time = 0; time < 4; time++) {
      clock.ms += 20
      await vi.advanceTimersByTimeAsync(20)
      add('more')
    }
    expect(done).toEqual([])
    clock.ms += 100
    await vi.advanceTimersByTimeAsync(100)
    await backlog.drain()
    expect(done).toHaveLength(5)
  })

  it('begins by itself when the build has gone quiet', async () => {
    add('a')
    await pass(60, 50)
    await vi.waitFor(() => expect(done).toEqual(['a']))
  })

  it('does not take a build for quiet whose main thread was busy all the time', async () => {
    add('a')
    await pass(1000, 0)
    await pass(1000, 10)
    expect(done).toEqual([])
  })

  it('lets the build go on when it has work again', async () => {
    addDisturbed('a')
    add('b')
    await pass(25, 25)
    await vi.waitFor(() => expect(done).toEqual(['a']))
    await settle()
    expect(done).toEqual(['a'])
    await backlog.drain()
    expect(done).toEqual(['a', 'b'])
  })

  it('does not wait for a quiet moment any longer when too much is waiting', async () => {
    for (let task = 0; task < 2100; task++) add(String(task))
    await pass(25, 0)
    await vi.waitFor(() => expect(done).toHaveLength(2100))
  })

  it('is drained to the end by who waits for it while it is disturbed', async () => {
    for (const name of ['a', 'b', 'c']) addDisturbed(name)
    await pass(25, 25)
    await backlog.drain()
    expect(done).toEqual(['a', 'b', 'c'])
  })
})
