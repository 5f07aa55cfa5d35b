/**
 * Every call to the file system fails once, and from then on for good: whatever the call, whatever the error.
 * And everything stops at every call, as when the process is killed there.
 */

import { afterAll, describe, expect, it } from 'vitest'
import { createSegmentStore, type SegmentStore } from '../../src/store/index.ts'
import type { StoreFs } from '../../src/store/store-fs.ts'
import type { StoreFaultCode } from '../../src/store/store.ts'
import { createFakeProcesses, createManualClock, keyOf as computeKey, valueOf as computeValue } from '../unit/store/helpers/fixtures.ts'
import { createMemoryFs, errno, type MemoryFs } from '../unit/store/helpers/memory-fs.ts'

/** On a machine that has a lot else to do. */
const TIMEOUT_MS = 180_000

const CALLS = ['open', 'close', 'read', 'write', 'truncate', 'factsOfOpen', 'facts', 'list', 'makeDirectory', 'rename', 'link', 'remove', 'checkWritable', 'fileSystemType'] as const

/** What happens to a call: its number from 1 on, and which it is. */
type Interference = (call: number, name: (typeof CALLS)[number]) => (() => unknown) | null

/** Calls that failed, over all tests of this file. */
const injected = { count: 0 }
afterAll(() => console.info(`      ${injected.count} calls of the file system failed, or did less than they were asked to`))

/** A file system on which `interfere` decides each call. */
function interfered(fs: StoreFs, interfere: Interference): { fs: StoreFs; callCount: () => number } {
  let calls = 0
  const wrap = (name: (typeof CALLS)[number]): [string, unknown] => {
    const real = fs[name].bind(fs) as (...args: unknown[]) => unknown
    return [name, (...args: unknown[]) => {
      const instead = interfere(++calls, name)
      if (instead !== null) injected.count++
      return (instead ?? (() => real(...args)))()
    }]
  }
  return { fs: Object.fromEntries(CALLS.map(wrap)) as unknown as StoreFs, callCount: () => calls }
}

const STORED = Array.from({ length: 12 }, (_, build) => [`${build} a`, `${build} b`]).flat()
const ORPHANED = ['orphan a', 'orphan b', 'orphan c']
const NEW = Array.from({ length: 40 }, (_, i) => `new ${i}`)

/** Thousands of builds ask for the same few dozen. */
const keys = new Map<string, Buffer>()
const values = new Map<string, Buffer>()
function keyOf(name: string): Buffer {
  const key = keys.get(name) ?? computeKey(name)
  keys.set(name, key)
  return key
}
function valueOf(name: string, length = 300): Buffer {
  const value = values.get(name) ?? computeValue(name, length)
  values.set(name, value)
  return value
}

const open = (fs: StoreFs, pid: number, onFault: (code: StoreFaultCode) => void = () => undefined): SegmentStore => {
  const processes = createFakeProcesses(pid)
  processes.dead.add(2).add(3)
  return createSegmentStore({ directory: '/cache', maxBytes: 60_000, fs, clock: createManualClock(), processes, onFault })
}

/** A store with some history: enough segments to be merged, one of a crashed process, a damaged entry, records of reads. */
async function history(): Promise<() => MemoryFs> {
  const fs = createMemoryFs()
  fs.makeDirectory('/cache')
  fs.makeDirectory('/cache/v1')
  fs.writeFile('/cache/v1/lock', Buffer.from('held, so that nothing is merged yet'))
  for (let build = 0; build < 12; build++) {
    const store = open(fs, 1)
    for (const name of STORED.slice(0, build * 2)) for (const _ of store.get(keyOf(name)));
    for (const name of STORED.slice(build * 2, build * 2 + 2)) store.put(keyOf(name), valueOf(name))
    store.put(keyOf('often'), valueOf(`often ${build}`))
    await store.close()
  }
  const damaged = open(fs, 1)
  damaged.put(keyOf('damaged'), valueOf('damaged'))
  await damaged.close()
  fs.readFile(fs.paths().filter((path) => path.endsWith('.pack')).at(-1) ?? '').fill(0, 160, 170)
  const crashed = open(fs, 2)
  for (const name of ORPHANED) crashed.put(keyOf(name), valueOf(name))
  await crashed.flush()
  fs.remove('/cache/v1/lock')
  const files = fs.paths().map((path) => [path, Buffer.from(fs.readFile(path))] as const)
  return () => {
    const copy = createMemoryFs()
    copy.makeDirectory('/cache')
    copy.makeDirectory('/cache/v1')
    for (const [path, content] of files) copy.writeFile(path, Buffer.from(content))
    return copy
  }
}

/** A build on it: hits, misses, puts, a flush, a collection, a close. */
async function build(fs: StoreFs, onFault: (code: StoreFaultCode) => void): Promise<void> {
  const store = open(fs, 3, onFault)
  const check = (name: string): void => {
    for (const read of store.get(keyOf(name))) if (read.status === 'ok' && !read.value.equals(valueOf(name))) throw new Error(`a wrong value of ${name}`)
  }
  for (const name of [...STORED, ...ORPHANED]) check(name)
  check('damaged')
  for (const name of NEW.slice(0, 35)) store.put(keyOf(name), valueOf(name))
  await store.flush()
  for (const name of NEW.slice(35)) store.put(keyOf(name), valueOf(name))
  for (const name of NEW) check(name)
  store.refresh()
  await store.gc()
  for (const name of [...STORED, ...NEW]) check(name)
  expect(store.stats()).toBeDefined()
  await store.close()
}

/** A later build on a disk that works: everything stored before is there, and nothing new is wrong. */
function expectIntact(fs: StoreFs, where: string): void {
  const store = open(fs, 4)
  const isRight = (name: string): boolean[] => [...store.get(keyOf(name))].map((read) => read.status === 'ok' && read.value.equals(valueOf(name)))
  const lost = [...STORED, ...ORPHANED].filter((name) => !isRight(name).includes(true))
  const wrong = NEW.filter((name) => isRight(name).includes(false))
  expect({ lost, wrong }, where).toEqual({ lost: [], wrong: [] })
}

async function countCalls(copy: () => MemoryFs): Promise<number> {
  const { fs, callCount } = interfered(copy(), () => null)
  await build(fs, () => undefined)
  return callCount()
}

describe('a file system that fails', { timeout: TIMEOUT_MS }, () => {
  it('is worth the test: a build makes many calls, of every kind', async () => {
    const seen = new Set<string>()
    const copy = await history()
    const { fs, callCount } = interfered(copy(), (_, name) => (seen.add(name), null))
    const faults: StoreFaultCode[] = []
    await build(fs, (code) => faults.push(code))
    expect(callCount()).toBeGreaterThan(150)
    expect([...CALLS].filter((name) => !seen.has(name))).toEqual(['truncate'])
    expect(faults).toEqual(['STORE_CORRUPT'])
  })

  it.each(['EIO', 'EACCES', 'EMFILE', 'ENOSPC', 'ENOENT', 'EROFS'])('FAULTS 8: with %s at the N-th call, for every N, costs misses and one message of a kind', async (code) => {
    const copy = await history()
    const calls = await countCalls(copy)
    for (const isForGood of [false, true]) {
      for (let n = 1; n <= calls; n++) {
        const disk = copy()
        const faults: StoreFaultCode[] = []
        const { fs } = interfered(disk, (call) => (call === n || (isForGood && call > n) ? () => { throw errno(code) } : null))
        await build(fs, (fault) => faults.push(fault))
        const where = `${code} at call ${n}${isForGood ? ' and after' : ''}`
        expect(new Set(faults).size, where).toBe(faults.length)
        expectIntact(disk, where)
        await open(disk, 4).close()
        expectIntact(disk, `${where}, after the next build`)
      }
    }
  })

  it('while nothing but a collection reads from it loses nothing', async () => {
    const copy = await history()
    const collect = async (fs: StoreFs): Promise<void> => {
      const store = open(fs, 3)
      await store.gc()
      await store.close()
    }
    const { fs: counting, callCount } = interfered(copy(), () => null)
    await collect(counting)
    for (const isForGood of [false, true]) {
      for (let n = 1; n <= callCount(); n++) {
        const disk = copy()
        await collect(interfered(disk, (call) => (call === n || (isForGood && call > n) ? () => { throw errno('EIO') } : null)).fs)
        expectIntact(disk, `EIO at call ${n}${isForGood ? ' and after' : ''}`)
      }
    }
  })

  it('with errors that are no system errors does the same', async () => {
    const copy = await history()
    const calls = await countCalls(copy)
    for (let n = 1; n <= calls; n++) {
      const disk = copy()
      const { fs } = interfered(disk, (call) => (call === n ? () => { throw 'not even an error' } : null))
      await build(fs, () => undefined)
      expectIntact(disk, `call ${n}`)
    }
  })

  it('FAULTS 13: that stops at any call, compaction included, leaves every old segment valid', async () => {
    const copy = await history()
    const calls = await countCalls(copy)
    for (let n = 1; n <= calls; n++) {
      const disk = copy()
      let isStopped = false
      const { fs } = interfered(disk, (call) => {
        isStopped ||= call >= n
        return isStopped ? () => { throw errno('EIO') } : null
      })
      await build(fs, () => undefined)
      expectIntact(disk, `killed at call ${n}`)
      const next = open(disk, 4)
      await next.gc()
      await next.close()
      expectIntact(disk, `killed at call ${n}, after the next collection`)
    }
  })

  it('FAULTS 9: that writes less than it was asked to, anywhere, loses nothing', async () => {
    const copy = await history()
    for (const limit of [1, 7, 64, 1000]) {
      const disk = copy()
      const short: StoreFs = { ...disk, write: (fd, source, at, length, position) => disk.write(fd, source, at, Math.min(length, limit), position) }
      await build(short, () => undefined)
      expectIntact(disk, `at most ${limit} bytes a write`)
      const store = open(disk, 4)
      for (const name of NEW) expect([...store.get(keyOf(name))], name).toHaveLength(1)
    }
  })

  it('FAULTS 7, 9: that stops taking bytes at any point of a write leaves whole records only', async () => {
    const names = NEW.slice(0, 8)
    for (let room = 0; room < 64 + 8 * 388 + 452; room += 13) {
      const disk = createMemoryFs()
      let left = room
      const full: StoreFs = {
        ...disk,
        write: (fd, source, at, length, position) => {
          const taken = Math.min(left, length)
          left -= taken
          if (taken === 0) throw errno('ENOSPC')
          return disk.write(fd, source, at, taken, position)
        },
      }
      const faults: StoreFaultCode[] = []
      const store = open(full, 3, (code) => faults.push(code))
      for (const name of names) {
        store.put(keyOf(name), valueOf(name))
        await store.flush()
      }
      await store.close()
      expect(faults, `room for ${room} bytes`).toEqual(['STORE_WRITE_FAILED'])
      const later = open(disk, 4)
      const whole = Math.min(8, Math.max(0, Math.floor((room - 64) / 388)))
      expect(names.filter((name) => [...later.get(keyOf(name))].some((read) => read.status === 'ok')), `room for ${room} bytes`).toEqual(names.slice(0, whole))
      expect(later.stats().corruptCount).toBe(0)
    }
  })
})
