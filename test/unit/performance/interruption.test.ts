import { EventEmitter } from 'node:events'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { UnfinishedCall } from '../../../src/monitor/measure/timings.ts'
import { Interruption, interruptionText } from '../../../src/performance/interruption.ts'
import type { SignalSource } from '../../../src/performance/interruption.ts'

const call = (sinceMs: number, id: string = 'src/a.js'): UnfinishedCall => ({ plugin: 'stuck', hook: 'transform', id, sinceMs })

let signals: EventEmitter & { pid: number; kill: ReturnType<typeof vi.fn> }
let pending: UnfinishedCall[]
let said: string[]
let interruption: Interruption
beforeEach(() => {
  vi.useFakeTimers()
  signals = Object.assign(new EventEmitter(), { pid: 77, kill: vi.fn() })
  pending = []
  said = []
  interruption = new Interruption({ pending: () => pending, say: text => void said.push(text), signals: signals as unknown as SignalSource })
})
afterEach(() => {
  interruption.rest()
  vi.useRealTimers()
})
const listeners = (): number => signals.listenerCount('SIGINT') + signals.listenerCount('SIGTERM')

it('listens while a call has been pending for long, and only then', () => {
  interruption.watch()
  vi.advanceTimersByTime(5000)
  expect(listeners()).toBe(0)
  pending = [call(100), call(900)]
  vi.advanceTimersByTime(500)
  expect(listeners()).toBe(0)
  pending = [call(1100)]
  vi.advanceTimersByTime(500)
  vi.advanceTimersByTime(500)
  expect(listeners()).toBe(2)
  pending = []
  vi.advanceTimersByTime(500)
  expect(listeners()).toBe(0)
})

it('leaves nothing behind when the build is over', () => {
  interruption.watch()
  pending = [call(2000)]
  vi.advanceTimersByTime(500)
  interruption.rest()
  expect([listeners(), vi.getTimerCount()]).toEqual([0, 0])
})

it('says what is pending and sends the signal again, to nobody', () => {
  interruption.watch()
  pending = [call(2000)]
  vi.advanceTimersByTime(500)
  signals.emit('SIGTERM', 'SIGTERM')
  expect(said).toEqual(['pitcrew  interrupted while 1 call had not settled\n  pending  stuck transform of src/a.js, for 2.00 s'])
  expect(signals.kill).toHaveBeenCalledExactlyOnceWith(77, 'SIGTERM')
  expect(listeners()).toBe(0)
})

it('is the first to hear, and leaves to others what they do', () => {
  const order: string[] = []
  signals.on('SIGINT', () => order.push(`other, after ${said.length}`))
  interruption.watch()
  pending = [call(2000)]
  vi.advanceTimersByTime(500)
  signals.emit('SIGINT', 'SIGINT')
  expect(order).toEqual(['other, after 1'])
  expect(signals.kill).not.toHaveBeenCalled()
})

it('names the last five, of many', () => {
  const lines = interruptionText(Array.from({ length: 8 }, (_, index) => call(1000, `m${index}.js`))).split('\n')
  expect(lines).toHaveLength(7)
  expect(lines[1]).toBe('  pending  3 more, which began before these')
  expect(lines.at(-1)).toContain('m7.js')
})
