import { describe, expect, it } from 'vitest'
import { RECORD_HEADER_BYTES, encodeRecord, recordPrefix } from '../../../src/store/record.ts'
import { RecordReader } from '../../../src/store/record-reader.ts'
import { keyOf, valueOf } from './helpers/fixtures.ts'
import { createMemoryFs, errno } from './helpers/memory-fs.ts'

const prefix = recordPrefix(Buffer.alloc(8, 1))

function setUp(sizes: readonly number[]) {
  const fs = createMemoryFs()
  const offsets: number[] = []
  const bytes = Buffer.alloc(sizes.reduce((sum, size) => sum + size + RECORD_HEADER_BYTES, 0))
  let at = 0
  for (const [i, size] of sizes.entries()) {
    offsets.push(at)
    at += encodeRecord(bytes, at, prefix, keyOf(i), 1, valueOf(i, size))
  }
  fs.writeFile('/pack', bytes)
  const calls: number[] = []
  const counted = { ...fs, read: (...call: Parameters<typeof fs.read>) => (calls.push(call[3]), fs.read(...call)) }
  const reader = new RecordReader(counted, fs.open('/pack', 'read'), prefix)
  const read = (i: number): boolean => {
    const result = reader.read(keyOf(i), offsets[i] ?? 0, sizes[i] ?? 0)
    return result.status === 'ok' && result.value.equals(valueOf(i, sizes[i]))
  }
  return { fs, bytes, offsets, reader, read, calls }
}

const many = Array.from({ length: 500 }, (_, i) => 500 + (i % 7) * 300)

describe('reading records', () => {
  it('in the order in which they were written takes few calls', () => {
    const { read, calls, bytes } = setUp(many)
    for (let i = 0; i < many.length; i++) expect(read(i)).toBe(true)
    expect(calls.length).toBeLessThanOrEqual(2 * Math.ceil(bytes.length / (256 * 1024)) + 2)
  })

  it('roughly in that order does as well', () => {
    const { read, calls } = setUp(many)
    for (let i = 0; i < many.length; i += 4) for (const j of [i + 2, i, i + 3, i + 1]) expect(read(j)).toBe(true)
    expect(calls.length).toBeLessThan(30)
  })

  it('far apart reads each alone', () => {
    const { read, calls } = setUp(Array.from({ length: 40 }, () => 100_000))
    for (const i of [30, 3, 20, 11, 0, 39]) expect(read(i)).toBe(true)
    expect(calls.slice(0, 3)).toEqual([100_088, 100_088, 100_088])
  })

  it('larger than the window works', () => {
    const { read } = setUp([10, 600_000, 10, 262_144, 262_056, 5])
    for (const i of [0, 1, 2, 3, 4, 5, 4, 3, 2, 1, 0]) expect(read(i), `record ${i}`).toBe(true)
  })

  it('sees what was completed in the file after the window was filled', () => {
    const { fs, bytes, offsets, read } = setUp([100, 100, 100])
    const whole = Buffer.from(bytes)
    const file = fs.readFile('/pack')
    file.fill(0, offsets[1])
    expect([read(0), read(1)]).toEqual([true, false])
    whole.copy(file)
    expect([read(1), read(2)]).toEqual([true, true])
  })

  it('gives values that a later read does not change', () => {
    const { reader, offsets } = setUp(many)
    const values = many.map((size, i) => reader.read(keyOf(i), offsets[i] ?? 0, size))
    for (const [i, result] of values.entries()) expect(result.status === 'ok' && result.value.equals(valueOf(i, many[i])), `record ${i}`).toBe(true)
  })

  it('tells damage from a disk that does not answer', () => {
    const { fs, reader, offsets, bytes } = setUp([100, 100])
    expect(reader.read(keyOf(5), offsets[0] ?? 0, 100)).toMatchObject({ status: 'corrupt', damaged: true })
    expect(reader.read(keyOf(1), offsets[1] ?? 0, 101)).toMatchObject({ status: 'corrupt', damaged: true, reason: 'the segment ends before the record does' })
    expect(reader.read(keyOf(1), bytes.length + 10, 100)).toMatchObject({ status: 'corrupt', damaged: true })
    const failing = new RecordReader({ ...fs, read: () => { throw errno('EIO') } }, fs.open('/pack', 'read'), prefix)
    expect(failing.read(keyOf(0), 0, 100)).toEqual({ status: 'corrupt', damaged: false, reason: 'it could not be read (EIO)' })
  })
})
