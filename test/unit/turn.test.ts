import { describe, expect, it, vi } from 'vitest'
import { Ticks, Turn } from '../../src/turn.ts'

const macrotask = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

describe('a turn', () => {
  it('lasts until all that its calls go on to do has run, and may then be opened again', async () => {
    const seen: (string | null)[] = []
    const turn = new Turn<string>((a, b) => a === b, () => void seen.push(turn.owner), new Ticks())
    for (const call of ['first', 'second']) {
      turn.open()
      turn.add(call)
      expect([turn.isUnwinding, turn.owner]).toEqual([true, null])
      const owners: (string | null)[] = []
      void Promise.resolve().then(() => owners.push(turn.owner)).then(() => owners.push(turn.owner))
      await macrotask()
      expect(owners).toEqual([call, call])
      expect([turn.isOpen, turn.owner]).toEqual([false, null])
    }
    expect(seen).toEqual([null, 'first', null, 'second'])
  })

  it('is over with the stack when no call goes on', async () => {
    const ticks = new Ticks()
    const waiting = vi.spyOn(ticks, 'add')
    const turn = new Turn<string>(Object.is, () => undefined, ticks)
    turn.open()
    await Promise.resolve()
    expect([turn.isOpen, waiting.mock.calls.length]).toEqual([false, 0])
    // Without a turn there is none that a call could be of.
    turn.add('late')
    expect(turn.isUnwinding).toBe(false)
  })
})

it('one tick is enough for all turns of a build, and what is done at it may wait for the next', async () => {
  const tick = vi.spyOn(process, 'nextTick')
  try {
    const ticks = new Ticks()
    const done: string[] = []
    ticks.add(() => {
      done.push('a')
      ticks.add(() => void done.push('c'))
    })
    ticks.add(() => void done.push('b'))
    expect(tick).toHaveBeenCalledTimes(1)
    // Others of the process have ticks of their own.
    const [[run]] = tick.mock.calls as [[() => void]]
    await macrotask()
    expect(done).toEqual(['a', 'b', 'c'])
    expect(tick.mock.calls.filter(([body]) => body === run)).toHaveLength(2)
  } finally {
    tick.mockRestore()
  }
})
