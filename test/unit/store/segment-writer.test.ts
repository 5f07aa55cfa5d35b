import { describe, expect, it } from 'vitest'
import { SegmentWriter } from '../../../src/store/segment-writer.ts'
import type { StoreFs } from '../../../src/store/store-fs.ts'
import { createFakeProcesses, keyOf, valueOf } from './helpers/fixtures.ts'
import { createMemoryFs, errno, type MemoryFs } from './helpers/memory-fs.ts'

const MEGABYTE = 1024 * 1024
const PACK = '/s/00000001-0123456789abcdef.pack'
const INDEX = '/s/00000001-0123456789abcdef.idx'

function setUp(change: (fs: MemoryFs) => Partial<StoreFs> = () => ({})) {
  const fs = createMemoryFs()
  fs.makeDirectory('/s')
  const writes: number[] = []
  const counted = { ...fs, write: (...call: Parameters<StoreFs['write']>) => (writes.push(call[3]), fs.write(...call)), ...change(fs) }
  const writer = new SegmentWriter(counted, '/s', 1, '0123456789abcdef', createFakeProcesses().self())
  const append = (name: string | number, size = 100): void => writer.append(keyOf(name), 1, valueOf(name, size))
  const isThere = (name: string | number, size = 100): boolean =>
    writer.find(keyOf(name)).some((place) => {
      const read = writer.read(place)
      return read.status === 'ok' && read.value.equals(valueOf(name, size))
    })
  return { fs, writer, append, isThere, writes }
}

describe('writing a segment', () => {
  it('makes no file before there is a batch, and one write of it', () => {
    const { fs, writer, append, isThere, writes } = setUp()
    for (let i = 0; i < 1000; i++) append(i)
    expect(fs.paths()).toEqual([])
    expect(isThere(999)).toBe(true)
    writer.writeBatch()
    expect(writes).toEqual([64 + 1000 * 188])
    expect(fs.readFile(PACK)).toHaveLength(64 + 1000 * 188)
    expect(isThere(0) && isThere(999)).toBe(true)
  })

  it('writes by itself when a megabyte has come together, and large values apart', () => {
    const { writer, append, isThere, writes } = setUp()
    for (let i = 0; i < 25; i++) append(i, 100_000)
    expect(writes.length).toBeGreaterThanOrEqual(2)
    append('large', 3 * MEGABYTE)
    append('after', 10)
    expect(Math.max(...writes)).toBe(3 * MEGABYTE)
    expect([isThere(0, 100_000), isThere(24, 100_000), isThere('large', 3 * MEGABYTE), isThere('after', 10)]).toEqual([true, true, true, true])
    writer.writeBatch()
    expect(isThere('after', 10)).toBe(true)
  })

  it('takes a large value first', () => {
    const { append, isThere } = setUp()
    append('large', 2 * MEGABYTE)
    expect(isThere('large', 2 * MEGABYTE)).toBe(true)
  })

  it('goes on after a short write', () => {
    const { writer, append, isThere, fs } = setUp((memory) => ({
      write: (fd, source, at, length, position) => memory.write(fd, source, at, Math.min(length, 99_991), position),
    }))
    append(1)
    append('large', MEGABYTE + 5)
    writer.writeBatch()
    expect(fs.readFile(PACK)).toHaveLength(writer.sizeBytes)
    expect(isThere(1) && isThere('large', MEGABYTE + 5)).toBe(true)
  })

  it('leaves only whole records when a write fails halfway', () => {
    let budget = 500
    const { fs, writer, append, isThere } = setUp((memory) => ({
      write: (fd, source, at, length, position) => {
        if (budget === 0) throw errno('ENOSPC')
        const part = Math.min(length, budget)
        budget -= part
        return memory.write(fd, source, at, part, position)
      },
    }))
    append(1)
    writer.writeBatch()
    for (let i = 2; i < 10; i++) append(i)
    expect(() => writer.writeBatch()).toThrow('ENOSPC')
    writer.dropBatch()
    expect(fs.readFile(PACK)).toHaveLength(64 + 188)
    expect([isThere(1), isThere(2), writer.entryCount]).toEqual([true, false, 1])
  })

  it('leaves no file when nothing could be written', () => {
    const { fs, writer, append } = setUp(() => ({ write: () => { throw errno('ENOSPC') } }))
    append(1)
    expect(() => writer.writeBatch()).toThrow('ENOSPC')
    writer.dropBatch()
    expect(writer.seal()).toBeNull()
    expect(fs.paths()).toEqual([])
    expect(fs.openCount()).toBe(0)
  })

  it('does not take nothing written for something written', () => {
    const { writer, append } = setUp(() => ({ write: () => 0 }))
    append(1)
    expect(() => writer.writeBatch()).toThrow('short write: 0 of 252')
  })

  it('never writes to a file that exists', () => {
    const { fs, writer, append } = setUp()
    fs.writeFile(PACK, Buffer.from('somebody else'))
    append(1)
    expect(() => writer.writeBatch()).toThrow('EEXIST')
    expect(fs.readFile(PACK).toString()).toBe('somebody else')
  })

  it('writes its index when enough is new, and finally at the end', () => {
    const { fs, writer, append } = setUp()
    const flush = (): void => (writer.writeBatch(), writer.updateIndex())
    const replaced: number[] = []
    for (let i = 0; i < 2000; i++) {
      append(i)
      const before = fs.paths().includes(INDEX) ? fs.readFile(INDEX) : null
      flush()
      if (fs.paths().includes(INDEX) && fs.readFile(INDEX) !== before) replaced.push(i)
    }
    expect(replaced[0]).toBe(31)
    expect(replaced.length).toBeLessThan(50)
    writer.seal()?.saveIndex()
    expect(fs.readFile(INDEX).readUInt32BE(24)).toBe(2000)
    expect(fs.paths()).toEqual([INDEX, PACK])
  })

  it('notices that its file was deleted', () => {
    const { fs, writer, append, isThere } = setUp()
    append(1)
    writer.writeBatch()
    expect(writer.isLost).toBe(false)
    fs.remove(PACK)
    append(2)
    writer.writeBatch()
    expect(writer.isLost).toBe(true)
    expect(isThere(1) && isThere(2)).toBe(true)
  })
})
