import { describe, expect, it } from 'vitest'
import { parseFileName } from '../../../src/store/file-names.ts'
import { Segment } from '../../../src/store/segment.ts'
import { leadOf } from '../../../src/store/segment-index.ts'
import { SegmentWriter } from '../../../src/store/segment-writer.ts'
import { createFakeProcesses, keyOf, valueOf } from './helpers/fixtures.ts'
import { createMemoryFs } from './helpers/memory-fs.ts'

const STEM = '00000003-0123456789abcdef'
const PACK = `/s/${STEM}.pack`
const INDEX = `/s/${STEM}.idx`
const WRITER_PID = 5

function setUp(count = 40) {
  const fs = createMemoryFs()
  fs.makeDirectory('/s')
  const writer = new SegmentWriter(fs, '/s', 3, '0123456789abcdef', createFakeProcesses(WRITER_PID).self())
  for (let i = 0; i < count; i++) writer.append(keyOf(i), 3, valueOf(i))
  writer.writeBatch()
  const processes = createFakeProcesses(9)
  const load = (table = processes): Segment => {
    const name = parseFileName(`${STEM}.pack`)
    if (name === null) throw new Error('not a name of ours')
    const segment = new Segment({ fs, directory: '/s', processes: table, sharedWithHosts: false }, name)
    segment.load()
    return segment
  }
  const readable = (segment: Segment): number[] =>
    Array.from({ length: 100 }, (_, i) => i).filter((i) => {
      let isOk = false
      segment.find(keyOf(i), leadOf(keyOf(i)), (_, offset, valueBytes) => {
        const read = segment.read(keyOf(i), offset, valueBytes)
        isOk = read?.status === 'ok' && read.value.equals(valueOf(i))
      })
      return isOk
    })
  return { fs, writer, processes, load, readable }
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i)

describe('a segment', () => {
  it('with a finished index is opened without being read', () => {
    const { fs, writer, load, readable } = setUp()
    writer.seal()?.saveIndex()
    const opened = fs.openCount()
    const segment = load()
    expect(segment).toMatchObject({ state: 'closed', entryCount: 40, sizeBytes: 64 + 40 * 188, readBytes: 0 })
    expect(fs.openCount()).toBe(opened)
    expect(readable(segment)).toEqual(upTo(40))
  })

  it('is live while its writer lives, with or without an index of what it wrote first', () => {
    const { writer, load, readable } = setUp()
    expect(load()).toMatchObject({ state: 'live', entryCount: 40 })
    writer.updateIndex()
    for (let i = 40; i < 45; i++) writer.append(keyOf(i), 3, valueOf(i))
    writer.writeBatch()
    const segment = load()
    expect(segment).toMatchObject({ state: 'live', entryCount: 45 })
    expect(readable(segment)).toEqual(upTo(45))
    for (let i = 45; i < 50; i++) writer.append(keyOf(i), 3, valueOf(i))
    writer.writeBatch()
    segment.load()
    expect(readable(segment)).toEqual(upTo(50))
  })

  it('knows nothing of records beyond its end, whatever an early index says', () => {
    const { fs, writer, processes, load, readable } = setUp()
    writer.updateIndex()
    fs.writeFile(PACK, fs.readFile(PACK).subarray(0, 64 + 188 * 20 + 20))
    expect(load()).toMatchObject({ state: 'live', entryCount: 20 })
    processes.dead.add(WRITER_PID)
    expect(load()).toMatchObject({ state: 'orphan', entryCount: 20 })
    expect(readable(load())).toEqual(upTo(20))
  })

  it('has all that its writer wrote until it was seen to be dead', () => {
    const { writer, processes, load, readable } = setUp()
    const liveness = (): 'dead' => {
      for (let i = 40; i < 45; i++) writer.append(keyOf(i), 3, valueOf(i))
      writer.writeBatch()
      return 'dead'
    }
    const segment = load({ ...processes, liveness })
    expect(segment).toMatchObject({ state: 'orphan', entryCount: 45, sizeBytes: 64 + 45 * 188 })
    expect(readable(segment)).toEqual(upTo(45))
  })

  it('is an orphan when its writer is dead, and closed once finished', () => {
    const { fs, processes, load, readable } = setUp()
    processes.dead.add(WRITER_PID)
    const segment = load()
    expect(segment.state).toBe('orphan')
    segment.finishIndex()
    expect(segment.state).toBe('closed')
    expect(fs.paths()).toContain(INDEX)
    expect(load()).toMatchObject({ state: 'closed', entryCount: 40 })
    expect(readable(load())).toEqual(upTo(40))
  })

  it.each([
    ['missing', () => null],
    ['empty', () => Buffer.alloc(0)],
    ['garbage', () => Buffer.alloc(5000, 1)],
    ['cut off', (index: Buffer) => index.subarray(0, index.length - 1)],
    ['flipped', (index: Buffer) => Buffer.from(index).fill(9, 100, 101)],
  ] as const)('is walked when its index is %s', (_, damage) => {
    const { fs, writer, processes, load, readable } = setUp()
    writer.seal()?.saveIndex()
    const damaged = damage(fs.readFile(INDEX))
    if (damaged === null) fs.remove(INDEX)
    else fs.writeFile(INDEX, damaged)
    for (const isDead of [false, true]) {
      if (isDead) processes.dead.add(WRITER_PID)
      expect(readable(load())).toEqual(upTo(40))
    }
  })

  it('with a damaged header is walked all the same', () => {
    const { fs, load, readable } = setUp()
    fs.readFile(PACK).fill(0, 0, 64)
    const segment = load()
    expect(segment.state).toBe('orphan')
    expect(readable(segment)).toEqual(upTo(40))
  })

  it('does not take damage for damage while it may still be being written', () => {
    const { fs, processes, load, readable } = setUp()
    fs.readFile(PACK).fill(0, 64 + 188 + 100, 64 + 188 + 110)
    const live = load()
    expect(readable(live)).toEqual(upTo(40).filter((i) => i !== 1))
    expect(live.isDamaged).toBe(false)
    processes.dead.add(WRITER_PID)
    const orphan = load()
    expect(readable(orphan)).toEqual(upTo(40).filter((i) => i !== 1))
    expect(orphan.isDamaged).toBe(true)
  })

  it('is looked through behind damage when its header says that it is finished, whoever still runs', () => {
    const { fs, writer, load, readable } = setUp()
    writer.seal()?.saveIndex()
    fs.remove(INDEX)
    fs.readFile(PACK).fill(0, 64 + 188 + 10, 64 + 188 + 80)
    expect(load().state).toBe('orphan')
    expect(readable(load())).toEqual(upTo(40).filter((i) => i !== 1))
  })

  it('of garbage is empty, and so is one that was never begun, once it is old', () => {
    const { fs, load } = setUp()
    fs.writeFile(PACK, Buffer.from('garbage'))
    expect(load()).toMatchObject({ isEmpty: true, state: 'orphan' })
    fs.writeFile(PACK, Buffer.alloc(0))
    const begun = load()
    expect(begun.isEmpty).toBe(false)
    begun.giveUpIfOlder(fs.nowMs + 1000, 5000)
    expect(begun.state).toBe('live')
    begun.giveUpIfOlder(fs.nowMs + 10_000, 5000)
    expect(begun).toMatchObject({ isEmpty: true, state: 'orphan' })
  })

  it('that has been deleted has nothing, which is no damage', () => {
    const { fs, writer, load, readable } = setUp()
    writer.seal()?.saveIndex()
    const segment = load()
    fs.remove(PACK)
    expect(readable(segment)).toEqual([])
    expect(segment.isDamaged).toBe(false)
  })

  it('cut off at the end of any record keeps those before', () => {
    const { fs, writer, load, readable } = setUp(10)
    writer.seal()?.saveIndex()
    const whole = Buffer.from(fs.readFile(PACK))
    for (let count = 0; count <= 10; count++) {
      fs.writeFile(PACK, whole.subarray(0, 64 + 188 * count))
      expect(readable(load())).toEqual(upTo(count))
    }
  })
})
