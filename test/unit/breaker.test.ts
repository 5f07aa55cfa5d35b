import { describe, expect, it } from 'vitest'
import { Breakers } from '../../src/breaker.ts'

describe('a part', () => {
  it('goes off with its third fault, and is tried again in the next build', () => {
    const breakers = new Breakers()
    expect([breakers.fault('a'), breakers.fault('a'), breakers.isOff('a')]).toEqual([false, false, false])
    expect([breakers.fault('a'), breakers.isOff('a')]).toEqual([true, true])
    expect(breakers.fault('a')).toBe(false)
    expect(breakers.off()).toEqual([{ part: 'a', faults: 4 }])
    breakers.reset()
    expect([breakers.isOff('a'), breakers.off()]).toEqual([false, []])
  })

  it('does not go off because of another', () => {
    const breakers = new Breakers()
    for (const part of ['a', 'b', 'a', 'b', 'a']) breakers.fault(part)
    expect([breakers.isOff('a'), breakers.isOff('b')]).toEqual([true, false])
  })
})
