/** What every store must do: one suite, run over each implementation. */

import { afterEach, describe, expect, it } from 'vitest'
import type { Store } from '../../../../src/store/store.ts'
import { keyOf, readAll, valueOf, valuesOf } from './fixtures.ts'

export function describeStoreContract(name: string, open: () => Store): void {
  describe(`${name} keeps the contract`, () => {
    const opened: Store[] = []
    const create = (): Store => {
      const store = open()
      opened.push(store)
      return store
    }
    afterEach(async () => {
      for (const store of opened.splice(0)) await store.close()
    })

    it('has nothing at first', () => {
      const store = create()
      expect(readAll(store, keyOf(1))).toEqual([])
      expect(store.stats()).toMatchObject({ state: 'ok', entryCount: 0, readBytes: 0, writtenBytes: 0, corruptCount: 0 })
    })

    it('gives back at once what was put, and after a flush as well', async () => {
      const store = create()
      store.put(keyOf(1), valueOf(1))
      expect(valuesOf(store, keyOf(1))).toEqual([valueOf(1)])
      await store.flush()
      expect(valuesOf(store, keyOf(1))).toEqual([valueOf(1)])
    })

    it('gives several values of a key newest first, put before and after a flush', async () => {
      const store = create()
      store.put(keyOf(1), valueOf('a'))
      store.put(keyOf(1), valueOf('b'))
      await store.flush()
      store.put(keyOf(1), valueOf('c'))
      expect(valuesOf(store, keyOf(1))).toEqual([valueOf('c'), valueOf('b'), valueOf('a')])
    })

    it('reads no further than the caller iterates', async () => {
      const store = create()
      store.put(keyOf(1), valueOf('a', 5000))
      store.put(keyOf(1), valueOf('b', 5000))
      await store.flush()
      const before = store.stats().readBytes
      const iterator = store.get(keyOf(1))[Symbol.iterator]()
      expect(store.stats().readBytes).toBe(before)
      expect(iterator.next().value).toEqual({ status: 'ok', value: valueOf('b', 5000) })
      iterator.return?.()
    })

    it('keeps keys apart that differ in one byte at either end', () => {
      const store = create()
      const first = Buffer.alloc(32)
      const last = Buffer.alloc(32)
      first[0] = 1
      last[31] = 1
      store.put(first, valueOf('first'))
      store.put(last, valueOf('last'))
      expect(valuesOf(store, first)).toEqual([valueOf('first')])
      expect(valuesOf(store, last)).toEqual([valueOf('last')])
      expect(valuesOf(store, Buffer.alloc(32))).toEqual([])
    })

    it('keeps empty values and values of every byte', async () => {
      const store = create()
      const every = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))
      store.put(keyOf('empty'), new Uint8Array(0))
      store.put(keyOf('every'), new Uint8Array(every))
      await store.flush()
      expect(valuesOf(store, keyOf('empty'))).toEqual([Buffer.alloc(0)])
      expect(valuesOf(store, keyOf('every'))).toEqual([every])
    })

    it('is not affected by what the caller does to its buffers afterwards', async () => {
      const store = create()
      const key = keyOf(1)
      const value = valueOf(1)
      store.put(key, value)
      key.fill(0)
      value.fill(0)
      await store.flush()
      expect(valuesOf(store, keyOf(1))).toEqual([valueOf(1)])
    })

    it('leaves values alone that were handed out, whatever is put and flushed later', async () => {
      const store = create()
      store.put(keyOf(1), valueOf(1))
      const [early] = valuesOf(store, keyOf(1))
      await store.flush()
      for (let i = 2; i < 50; i++) store.put(keyOf(i), valueOf(i, 1000))
      await store.flush()
      for (let i = 2; i < 50; i++) expect(valuesOf(store, keyOf(i))).toEqual([valueOf(i, 1000)])
      expect(early).toEqual(valueOf(1))
    })

    it('counts entries and bytes', async () => {
      const store = create()
      for (let i = 0; i < 10; i++) store.put(keyOf(i), valueOf(i, 1000))
      await store.flush()
      const { entryCount, sizeBytes, writtenBytes } = store.stats()
      expect(entryCount).toBe(10)
      expect(sizeBytes).toBeGreaterThanOrEqual(10_000)
      expect(writtenBytes).toBeGreaterThanOrEqual(10_000)
      readAll(store, keyOf(3))
      expect(store.stats().readBytes).toBeGreaterThanOrEqual(1000)
    })

    it('refuses a key of the wrong length as the mistake that it is', () => {
      const store = create()
      expect(() => store.put(Buffer.alloc(31), valueOf(1))).toThrow(TypeError)
      expect(() => [...store.get(Buffer.alloc(33))]).toThrow(TypeError)
    })

    it('goes on after a rest as before it', async () => {
      const store = create()
      store.put(keyOf(1), valueOf('a'))
      store.rest?.()
      expect(valuesOf(store, keyOf(1))).toEqual([valueOf('a')])
      store.put(keyOf(1), valueOf('b'))
      await store.flush()
      store.rest?.()
      store.rest?.()
      expect(valuesOf(store, keyOf(1))).toEqual([valueOf('b'), valueOf('a')])
      expect(store.stats()).toMatchObject({ state: 'ok', entryCount: 2 })
    })

    it('may be closed twice, and afterwards has nothing and takes nothing', async () => {
      const store = create()
      store.put(keyOf(1), valueOf(1))
      await store.close()
      await store.close()
      store.put(keyOf(2), valueOf(2))
      await store.flush()
      expect(readAll(store, keyOf(1))).toEqual([])
      expect(readAll(store, keyOf(2))).toEqual([])
    })
  })
}
