import { describe, expect, it } from 'vitest'
import { RECORD_HEADER_BYTES, encodeRecord, recordPrefix } from '../../../src/store/record.ts'
import { walkRecords, type WalkSource } from '../../../src/store/segment-walk.ts'
import { keyOf, valueOf } from './helpers/fixtures.ts'

const START = 64
const prefix = recordPrefix(Buffer.alloc(8, 5))

function records(sizes: readonly number[], withPrefix = prefix): { bytes: Buffer; offsets: number[] } {
  const offsets: number[] = []
  let at = START
  const bytes = Buffer.alloc(START + sizes.reduce((sum, size) => sum + size + RECORD_HEADER_BYTES, 0))
  for (const [i, size] of sizes.entries()) {
    offsets.push(at)
    at += encodeRecord(bytes, at, withPrefix, keyOf(i), i, valueOf(i, size))
  }
  return { bytes, offsets }
}

function sourceOf(bytes: Buffer): WalkSource & { readBytes: number } {
  const source = {
    sizeBytes: bytes.length,
    readBytes: 0,
    read: (target: Buffer, length: number, position: number) => {
      const got = bytes.copy(target, 0, position, position + length)
      source.readBytes += got
      return got
    },
  }
  return source
}

const offsetsIn = (bytes: Buffer, resync = true): number[] => walkRecords(sourceOf(bytes), prefix, START, resync).places.map(({ offset }) => offset)

describe('walking a segment', () => {
  it('finds every record, and where it ends', () => {
    const { bytes, offsets } = records([0, 10, 5000, 4000, 1, 100_000, 7])
    const walk = walkRecords(sourceOf(bytes), prefix, START, true)
    expect(walk.places.map(({ offset, valueBytes, generation, key }) => [offset, valueBytes, generation, key.equals(keyOf(generation))])).toEqual(
      [0, 10, 5000, 4000, 1, 100_000, 7].map((size, i) => [offsets[i], size, i, true]),
    )
    expect(walk).toMatchObject({ endBytes: bytes.length, damagedBytes: 0 })
  })

  it('reads no more of large values than a page each', () => {
    const { bytes } = records(Array.from({ length: 20 }, () => 100_000))
    const source = sourceOf(bytes)
    walkRecords(source, prefix, START, true)
    expect(source.readBytes).toBeLessThanOrEqual(20 * 4096)
  })

  it('stops before a record that is not whole, and goes on there when it is', () => {
    const { bytes, offsets } = records([100, 200, 300])
    for (const cut of [(offsets[2] ?? 0) + 10, (offsets[2] ?? 0) + RECORD_HEADER_BYTES, bytes.length - 1]) {
      const walk = walkRecords(sourceOf(bytes.subarray(0, cut)), prefix, START, true)
      expect(walk.places).toHaveLength(2)
      expect(walk).toMatchObject({ endBytes: offsets[2], damagedBytes: 0 })
      expect(walkRecords(sourceOf(bytes), prefix, walk.endBytes, true).places.map(({ offset }) => offset)).toEqual([offsets[2]])
    }
  })

  it('finds the next record behind a damaged header, wherever the damage is', () => {
    const { bytes, offsets } = records([100, 200, 300])
    for (let at = 0; at < RECORD_HEADER_BYTES; at++) {
      if (at >= 12 && at < 44) continue
      const damaged = Buffer.from(bytes)
      damaged[(offsets[1] ?? 0) + at] = (damaged[(offsets[1] ?? 0) + at] ?? 0) ^ 1
      expect(offsetsIn(damaged), `byte ${at}`).toEqual([offsets[0], offsets[2]])
    }
  })

  it('finds the next record behind damage that spans windows, and counts it', () => {
    const { bytes, offsets } = records([100, 700_000, 300])
    bytes.fill(0, offsets[1], (offsets[2] ?? 0) - 1)
    const walk = walkRecords(sourceOf(bytes), prefix, START, true)
    expect(walk.places.map(({ offset }) => offset)).toEqual([offsets[0], offsets[2]])
    expect(walk.damagedBytes).toBe((offsets[2] ?? 0) - (offsets[1] ?? 0))
  })

  it('finds a record whose prefix lies across the edge of a scan window', () => {
    const { bytes: record } = records([50])
    for (let shift = 256 * 1024 - 12; shift <= 256 * 1024 + 1; shift++) {
      const bytes = Buffer.concat([Buffer.alloc(START + 1 + shift), record.subarray(START)])
      expect(offsetsIn(bytes), `shift ${shift}`).toEqual([START + 1 + shift])
    }
  })

  it('does not look behind damage where somebody may still be writing', () => {
    const { bytes, offsets } = records([100, 200, 300])
    bytes.fill(0, offsets[1], (offsets[1] ?? 0) + 20)
    const walk = walkRecords(sourceOf(bytes), prefix, START, false)
    expect(walk.places).toHaveLength(1)
    expect(walk).toMatchObject({ endBytes: offsets[1], damagedBytes: 0 })
  })

  it('takes no record of another segment inside a value for one of its own', () => {
    const { bytes: inner } = records([10, 20], recordPrefix(Buffer.alloc(8, 6)))
    const outer = Buffer.alloc(START + RECORD_HEADER_BYTES + inner.length)
    encodeRecord(outer, START, prefix, keyOf('outer'), 1, inner)
    outer[START] = 0
    expect(offsetsIn(outer)).toEqual([])
  })

  it('finds nothing in garbage', () => {
    expect(walkRecords(sourceOf(Buffer.alloc(10_000, 0xf1)), prefix, START, true)).toEqual({ places: [], endBytes: 10_000, damagedBytes: 10_000 - START })
    expect(walkRecords(sourceOf(Buffer.alloc(3)), prefix, START, true)).toEqual({ places: [], endBytes: START, damagedBytes: 0 })
  })
})
