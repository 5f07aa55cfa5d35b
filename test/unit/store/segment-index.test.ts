import { describe, expect, it } from 'vitest'
import { SegmentIndex, maxIndexBytes, type RecordPlace } from '../../../src/store/segment-index.ts'
import { keyOf, placesOf } from './helpers/fixtures.ts'

const marker = Buffer.alloc(8, 3)

function place(key: Buffer, offset: number, generation = 1): RecordPlace {
  return { key, offset, valueBytes: offset * 2, generation }
}

function offsetsOf(index: SegmentIndex, key: Buffer): number[] {
  const offsets = []
  for (let entry = index.find(key); entry >= 0 && index.hasKey(entry, key); entry++) offsets.push(index.offsetAt(entry))
  return offsets
}

describe('a segment index', () => {
  it('finds each of many keys and no other', () => {
    const index = SegmentIndex.of(Array.from({ length: 1000 }, (_, i) => place(keyOf(i), 64 + i)), marker, 5000, true)
    for (let i = 0; i < 1000; i++) expect(offsetsOf(index, keyOf(i))).toEqual([64 + i])
    for (let i = 1000; i < 1200; i++) expect(index.find(keyOf(i))).toBe(-1)
  })

  it('finds keys that differ only at the end, or are alike in every bit', () => {
    const counted = (i: number): Buffer => {
      const key = Buffer.alloc(32)
      key.writeUInt16BE(i, 30)
      return key
    }
    const index = SegmentIndex.of(Array.from({ length: 300 }, (_, i) => place(counted(i * 2), 64 + i)), marker, 5000, true)
    for (let i = 0; i < 300; i++) {
      expect(offsetsOf(index, counted(i * 2))).toEqual([64 + i])
      expect(index.find(counted(i * 2 + 1))).toBe(-1)
    }
    expect(SegmentIndex.of([place(Buffer.alloc(32, 255), 64)], marker, 5000, true).find(Buffer.alloc(32, 255))).toBe(0)
    expect(SegmentIndex.of([], marker, 64, true).find(Buffer.alloc(32))).toBe(-1)
  })

  it('gives the records of one key newest first: by generation, then by place in the file', () => {
    const index = SegmentIndex.of([place(keyOf(1), 100, 2), place(keyOf(2), 150), place(keyOf(1), 200, 3), place(keyOf(1), 300, 2)], marker, 500, true)
    expect(offsetsOf(index, keyOf(1))).toEqual([200, 300, 100])
  })

  it('survives being written and read, offsets above 4 GB included', () => {
    const far = place(keyOf(1), 2 ** 40 + 7)
    const index = SegmentIndex.of([{ ...far, valueBytes: 12 }], marker, 2 ** 41, false)
    const read = SegmentIndex.decode(Buffer.from(index.bytes), marker)
    expect(placesOf(read)).toEqual([{ ...far, valueBytes: 12 }])
    expect(read).toMatchObject({ count: 1, coveredBytes: 2 ** 41, closed: false })
    expect(SegmentIndex.decode(index.asClosed().bytes, marker)).toMatchObject({ count: 1, coveredBytes: 2 ** 41, closed: true })
  })

  it('is refused with any one byte changed, cut off anywhere, lengthened, or of another segment', () => {
    const { bytes } = SegmentIndex.of([place(keyOf(1), 64), place(keyOf(2), 164)], marker, 500, true)
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes)
      changed[at] = (changed[at] ?? 0) ^ 128
      expect(SegmentIndex.decode(changed, marker), `byte ${at}`).toBeNull()
      expect(SegmentIndex.decode(bytes.subarray(0, at), marker), `cut at ${at}`).toBeNull()
    }
    expect(SegmentIndex.decode(Buffer.concat([bytes, Buffer.alloc(4)]), marker)).toBeNull()
    expect(SegmentIndex.decode(bytes, Buffer.alloc(8, 4))).toBeNull()
  })

  it('is never larger than what its segment can need', () => {
    const places = Array.from({ length: 50 }, (_, i) => ({ key: keyOf(i), offset: 64 + 88 * i, valueBytes: 0, generation: 1 }))
    expect(SegmentIndex.of(places, marker, 64 + 88 * 50, true).bytes.length).toBeLessThanOrEqual(maxIndexBytes(64 + 88 * 50))
  })
})
