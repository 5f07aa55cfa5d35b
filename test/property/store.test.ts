/** What must hold for the store whatever is put into it and whatever happens to its files. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeAccesses, encodeAccesses } from '../../src/store/access-log.ts'
import { createSegmentStore, type SegmentStore } from '../../src/store/index.ts'
import { RECORD_HEADER_BYTES, decodeRecordHeader, encodeRecord, recordFault, recordPrefix } from '../../src/store/record.ts'
import { SegmentIndex } from '../../src/store/segment-index.ts'
import { createFakeProcesses, createManualClock, keyOf, newest, placesOf, readAll, valueOf } from '../unit/store/helpers/fixtures.ts'
import { createMemoryFs, type MemoryFs } from '../unit/store/helpers/memory-fs.ts'

const bytes = (maxLength: number): fc.Arbitrary<Buffer> => fc.uint8Array({ maxLength }).map((array) => Buffer.from(array))
const exactly = (length: number): fc.Arbitrary<Buffer> => fc.uint8Array({ minLength: length, maxLength: length }).map((array) => Buffer.from(array))
const uint32 = fc.nat({ max: 0xffffffff })

/** On a machine that has a lot else to do. */
const TIMEOUT_MS = 60_000

/** Every process but the first is dead for those that come later, as after builds that have ended. */
function open(fs: MemoryFs, pid = 1, deadPids: readonly number[] = []): SegmentStore {
  const processes = createFakeProcesses(pid)
  for (const dead of deadPids) processes.dead.add(dead)
  return createSegmentStore({ directory: '/cache', fs, clock: createManualClock(), processes })
}

const COUNT = 200

/** A segment of COUNT entries of various sizes, closed, and where each record lies in it. */
async function segmentOfMany(): Promise<{ fs: MemoryFs; pack: string; index: string; spans: { from: number; to: number }[] }> {
  const fs = createMemoryFs()
  const store = open(fs)
  const spans = []
  let at = 64
  for (let i = 0; i < COUNT; i++) {
    const value = valueOf(i, (i * 37) % 500)
    store.put(keyOf(i), value)
    spans.push({ from: at, to: at + RECORD_HEADER_BYTES + value.length })
    at += RECORD_HEADER_BYTES + value.length
  }
  await store.close()
  const [index = '', pack = ''] = fs.paths()
  return { fs, pack, index, spans }
}

const isHit = (store: SegmentStore, i: number): boolean => newest(store, keyOf(i))?.equals(valueOf(i, (i * 37) % 500)) === true

function flip(target: Buffer, bit: number): number {
  const at = Math.floor(bit / 8) % target.length
  target[at] = (target[at] ?? 0) ^ (1 << (bit % 8))
  return at
}

describe('the codecs', () => {
  it('give back the record that was encoded', () => {
    fc.assert(
      fc.property(exactly(8), exactly(32), uint32, bytes(300), fc.nat({ max: 40 }), (marker, key, generation, value, at) => {
        const target = Buffer.alloc(at + RECORD_HEADER_BYTES + value.length)
        const prefix = recordPrefix(marker)
        const length = encodeRecord(target, at, prefix, key, generation, value)
        expect(at + length).toBe(target.length)
        expect(decodeRecordHeader(target, at, prefix)).toEqual({ generation, valueBytes: value.length, key })
        expect(recordFault(target, at, at + length, prefix, key)).toBeNull()
        expect(target.subarray(at + RECORD_HEADER_BYTES).equals(value)).toBe(true)
      }),
    )
  })

  it('never verify a record of which any bit differs', () => {
    fc.assert(
      fc.property(exactly(8), exactly(32), bytes(300), fc.nat(), (marker, key, value, bit) => {
        const target = Buffer.alloc(RECORD_HEADER_BYTES + value.length)
        const prefix = recordPrefix(marker)
        encodeRecord(target, 0, prefix, key, 1, value)
        flip(target, bit % (target.length * 8))
        expect(recordFault(target, 0, target.length, prefix, key)).not.toBeNull()
      }),
    )
  })

  it('give back the index that was encoded, and find every key in it', () => {
    const place = fc.record({ key: fc.oneof(exactly(32), fc.nat({ max: 3 }).map((n) => Buffer.alloc(32, n))), offset: fc.nat({ max: 2 ** 47 }), valueBytes: uint32, generation: uint32 })
    fc.assert(
      fc.property(fc.array(place, { maxLength: 60 }), exactly(8), fc.nat(), (places, marker, covered) => {
        const index = SegmentIndex.decode(SegmentIndex.of(places, marker, covered, true).bytes, marker)
        const text = (list: Iterable<(typeof places)[number]>): string[] => [...list].map((p) => `${p.key.toString('hex')} ${p.offset} ${p.valueBytes} ${p.generation}`).sort()
        expect(text(placesOf(index))).toEqual(text(places))
        for (const { key } of places) expect(index?.keyAt(index.find(key)).equals(key)).toBe(true)
      }),
    )
  })

  it('give back the accesses that were encoded', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat({ max: 2 ** 48 - 1 }), uint32)), (entries) => {
        expect(decodeAccesses(encodeAccesses(new Map(entries)))).toEqual(new Map(entries))
      }),
    )
  })
})

describe('a damaged segment', () => {
  it.each([1, 64, 2000])('FAULTS 4: with %i flipped bits misses what they touch and hits everything else', async (flips) => {
    const base = await segmentOfMany()
    const clean = Buffer.from(base.fs.readFile(base.pack))
    const cleanIndex = Buffer.from(base.fs.readFile(base.index))
    fc.assert(
      fc.property(fc.array(fc.nat({ max: clean.length * 8 - 1 }), { minLength: flips, maxLength: flips }), fc.boolean(), (bits, withIndex) => {
        const pack = Buffer.from(clean)
        for (const bit of bits) flip(pack, bit)
        base.fs.writeFile(base.pack, pack)
        if (withIndex) base.fs.writeFile(base.index, cleanIndex)
        else if (base.fs.paths().includes(base.index)) base.fs.remove(base.index)
        const store = open(base.fs, 2, [1])
        for (const [i, { from, to }] of base.spans.entries()) {
          // Two flips may undo each other.
          expect(isHit(store, i), `entry ${i}`).toBe(pack.subarray(from, to).equals(clean.subarray(from, to)))
        }
      }),
      { numRuns: 25 },
    )
  }, TIMEOUT_MS)

  it('FAULTS 3: cut off at any offset hits every record before it, with and without its index', async () => {
    const { fs, pack, index, spans } = await segmentOfMany()
    const clean = Buffer.from(fs.readFile(pack))
    const cleanIndex = Buffer.from(fs.readFile(index))
    for (let length = 0; length <= 64 + 1500; length++) {
      fs.writeFile(pack, clean.subarray(0, length))
      if (length % 2 === 0) fs.writeFile(index, cleanIndex)
      else if (fs.paths().includes(index)) fs.remove(index)
      const store = open(fs, 2, [1])
      const whole = spans.filter(({ to }) => to <= length).length
      for (let i = 0; i < whole + 2; i++) expect(isHit(store, i), `entry ${i} of a segment cut at ${length}`).toBe(i < whole)
      // Garbage may have been set aside: the next cut needs it back.
      for (const path of fs.paths()) if (path.includes('corrupt')) fs.remove(path)
    }
  }, TIMEOUT_MS)
})

describe('a store with any file of it damaged', () => {
  it('never gives a value that was not put under that key, and never throws', async () => {
    const fs = createMemoryFs()
    for (let build = 0; build < 3; build++) {
      const store = open(fs)
      for (let i = 0; i < 30; i++) store.put(keyOf(i % 20), valueOf(`${build} ${i}`, (i * 11) % 90))
      readAll(store, keyOf(1))
      await store.close()
    }
    const put = new Map(Array.from({ length: 20 }, (_, k) => [k, new Set<string>()]))
    for (let build = 0; build < 3; build++) for (let i = 0; i < 30; i++) put.get(i % 20)?.add(valueOf(`${build} ${i}`, (i * 11) % 90).toString('hex'))
    const clean = new Map(fs.paths().map((path) => [path, Buffer.from(fs.readFile(path))]))
    const damage = fc.oneof(
      fc.record({ kind: fc.constant('flip' as const), file: fc.nat(), at: fc.nat() }),
      fc.record({ kind: fc.constant('cut' as const), file: fc.nat(), at: fc.nat() }),
      fc.record({ kind: fc.constant('zero' as const), file: fc.nat(), at: fc.nat() }),
      fc.record({ kind: fc.constant('append' as const), file: fc.nat(), at: fc.nat() }),
      fc.record({ kind: fc.constant('remove' as const), file: fc.nat(), at: fc.nat() }),
      fc.record({ kind: fc.constant('swap' as const), file: fc.nat(), at: fc.nat() }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 6 }), async (damages) => {
        for (const path of fs.paths()) fs.remove(path)
        for (const [path, content] of clean) fs.writeFile(path, Buffer.from(content))
        for (const { kind, file, at } of damages) {
          const paths = fs.paths()
          const path = paths[file % paths.length]
          const other = paths[at % paths.length]
          if (path === undefined || other === undefined) continue
          const content = fs.readFile(path)
          if (kind === 'flip' && content.length > 0) flip(content, at)
          if (kind === 'cut') fs.writeFile(path, content.subarray(0, at % (content.length + 1)))
          if (kind === 'zero') content.fill(0, at % (content.length + 1), Math.min(content.length, (at % (content.length + 1)) + 100))
          if (kind === 'append') fs.writeFile(path, Buffer.concat([content, fs.readFile(other)]))
          if (kind === 'swap') fs.writeFile(path, Buffer.from(fs.readFile(other)))
          if (kind === 'remove') fs.remove(path)
        }
        for (let build = 0; build < 2; build++) {
          const store = open(fs, 2 + build, [1])
          for (const [k, values] of put) for (const read of store.get(keyOf(k))) if (read.status === 'ok') expect(values.has(read.value.toString('hex'))).toBe(true)
          store.put(keyOf('new'), valueOf('new'))
          await (build === 0 ? store.close() : store.gc())
        }
        expect(newest(open(fs, 4, [1, 2, 3]), keyOf('new'))).toEqual(valueOf('new'))
      }),
      { numRuns: 200 },
    )
  }, TIMEOUT_MS)

  it('takes nothing inside a value for a record of its own, however alike', async () => {
    const inner = await segmentOfMany()
    const innerBytes = inner.fs.readFile(inner.pack)
    const fs = createMemoryFs()
    const store = open(fs)
    store.put(keyOf('outer'), innerBytes)
    await store.close()
    const [index = '', pack = ''] = fs.paths()
    fs.remove(index)
    fs.readFile(pack).fill(0, 64, 70)
    const later = open(fs, 2, [1])
    expect(readAll(later, keyOf('outer'))).toEqual([])
    for (let i = 0; i < COUNT; i++) expect(readAll(later, keyOf(i))).toEqual([])
  })
})

describe('any sequence of what processes do', () => {
  type Step = { readonly kind: 'put' | 'get' | 'flush' | 'refresh' | 'close' | 'kill' | 'gc'; readonly process: number; readonly key: number }
  const step: fc.Arbitrary<Step> = fc.record({
    kind: fc.oneof({ weight: 6, arbitrary: fc.constant('put' as const) }, { weight: 3, arbitrary: fc.constant('get' as const) }, fc.constantFrom('flush' as const, 'refresh' as const, 'close' as const, 'kill' as const, 'gc' as const)),
    process: fc.nat({ max: 3 }),
    key: fc.nat({ max: 8 }),
  })

  it('loses nothing that was flushed, and gives only what was put', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const fs = createMemoryFs()
        const processes = new Map<number, { store: SegmentStore; pid: number; unflushed: (() => void)[] }>()
        const put = new Map<number, Set<string>>()
        const flushed = new Map<number, string>()
        const dead: number[] = []
        let nextPid = 1
        let serial = 0
        const processAt = (slot: number) => {
          const running = processes.get(slot) ?? { store: open(fs, nextPid, dead), pid: nextPid++, unflushed: [] }
          processes.set(slot, running)
          return running
        }
        for (const { kind, process, key } of steps) {
          const running = processAt(process)
          const { store, unflushed } = running
          if (kind === 'put') {
            const value = valueOf(serial++, 50)
            put.set(key, (put.get(key) ?? new Set()).add(value.toString('hex')))
            store.put(keyOf(key), value)
            unflushed.push(() => flushed.set(key, value.toString('hex')))
            expect(readAll(store, keyOf(key))).toContainEqual({ status: 'ok', value })
          }
          if (kind === 'get') for (const read of store.get(keyOf(key))) expect(read.status === 'ok' && put.get(key)?.has(read.value.toString('hex'))).toBe(true)
          if (kind === 'flush') await store.flush()
          if (kind === 'refresh') store.refresh()
          if (kind === 'gc') await store.gc()
          if (kind === 'close') await store.close()
          if (kind === 'flush' || kind === 'close' || kind === 'gc') for (const acknowledge of unflushed.splice(0)) acknowledge()
          if (kind === 'kill') dead.push(running.pid)
          if (kind === 'kill' || kind === 'close') processes.delete(process)
        }
        const last = open(fs, nextPid, dead)
        for (const [key] of flushed) {
          const values = readAll(last, keyOf(key))
          expect(values.length).toBeGreaterThan(0)
          for (const read of values) expect(read.status === 'ok' && put.get(key)?.has(read.value.toString('hex'))).toBe(true)
        }
      }),
      { numRuns: 150 },
    )
  }, TIMEOUT_MS)
})
