import { describe, expect, it } from 'vitest'
import { createSegmentStore, type SegmentStore, type SegmentStoreOptions } from '../../../src/store/index.ts'
import { parseFileName } from '../../../src/store/file-names.ts'
import { SegmentIndex } from '../../../src/store/segment-index.ts'
import type { StoreFs } from '../../../src/store/store-fs.ts'
import { collectFaults, createFakeProcesses, createManualClock, keyOf, newest, placesOf, readAll, valueOf, valuesOf } from './helpers/fixtures.ts'
import { createMemoryFs, type MemoryFs } from './helpers/memory-fs.ts'

const HOUR_MS = 3_600_000

function open(fs: StoreFs, more: Partial<SegmentStoreOptions> = {}): SegmentStore {
  return createSegmentStore({ directory: '/cache', fs, clock: createManualClock(), processes: createFakeProcesses(1), ...more })
}

async function build(fs: StoreFs, puts: readonly (string | number)[], reads: readonly (string | number)[] = [], more: Partial<SegmentStoreOptions> = {}, size = 100): Promise<void> {
  const store = open(fs, more)
  for (const name of reads) readAll(store, keyOf(name))
  for (const name of puts) store.put(keyOf(name), valueOf(name, size))
  await store.close()
}

/** A build that ends without closing the store. */
async function crash(fs: StoreFs, names: readonly (string | number)[], pid: number): Promise<void> {
  const store = open(fs, { processes: createFakeProcesses(pid) })
  for (const name of names) store.put(keyOf(name), valueOf(name))
  await store.flush()
}

const named = (fs: MemoryFs, ending: string): string[] => fs.paths().filter((path) => path.endsWith(ending))
const present = (fs: StoreFs, names: readonly (string | number)[], more: Partial<SegmentStoreOptions> = {}): (string | number)[] => {
  const store = open(fs, more)
  return names.filter((name) => readAll(store, keyOf(name)).some((read) => read.status === 'ok'))
}
const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i)

describe('many small segments', () => {
  it('stay few, and lose nothing', async () => {
    const fs = createMemoryFs()
    for (const i of range(0, 40)) {
      await build(fs, [i, `again ${i}`], i === 0 ? [] : [i - 1], { maxBytes: 100_000 })
      expect(named(fs, '.pack').length).toBeLessThanOrEqual(9)
      expect(named(fs, '.use').length).toBeLessThanOrEqual(18)
    }
    expect(named(fs, '.use').length).toBeGreaterThan(0)
    expect(present(fs, range(0, 40))).toHaveLength(40)
    expect(named(fs, 'lock')).toEqual([])
    expect(named(fs, '.idx')).toHaveLength(named(fs, '.pack').length)
  })

  it('keep the order of values of one key when merged', async () => {
    const fs = createMemoryFs()
    for (const i of range(0, 12)) {
      const store = open(fs)
      if (i % 4 === 0) store.put(keyOf('k'), valueOf(i))
      store.put(keyOf(i), valueOf(i))
      await store.close()
    }
    expect(named(fs, '.pack').length).toBeLessThan(9)
    expect(valuesOf(open(fs), keyOf('k'))).toEqual([8, 4, 0].map((i) => valueOf(i)))
  })

  it('are merged in the order in which they were written, whatever their sizes', async () => {
    const fs = createMemoryFs()
    for (const i of range(0, 9)) await build(fs, [i], [], {}, 1000 - 100 * (i % 5))
    const [path = ''] = named(fs, '.idx')
    const { id = '' } = parseFileName(path.slice(path.lastIndexOf('/') + 1)) ?? {}
    const places = placesOf(SegmentIndex.decode(fs.readFile(path), Buffer.from(id, 'hex')))
    expect(places.sort((a, b) => a.offset - b.offset).map(({ generation }) => generation)).toEqual(range(1, 10))
  })

  it('are merged as far as time allows, each whole or not at all', async () => {
    const fs = createMemoryFs()
    fs.makeDirectory('/cache')
    fs.makeDirectory('/cache/v1')
    fs.writeFile('/cache/v1/lock', Buffer.from('held'))
    for (const i of range(0, 20)) await build(fs, [i])
    fs.remove('/cache/v1/lock')
    const clock = createManualClock()
    const slow = { ...fs, read: (...call: Parameters<StoreFs['read']>) => ((clock.ms += 15), fs.read(...call)) }
    await build(slow, [20], [], { clock })
    // Of 21, those go into one that can be copied in 40 ms.
    expect(named(fs, '.pack').length).toBeGreaterThan(15)
    expect(named(fs, '.pack').length).toBeLessThan(21)
    expect(present(fs, range(0, 21))).toHaveLength(21)
  })

  it('are left alone while another process holds the lock', async () => {
    const fs = createMemoryFs()
    for (const i of range(0, 8)) await build(fs, [i])
    fs.writeFile('/cache/v1/lock', Buffer.from('held'))
    await build(fs, [8])
    expect(named(fs, '.pack')).toHaveLength(9)
    expect(await open(fs).gc()).toEqual({ outcome: 'locked' })
  })
})

describe('collecting garbage', () => {
  it('keeps the newest four values of each key', async () => {
    const fs = createMemoryFs()
    for (const i of range(0, 7)) {
      const store = open(fs)
      store.put(keyOf('k'), valueOf(i))
      await store.close()
    }
    expect(valuesOf(open(fs), keyOf('k'))).toHaveLength(7)
    expect(await open(fs).gc()).toMatchObject({ outcome: 'done', removedSegments: 7, droppedEntries: 3 })
    expect(valuesOf(open(fs), keyOf('k'))).toEqual([6, 5, 4, 3].map((i) => valueOf(i)))
  })

  it('counts the same value of the same key once, as the newest', async () => {
    const fs = createMemoryFs()
    for (const name of ['a', 'b', 'a', 'a', 'c']) {
      const store = open(fs)
      store.put(keyOf('k'), valueOf(name))
      await store.close()
    }
    await open(fs).gc()
    expect(valuesOf(open(fs), keyOf('k'))).toEqual(['c', 'a', 'b'].map((name) => valueOf(name)))
  })

  it('leaves one segment, one index and at most one record of reads, and changes nothing the second time', async () => {
    const fs = createMemoryFs()
    for (const i of range(0, 5)) await build(fs, [i], range(0, i), { maxBytes: 4000 })
    expect(named(fs, '.use').length).toBeGreaterThan(1)
    await open(fs).gc()
    const after = fs.paths()
    expect(after.map((path) => path.slice(path.lastIndexOf('.'))).sort()).toEqual(['.idx', '.pack', '.use'])
    expect(await open(fs).gc()).toEqual({ outcome: 'done', removedSegments: 0, copiedBytes: 0, droppedEntries: 0 })
    expect(fs.paths()).toEqual(after)
  })

  it('does not touch the segment of a process that is still writing', async () => {
    const fs = createMemoryFs()
    await crash(fs, ['live'], 2)
    await build(fs, [1])
    await build(fs, [2])
    const live = open(fs, { processes: createFakeProcesses(3) })
    live.put(keyOf('also live'), valueOf('also live'))
    await live.flush()
    await open(fs).gc()
    live.put(keyOf('later'), valueOf('later'))
    await live.close()
    expect(present(fs, ['live', 1, 2, 'also live', 'later'])).toHaveLength(5)
  })
})

describe('the size bound', () => {
  const bound = { maxBytes: 4 * 1024 * 1024 }
  const size = 100 * 1024

  it('holds after each build, and what was used last stays', async () => {
    const fs = createMemoryFs()
    for (const i of range(0, 12)) {
      await build(fs, range(i * 10, i * 10 + 10), i === 0 ? [] : range(0, 5), bound, size)
      expect(open(fs, bound).stats().sizeBytes).toBeLessThanOrEqual(bound.maxBytes * 1.25)
    }
    const kept = present(fs, range(0, 120), bound)
    expect(kept).toEqual(expect.arrayContaining([...range(0, 5), ...range(110, 120)]))
    expect(kept).not.toContain(15)
  })

  it('is strict after a collection', async () => {
    const fs = createMemoryFs()
    for (const i of range(0, 6)) await build(fs, range(i * 10, i * 10 + 10), [], { maxBytes: 1e9 }, size)
    expect(open(fs, bound).stats().sizeBytes).toBeGreaterThan(bound.maxBytes)
    await open(fs, bound).gc()
    expect(open(fs, bound).stats().sizeBytes).toBeLessThanOrEqual(bound.maxBytes)
    expect(present(fs, range(50, 60), bound)).toHaveLength(10)
  })

  it('remembers what was used last through many builds that did not use it', async () => {
    const fs = createMemoryFs()
    const roomy = { maxBytes: 8 * 1024 * 1024 }
    await build(fs, range(0, 20), [], roomy, size)
    await build(fs, [], [7], roomy)
    await build(fs, ['z'], [], roomy)
    for (let i = 0; i < 40; i++) await build(fs, [], ['z'], roomy)
    expect(named(fs, '.use').length).toBeGreaterThan(0)
    expect(named(fs, '.use').length).toBeLessThan(20)
    await open(fs, { maxBytes: 3 * size }).gc()
    const kept = present(fs, [...range(0, 20), 'z'])
    expect(kept).toEqual(expect.arrayContaining([7, 'z']))
    expect(kept.length).toBeLessThan(5)
  })

  it('FAULTS 16: counts recency in builds: a clock that jumps back or ahead evicts nothing else', async () => {
    const run = async (jump: (fs: MemoryFs, i: number) => void): Promise<(string | number)[]> => {
      const fs = createMemoryFs()
      for (const i of range(0, 12)) {
        jump(fs, i)
        await build(fs, range(i * 10, i * 10 + 10), range(0, 5), bound, size)
      }
      return present(fs, range(0, 120), bound)
    }
    const steady = await run(() => undefined)
    expect(await run((fs, i) => (fs.nowMs = i % 2 === 0 ? 0 : 5e12))).toEqual(steady)
    expect(await run((fs, i) => (fs.nowMs = 1e12 - i * 1e9))).toEqual(steady)
  })
})

describe('what crashed processes leave', () => {
  const afterDeathOf = (...pids: number[]): Partial<SegmentStoreOptions> => {
    const processes = createFakeProcesses(9)
    for (const pid of pids) processes.dead.add(pid)
    return { processes }
  }

  it('is read by walking, and indexed at the end of the next build', async () => {
    const fs = createMemoryFs()
    await crash(fs, [1, 2, 3], 2)
    expect(named(fs, '.idx')).toEqual([])
    await build(fs, [], [1], afterDeathOf(2))
    expect(named(fs, '.idx')).toHaveLength(1)
    expect(present(fs, [1, 2, 3])).toHaveLength(3)
  })

  it('is left to its owner while that lives, and given up an hour later where nobody can tell', async () => {
    const fs = createMemoryFs()
    await crash(fs, [1], 2)
    await build(fs, ['a'])
    await build(fs, ['b'])
    const processes = createFakeProcesses(9)
    processes.unknown.add(2)
    const packs = named(fs, '.pack')
    await open(fs, { processes }).gc()
    expect(named(fs, '.pack')).toContain(packs[0])
    fs.nowMs += 2 * HOUR_MS
    await open(fs, { processes }).gc()
    await open(fs, { processes }).gc()
    expect(named(fs, '.pack')).not.toContain(packs[0])
    expect(present(fs, [1, 'a', 'b'])).toHaveLength(3)
  })

  it('is deleted when it is an index without a segment or a temporary file, once it is old', async () => {
    const fs = createMemoryFs()
    await build(fs, [1])
    const leftovers = ['00000001-00000000000000aa.idx', '00000001-00000000000000aa.idx.tmp', '00000001-00000000000000ab.use.tmp', 'lock.0123456789abcdef']
    for (const name of leftovers) fs.writeFile(`/cache/v1/${name}`, Buffer.from('?'))
    await open(fs).gc()
    expect(fs.paths().filter((path) => leftovers.some((name) => path.endsWith(name)))).toHaveLength(4)
    fs.nowMs += HOUR_MS
    await open(fs).gc()
    expect(fs.paths().filter((path) => leftovers.some((name) => path.endsWith(name)))).toEqual([])
    expect(present(fs, [1])).toHaveLength(1)
  })
})

describe('damage', () => {
  const flip = (fs: MemoryFs, path: string, at: number): void => {
    const bytes = fs.readFile(path)
    bytes[at] = (bytes[at] ?? 0) ^ 1
  }

  it('is told once, is dropped at the end of the build, and is not met again', async () => {
    const fs = createMemoryFs()
    await build(fs, range(0, 5))
    flip(fs, named(fs, '.pack')[0] ?? '', 64 + 88 + 50)
    const first = collectFaults()
    const store = open(fs, { onFault: first.onFault })
    expect(readAll(store, keyOf(0))).toEqual([{ status: 'corrupt', reason: 'the SHA-256 does not match' }])
    expect(readAll(store, keyOf(0))).toEqual([])
    expect(store.stats()).toMatchObject({ corruptCount: 1, entryCount: 4 })
    await store.close()
    expect(first.faults.map(({ code }) => code)).toEqual(['STORE_CORRUPT'])
    const second = collectFaults()
    const later = open(fs, { onFault: second.onFault })
    expect(readAll(later, keyOf(0))).toEqual([])
    for (const i of range(1, 5)) expect(newest(later, keyOf(i))).toEqual(valueOf(i))
    expect(second.faults).toEqual([])
    expect(named(fs, '.pack').filter((path) => path.includes('corrupt'))).toHaveLength(1)
  })

  it('in a segment too large to rewrite is taken out of its index', async () => {
    const fs = createMemoryFs()
    await build(fs, range(0, 10), [], {}, 1024 * 1024)
    const [pack = ''] = named(fs, '.pack')
    flip(fs, pack, 64 + 88 + 50)
    await build(fs, [], [0])
    expect(named(fs, '.pack')).toEqual([pack])
    const { faults, onFault } = collectFaults()
    const later = open(fs, { onFault })
    expect(readAll(later, keyOf(0))).toEqual([])
    expect(newest(later, keyOf(9))?.equals(valueOf(9, 1024 * 1024))).toBe(true)
    expect(faults).toEqual([])
  })

  it('of everything sets the segment aside', async () => {
    const fs = createMemoryFs()
    await build(fs, range(0, 5))
    const [pack = ''] = named(fs, '.pack')
    fs.writeFile(pack, Buffer.alloc(fs.readFile(pack).length, 'garbage'))
    const { faults, onFault } = collectFaults()
    const store = open(fs, { onFault })
    expect(readAll(store, keyOf(3))).toMatchObject([{ status: 'corrupt' }])
    store.put(keyOf(3), valueOf(3))
    await store.close()
    expect(fs.paths()).not.toContain(pack)
    expect(named(fs, '.pack').filter((path) => path.includes('corrupt'))).toHaveLength(1)
    expect(faults.map(({ code }) => code)).toEqual(['STORE_CORRUPT'])
    expect(newest(open(fs), keyOf(3))).toEqual(valueOf(3))
  })

  it('of everything in a segment too large to rewrite sets it aside as well', async () => {
    const fs = createMemoryFs()
    await build(fs, range(0, 10), [], {}, 1024 * 1024)
    const [pack = ''] = named(fs, '.pack')
    fs.writeFile(pack, Buffer.alloc(fs.readFile(pack).length, 'garbage'))
    await build(fs, [], [0])
    expect(named(fs, '.pack').map((path) => path.includes('corrupt'))).toEqual([true])
  })

  it('sets aside at most four segments', async () => {
    const fs = createMemoryFs()
    await build(fs, [1])
    for (const i of range(0, 9)) {
      fs.nowMs += 1000
      fs.writeFile(`/cache/v1/0000000${i}-00000000000000f${i}.pack`, Buffer.alloc(500, i))
      await build(fs, [], [1])
    }
    expect(named(fs, '.pack').filter((path) => path.includes('corrupt')).map((path) => path.slice(-6, -5))).toEqual(['5', '6', '7', '8'])
    expect(present(fs, [1])).toHaveLength(1)
  })

  it('of a segment does not hide what other segments hold of the key', async () => {
    const fs = createMemoryFs()
    await build(fs, ['k'])
    const store = open(fs)
    store.put(keyOf('k'), valueOf('newer'))
    await store.close()
    const [, newer = ''] = named(fs, '.pack')
    flip(fs, newer, 64 + 88)
    expect(readAll(open(fs), keyOf('k')).map(({ status }) => status)).toEqual(['corrupt', 'ok'])
  })
})
