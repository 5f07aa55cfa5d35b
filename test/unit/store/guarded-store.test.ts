import { describe, expect, it } from 'vitest'
import { GuardedStore } from '../../../src/store/guarded-store.ts'
import { createMemoryStore } from '../../../src/store/memory-store.ts'
import type { Store } from '../../../src/store/store.ts'

const KEY = Buffer.alloc(32, 1)

const broken = (): never => {
  throw new Error('a mistake')
}

function guarded(store: Store, isOff: () => boolean = () => false): { store: Store; told: string[] } {
  const told: string[] = []
  return { told, store: new GuardedStore(store, { isOff, onFault: step => void told.push(step) }) }
}

describe('a guarded store', () => {
  it('gives what the store gives', () => {
    const { store, told } = guarded(createMemoryStore())
    store.put(KEY, Buffer.from('a'))
    expect([...store.get(KEY)]).toEqual([{ status: 'ok', value: Buffer.from('a') }])
    expect([store.stats().entryCount, store.location, told]).toEqual([1, 'memory', []])
  })

  it('tells what the store throws, and answers as an empty one', () => {
    const { store, told } = guarded({ location: 'x', get: broken, put: broken, refresh: broken, stats: broken, flush: broken, close: broken })
    expect([...store.get(KEY)]).toEqual([])
    store.put(KEY, Buffer.from('a'))
    store.refresh?.()
    expect(store.stats()).toMatchObject({ state: 'off', entryCount: 0 })
    expect(told).toHaveLength(4)
  })

  it('asks the store for nothing while it is off', async () => {
    const { store, told } = guarded({ location: 'x', get: broken, put: broken, stats: broken, flush: broken, close: () => Promise.resolve() }, () => true)
    expect([...store.get(KEY)]).toEqual([])
    store.put(KEY, Buffer.from('a'))
    await store.flush()
    await store.close()
    expect([store.stats().state, told]).toEqual(['off', []])
  })
})
