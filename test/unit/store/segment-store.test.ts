import { describe, expect, it } from 'vitest'
import { createSegmentStore, type SegmentStore, type SegmentStoreOptions, type StoreFs } from '../../../src/store/index.ts'
import { collectFaults, createFakeProcesses, createManualClock, keyOf, readAll, valueOf, valuesOf } from './helpers/fixtures.ts'
import { createMemoryFs, errno, type MemoryFs } from './helpers/memory-fs.ts'
import { describeStoreContract } from './helpers/store-contract.ts'

let nextPid = 1

/** A store of a process of its own. */
function open(fs: StoreFs, more: Partial<SegmentStoreOptions> = {}): SegmentStore {
  return createSegmentStore({ directory: '/cache', fs, clock: createManualClock(), processes: createFakeProcesses(nextPid++), ...more })
}

async function fill(fs: MemoryFs, names: readonly (string | number)[], more: Partial<SegmentStoreOptions> = {}): Promise<void> {
  const store = open(fs, more)
  for (const name of names) store.put(keyOf(name), valueOf(name))
  await store.close()
}

const named = (fs: MemoryFs, ending: string): string[] => fs.paths().filter((path) => path.endsWith(ending))

describeStoreContract('the segment store', () => open(createMemoryFs()))

describe('the segment store across processes', () => {
  it('gives a later process what an earlier one stored', async () => {
    const fs = createMemoryFs()
    await fill(fs, [1, 2, 3])
    const later = open(fs)
    expect(valuesOf(later, keyOf(2))).toEqual([valueOf(2)])
    expect(later.stats()).toMatchObject({ entryCount: 3, corruptCount: 0, writtenBytes: 0 })
  })

  it('gives values of several processes newest first', async () => {
    const fs = createMemoryFs()
    for (const name of ['a', 'b', 'c']) {
      const store = open(fs)
      store.put(keyOf('k'), valueOf(name))
      await store.close()
    }
    expect(valuesOf(open(fs), keyOf('k'))).toEqual(['c', 'b', 'a'].map((name) => valueOf(name)))
  })

  it('shows nothing before a flush and everything after, once refreshed', async () => {
    const fs = createMemoryFs()
    const writer = open(fs)
    const reader = open(fs)
    writer.put(keyOf(1), valueOf(1))
    reader.refresh()
    expect(readAll(reader, keyOf(1))).toEqual([])
    await writer.flush()
    reader.refresh()
    expect(valuesOf(reader, keyOf(1))).toEqual([valueOf(1)])
    for (let i = 2; i < 100; i++) writer.put(keyOf(i), valueOf(i))
    await writer.flush()
    reader.refresh()
    for (let i = 1; i < 100; i++) expect(valuesOf(reader, keyOf(i))).toEqual([valueOf(i)])
  })

  it('writes nothing at all in a build that does not put', async () => {
    const fs = createMemoryFs()
    const store = open(fs)
    readAll(store, keyOf(1))
    await store.flush()
    await store.close()
    expect(fs.paths()).toEqual([])
  })

  it('writes no segment in a build that only hits, but remembers what it used', async () => {
    const fs = createMemoryFs()
    await fill(fs, [1])
    const segments = named(fs, '.pack')
    const store = open(fs, { maxBytes: 2000 })
    readAll(store, keyOf(1))
    await store.close()
    expect(named(fs, '.pack')).toEqual(segments)
    expect(named(fs, '.use')).toHaveLength(1)
  })

  it('writes nothing in a build that only hits while the store is far from its bound', async () => {
    const fs = createMemoryFs()
    await fill(fs, [1])
    const before = fs.paths()
    const store = open(fs)
    readAll(store, keyOf(1))
    await store.close()
    expect(fs.paths()).toEqual(before)
  })

  it('holds no file open once closed', async () => {
    const fs = createMemoryFs()
    await fill(fs, [1, 2])
    const store = open(fs)
    readAll(store, keyOf(1))
    store.put(keyOf(3), valueOf(3))
    readAll(store, keyOf(3))
    await store.close()
    expect(fs.openCount()).toBe(0)
  })

  it('keeps its numbers after close', async () => {
    const fs = createMemoryFs()
    await fill(fs, [1, 2])
    const store = open(fs)
    readAll(store, keyOf(1))
    await store.close()
    const stats = store.stats()
    expect(stats.entryCount).toBe(2)
    expect(stats.readBytes).toBeGreaterThan(0)
  })

  it('finds what compaction has moved since it was opened', async () => {
    const fs = createMemoryFs()
    await fill(fs, [1])
    await fill(fs, [2])
    const reader = open(fs)
    const compactor = open(fs)
    expect(await compactor.gc()).toMatchObject({ outcome: 'done', removedSegments: 2 })
    expect(valuesOf(reader, keyOf(1))).toEqual([valueOf(1)])
    expect(valuesOf(reader, keyOf(2))).toEqual([valueOf(2)])
    expect(reader.stats().corruptCount).toBe(0)
  })

  it('counts what compaction has moved once, when refreshed', async () => {
    const fs = createMemoryFs()
    await fill(fs, [1])
    await fill(fs, [2])
    const reader = open(fs)
    await open(fs).gc()
    reader.refresh()
    expect(reader.stats().entryCount).toBe(2)
    expect(valuesOf(reader, keyOf(1))).toHaveLength(1)
  })

  it('goes on reading a segment that it has open when compaction deletes it', async () => {
    const fs = createMemoryFs()
    await fill(fs, [1, 2])
    await fill(fs, [3])
    const reader = open(fs)
    readAll(reader, keyOf(1))
    await open(fs).gc()
    expect(valuesOf(reader, keyOf(2))).toEqual([valueOf(2)])
  })

  it('numbers what a long-lived process puts after what it has seen of others', async () => {
    const fs = createMemoryFs()
    const watcher = open(fs)
    watcher.put(keyOf('k'), valueOf('old'))
    await watcher.flush()
    await fill(fs, ['other'])
    const other = open(fs)
    other.put(keyOf('k'), valueOf('middle'))
    await other.close()
    watcher.refresh()
    watcher.put(keyOf('k'), valueOf('new'))
    await watcher.close()
    expect(valuesOf(open(fs), keyOf('k'))).toEqual(['new', 'middle', 'old'].map((name) => valueOf(name)))
  })
})

describe('the segment store on a directory that it does not own alone', () => {
  it('FAULTS 15: neither reads nor deletes a newer format, a foreign file or a directory named like a segment', async () => {
    const fs = createMemoryFs()
    await fill(fs, [1])
    for (const name of ['/cache/v2', '/cache/v1/00000009-0123456789abcdef.pack']) fs.makeDirectory(name)
    const foreign = ['/cache/v2/00000001-0123456789abcdef.pack', '/cache/notes.txt', '/cache/v1/README', '/cache/v1/00000001-0123456789abcde.pack']
    for (const path of foreign) fs.writeFile(path, Buffer.from('somebody else'))
    const store = open(fs, { maxBytes: 2000 })
    expect(valuesOf(store, keyOf(1))).toHaveLength(1)
    await store.gc()
    await store.clear()
    await store.close()
    expect(fs.paths()).toEqual(foreign.sort())
  })

  it('FAULTS 18: says once that other hosts may share it, and works', async () => {
    const fs = createMemoryFs()
    fs.type = 0x6969
    const { faults, onFault } = collectFaults()
    const store = open(fs, { onFault })
    store.put(keyOf(1), valueOf(1))
    store.refresh()
    await store.close()
    expect(faults.map(({ code }) => code)).toEqual(['STORE_NETWORK'])
    expect(faults[0]?.message).toContain('NFS')
    expect(valuesOf(open(fs), keyOf(1))).toHaveLength(1)
  })

  it('is rebuilt, with all that this process stored, when the directory is deleted during the build', async () => {
    const fs = createMemoryFs()
    const { faults, onFault } = collectFaults()
    const store = open(fs, { onFault })
    for (let i = 0; i < 5; i++) store.put(keyOf(i), valueOf(i))
    await store.flush()
    fs.removeDirectory('/cache')
    store.put(keyOf('after'), valueOf('after'))
    await store.flush()
    expect(valuesOf(store, keyOf(0))).toEqual([valueOf(0)])
    await store.close()
    const later = open(fs)
    for (const name of [0, 1, 2, 3, 4, 'after']) expect(valuesOf(later, keyOf(name))).toEqual([valueOf(name)])
    expect(faults).toEqual([])
  })

  it('is nothing to complain about when the directory is deleted at the end', async () => {
    const fs = createMemoryFs()
    const { faults, onFault } = collectFaults()
    const store = open(fs, { onFault })
    store.put(keyOf(1), valueOf(1))
    await store.flush()
    fs.removeDirectory('/cache')
    await store.close()
    expect(faults).toEqual([])
    expect(fs.openCount()).toBe(0)
  })

  it('stops writing when the directory is deleted again and again', async () => {
    const fs = createMemoryFs()
    const { faults, onFault } = collectFaults()
    const store = open(fs, { onFault })
    for (let i = 0; i < 10; i++) {
      store.put(keyOf(i), valueOf(i))
      await store.flush()
      fs.removeDirectory('/cache')
    }
    expect(store.stats().state).toBe('read-only')
    expect(faults.map(({ code }) => code)).toEqual(['STORE_WRITE_FAILED'])
    await store.close()
  })
})

describe('the segment store on a disk that fails', () => {
  it('has nothing in its index of what could not be written', async () => {
    const fs = createMemoryFs()
    const { faults, onFault } = collectFaults()
    let isFull = false
    const failing = { ...fs, write: (...call: Parameters<MemoryFs['write']>) => {
      if (isFull && call[4] > 0) throw errno('EDQUOT')
      return fs.write(...call)
    } }
    const store = open(failing, { onFault })
    store.put(keyOf(1), valueOf(1))
    await store.flush()
    isFull = true
    store.put(keyOf(2), valueOf(2))
    await store.flush()
    expect(readAll(store, keyOf(2))).toEqual([])
    expect(store.stats()).toMatchObject({ state: 'read-only', entryCount: 1 })
    await store.close()
    expect(faults.map(({ code }) => code)).toEqual(['STORE_WRITE_FAILED'])
    const later = open(fs)
    expect(valuesOf(later, keyOf(1))).toHaveLength(1)
    expect(readAll(later, keyOf(2))).toEqual([])
    expect(later.stats()).toMatchObject({ entryCount: 1, corruptCount: 0 })
  })
})

describe('the segment store and its bound', () => {
  it('stores no more in one process than the bound, and says so', async () => {
    const fs = createMemoryFs()
    const { faults, onFault } = collectFaults()
    const store = open(fs, { maxBytes: 10_000, onFault })
    for (let i = 0; i < 200; i++) store.put(keyOf(i), valueOf(i))
    expect(store.stats()).toMatchObject({ state: 'read-only' })
    expect(store.stats().writtenBytes).toBeLessThan(11_000)
    expect(faults.map(({ code }) => code)).toEqual(['STORE_WRITE_FAILED'])
    await store.close()
    expect(open(fs, { maxBytes: 10_000 }).stats().sizeBytes).toBeLessThanOrEqual(10_000)
  })

  it('drops a value above the limit of one value and stores the next', async () => {
    const fs = createMemoryFs()
    const { faults, onFault } = collectFaults()
    const store = open(fs, { onFault })
    // A view that claims more than the limit without holding it.
    store.put(keyOf('huge'), Object.defineProperty(new Uint8Array(1), 'length', { value: 300 * 1024 * 1024 }))
    store.put(keyOf('next'), valueOf('next'))
    expect(readAll(store, keyOf('huge'))).toEqual([])
    expect(valuesOf(store, keyOf('next'))).toHaveLength(1)
    expect(faults.map(({ code }) => code)).toEqual(['STORE_WRITE_FAILED'])
    await store.close()
  })

  it('begins a new segment when one grows large', async () => {
    const fs = createMemoryFs()
    const store = open(fs, { maxBytes: 16 * 1024 * 1024 })
    for (let i = 0; i < 5; i++) store.put(keyOf(i), valueOf(i, 1024 * 1024))
    const isThere = (from: SegmentStore, i: number): boolean => valuesOf(from, keyOf(i))[0]?.equals(valueOf(i, 1024 * 1024)) === true
    expect([0, 1, 2, 3, 4].filter((i) => isThere(store, i))).toHaveLength(5)
    await store.close()
    expect(named(fs, '.pack').length).toBeGreaterThan(1)
    const later = open(fs)
    expect([0, 1, 2, 3, 4].filter((i) => isThere(later, i))).toHaveLength(5)
  })
})

describe('the segment store with several segments of one process', () => {
  it('gives the values of a key newest first, now and later', async () => {
    const fs = createMemoryFs()
    const store = open(fs, { maxBytes: 8 * 1024 * 1024 })
    for (let i = 0; i < 4; i++) {
      store.put(keyOf('k'), valueOf(i))
      for (let j = 0; j < 11; j++) store.put(keyOf(`${i} ${j}`), valueOf(j, 100_000))
    }
    const newestFirst = [3, 2, 1, 0].map((i) => valueOf(i))
    expect(valuesOf(store, keyOf('k'))).toEqual(newestFirst)
    await store.close()
    expect(named(fs, '.pack')).toHaveLength(4)
    expect(valuesOf(open(fs), keyOf('k'))).toEqual(newestFirst)
  })
})

describe('the segment store when a person asks', () => {
  it('verifies every record and counts the bad', async () => {
    const fs = createMemoryFs()
    await fill(fs, [1, 2, 3])
    const [pack = ''] = named(fs, '.pack')
    const store = open(fs)
    expect(await store.verify()).toMatchObject({ segmentCount: 1, okCount: 3, corruptCount: 0, unreadCount: 0, valueBytes: 300 })
    const bytes = fs.readFile(pack)
    bytes[bytes.length - 1] = 255 - (bytes[bytes.length - 1] ?? 0)
    const later = open(fs)
    expect(readAll(later, keyOf(3))).toMatchObject([{ status: 'corrupt' }])
    expect(await later.verify()).toMatchObject({ okCount: 2, corruptCount: 1 })
    expect(await open(fs).verify()).toMatchObject({ okCount: 2, corruptCount: 1 })
  })

  it('clears', async () => {
    const fs = createMemoryFs()
    await fill(fs, [1, 2])
    const store = open(fs)
    store.put(keyOf(3), valueOf(3))
    expect(await store.clear()).toMatchObject({ removedFiles: 4, failedFiles: 0 })
    expect(readAll(store, keyOf(1))).toEqual([])
    store.put(keyOf(4), valueOf(4))
    await store.close()
    const later = open(fs)
    expect(valuesOf(later, keyOf(4))).toHaveLength(1)
    expect(later.stats().entryCount).toBe(1)
  })

  it('does not collect garbage where it must not write', async () => {
    const fs = createMemoryFs()
    await fill(fs, [1])
    const store = open({ ...fs, checkWritable: () => { throw errno('EROFS') } })
    expect(await store.gc()).toBeNull()
  })
})
