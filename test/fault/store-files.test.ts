/** Real files, damaged as disks and people damage them; and values and numbers as large as projects have them. */

import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { createSegmentStore, type SegmentStore } from '../../src/store/index.ts'
import { createFakeProcesses, keyOf, newest, readAll, valueOf } from '../unit/store/helpers/fixtures.ts'

/** On a machine that has a lot else to do. */
const TIMEOUT_MS = 180_000

const root = mkdtempSync(join(tmpdir(), 'pitcrew-files-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const COUNT = 300
let directory = ''
let serial = 0
let faults: string[] = []
beforeEach(() => {
  directory = join(root, String(serial++))
  faults = []
})

/** Process 1 writes; for all others it is dead. */
function open(pid = 2): SegmentStore {
  const processes = createFakeProcesses(pid)
  if (pid !== 1) processes.dead.add(1)
  return createSegmentStore({ directory, processes, onFault: (code) => faults.push(code) })
}

async function fill(): Promise<{ pack: string; index: string }> {
  const store = open(1)
  for (let i = 0; i < COUNT; i++) store.put(keyOf(i), valueOf(i, 1000))
  await store.close()
  const [index = '', pack = ''] = readdirSync(join(directory, 'v1')).sort().map((name) => join(directory, 'v1', name))
  return { pack, index }
}

const RECORD = 1088
const hits = (store: SegmentStore): number[] => Array.from({ length: COUNT }, (_, i) => i).filter((i) => newest(store, keyOf(i))?.equals(valueOf(i, 1000)) === true)
const all = Array.from({ length: COUNT }, (_, i) => i)
const corrupt = (): string[] => (existsSync(join(directory, 'v1', 'corrupt')) ? readdirSync(join(directory, 'v1', 'corrupt')) : [])

describe('damaged files', () => {
  it.each([64, 2000])('FAULTS 4: with %i flipped bits cost the entries touched', async (count) => {
    const { pack } = await fill()
    const bytes = readFileSync(pack)
    const touched = new Set<number>()
    for (let n = 0; n < count; n++) {
      const at = (n * 2_654_435_761) % bytes.length
      bytes[at] = (bytes[at] ?? 0) ^ (1 << n % 8)
      if (at >= 64) touched.add(Math.floor((at - 64) / RECORD))
    }
    writeFileSync(pack, bytes)
    const store = open()
    expect(hits(store)).toEqual(all.filter((i) => !touched.has(i)))
    expect(store.stats().corruptCount).toBe(touched.size)
    expect(faults).toEqual(['STORE_CORRUPT'])
    for (const i of touched) store.put(keyOf(i), valueOf(i, 1000))
    await store.close()
    faults = []
    const next = open()
    expect(hits(next)).toEqual(all)
    expect(faults).toEqual([])
    await next.close()
  })

  it.each(['missing', 'empty', 'garbage', 'cut off'])('FAULTS 5: cost nothing when the index is %s', async (kind) => {
    const { pack, index } = await fill()
    if (kind === 'missing') rmSync(index)
    if (kind === 'empty') truncateSync(index, 0)
    if (kind === 'garbage') writeFileSync(index, Buffer.alloc(10_000, 'garbage'))
    if (kind === 'cut off') truncateSync(index, 1000)
    const store = open()
    expect(hits(store)).toEqual(all)
    expect(faults).toEqual([])
    await store.close()
    expect(existsSync(pack)).toBe(true)
    expect(readFileSync(index).length).toBeGreaterThan(COUNT * 48)
    expect(hits(open())).toEqual(all)
  })

  it('FAULTS 6: cost nothing when only the header of a segment is zeroed, with its index or without', async () => {
    const { pack, index } = await fill()
    const bytes = readFileSync(pack)
    bytes.fill(0, 0, 64)
    writeFileSync(pack, bytes)
    expect(hits(open())).toEqual(all)
    rmSync(index)
    expect(hits(open())).toEqual(all)
  })

  it('FAULTS 6: of garbage are set aside, and a new segment is begun', async () => {
    const { pack, index } = await fill()
    writeFileSync(pack, Buffer.alloc(300_000, 'garbage'))
    rmSync(index)
    const store = open()
    expect(faults).toEqual(['STORE_CORRUPT'])
    expect(corrupt()).toHaveLength(1)
    expect(hits(store)).toEqual([])
    for (const i of all) store.put(keyOf(i), valueOf(i, 1000))
    await store.close()
    faults = []
    expect(hits(open())).toEqual(all)
    expect(faults).toEqual([])
  })

  it('of which the first pages are zeroed give what is left', async () => {
    const { pack, index } = await fill()
    const bytes = readFileSync(pack)
    bytes.fill(0, 0, 4096)
    writeFileSync(pack, bytes)
    rmSync(index)
    expect(hits(open())).toEqual(all.slice(4))
  })

  it('FAULTS 3: cut off at odd places give what is before', async () => {
    const { pack, index } = await fill()
    const copy = join(root, 'whole')
    copyFileSync(pack, copy)
    for (const length of [64 + RECORD * 200 + 500, 64 + RECORD * 100, 64 + RECORD * 3 + 1, 64 + RECORD, 65, 64, 63, 1, 0]) {
      copyFileSync(copy, pack)
      truncateSync(pack, length)
      expect(hits(open()), `cut at ${length}`).toEqual(all.slice(0, Math.max(0, Math.floor((length - 64) / RECORD))))
    }
    expect(existsSync(index)).toBe(true)
  })

  it('FAULTS 6, 15: of others in the directory stay as they are', async () => {
    const { pack } = await fill()
    const foreign = [join(directory, 'README.md'), join(directory, 'v1', '.DS_Store'), join(directory, 'v1', 'data.mdb'), join(directory, 'v9', 'x.pack')]
    mkdirSync(join(directory, 'v9'))
    for (const path of foreign) writeFileSync(path, 'somebody else')
    const store = open()
    expect(hits(store)).toEqual(all)
    await store.gc()
    await store.close()
    for (const path of foreign) expect(readFileSync(path, 'utf8')).toBe('somebody else')
    expect(existsSync(pack)).toBe(true)
  })

  it('FAULTS 11: that were deleted while the store is open cost what was not read yet, and are made anew', async () => {
    await fill()
    const store = open()
    rmSync(directory, { recursive: true })
    expect(hits(store)).toEqual([])
    for (const i of all) store.put(keyOf(i), valueOf(i, 1000))
    await store.flush()
    rmSync(directory, { recursive: true })
    store.put(keyOf('last'), valueOf('last'))
    await store.close()
    const next = open()
    expect(hits(next)).toEqual(all)
    expect(newest(next, keyOf('last'))).toEqual(valueOf('last'))
    expect(faults).toEqual([])
  })
})

describe('large things', () => {
  it('FAULTS 25: keep their bytes: 10 MB of code, a source map of 50 MB', { timeout: TIMEOUT_MS }, async () => {
    const store = open(1)
    store.put(keyOf('code'), valueOf('code', 10 * 1024 * 1024))
    store.put(keyOf('map'), valueOf('map', 50 * 1024 * 1024))
    store.put(keyOf('small'), valueOf('small'))
    expect(newest(store, keyOf('map'))?.equals(valueOf('map', 50 * 1024 * 1024))).toBe(true)
    await store.close()
    const next = open()
    expect(newest(next, keyOf('code'))?.equals(valueOf('code', 10 * 1024 * 1024))).toBe(true)
    expect(newest(next, keyOf('map'))?.equals(valueOf('map', 50 * 1024 * 1024))).toBe(true)
    expect(newest(next, keyOf('small'))).toEqual(valueOf('small'))
    await next.close()
    expect(faults).toEqual([])
  })

  it('FAULTS 25: are 100,000 modules, found again by another process, with the index and without', async () => {
    const count = 100_000
    const value = Buffer.alloc(60)
    const store = open(1)
    for (let i = 0; i < count; i++) {
      value.writeUInt32BE(i, 20)
      store.put(keyOf(i), value)
    }
    await store.close()
    const check = (from: SegmentStore): void => {
      expect(from.stats().entryCount).toBe(count)
      let found = 0
      for (let i = 0; i < count; i += 10) if (newest(from, keyOf(i))?.readUInt32BE(20) === i) found++
      expect(found).toBe(count / 10)
      expect(readAll(from, keyOf(count))).toEqual([])
    }
    check(open())
    for (const name of readdirSync(join(directory, 'v1'))) if (name.endsWith('.idx')) rmSync(join(directory, 'v1', name))
    check(open())
  }, TIMEOUT_MS)
})
