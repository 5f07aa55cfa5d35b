import { describe, expect, it } from 'vitest'
import { createMemoryStore } from '../../../src/store/index.ts'
import { keyOf, valueOf, valuesOf } from './helpers/fixtures.ts'
import { describeStoreContract } from './helpers/store-contract.ts'

describeStoreContract('the memory store', () => createMemoryStore())

describe('the memory store', () => {
  it('keeps the newest four values of a key', () => {
    const store = createMemoryStore()
    for (let i = 0; i < 6; i++) store.put(keyOf('k'), valueOf(i))
    expect(valuesOf(store, keyOf('k'))).toEqual([5, 4, 3, 2].map((i) => valueOf(i)))
    expect(store.stats()).toMatchObject({ entryCount: 4, sizeBytes: 400 })
  })

  it('drops the keys used least recently when it is full', () => {
    const store = createMemoryStore({ maxBytes: 300 })
    for (const name of ['a', 'b', 'c']) store.put(keyOf(name), valueOf(name))
    valuesOf(store, keyOf('a'))
    store.put(keyOf('d'), valueOf('d'))
    expect(['a', 'b', 'c', 'd'].filter((name) => valuesOf(store, keyOf(name)).length > 0)).toEqual(['a', 'c', 'd'])
  })

  it('does not empty itself for a value that never fits', () => {
    const store = createMemoryStore({ maxBytes: 300 })
    store.put(keyOf('a'), valueOf('a'))
    store.put(keyOf('huge'), valueOf('huge', 301))
    expect(valuesOf(store, keyOf('a'))).toHaveLength(1)
    expect(valuesOf(store, keyOf('huge'))).toEqual([])
  })
})
