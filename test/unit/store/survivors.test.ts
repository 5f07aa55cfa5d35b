import { describe, expect, it } from 'vitest'
import { fingerprintOf } from '../../../src/store/record.ts'
import { SegmentIndex } from '../../../src/store/segment-index.ts'
import { Segment } from '../../../src/store/segment.ts'
import { planEviction } from '../../../src/store/eviction.ts'
import { mostRecent, newestValues, type StoredRecord } from '../../../src/store/survivors.ts'
import { createFakeProcesses, keyOf } from './helpers/fixtures.ts'
import { createMemoryFs } from './helpers/memory-fs.ts'

const site = { fs: createMemoryFs(), directory: '/s', processes: createFakeProcesses(), sharedWithHosts: false }

function segmentOf(generation: number, sizeBytes = 0): Segment {
  const id = generation.toString(16).padStart(16, '0')
  const segment = new Segment(site, { stem: `${generation.toString(16).padStart(8, '0')}-${id}`, generation, id })
  segment.sizeBytes = sizeBytes
  return segment
}

function recordOf(name: string, generation: number, more: { lastUsed?: number; segment?: Segment; bytes?: number; offset?: number } = {}): StoredRecord {
  const key = keyOf(name)
  return {
    segment: more.segment ?? segmentOf(generation),
    index: SegmentIndex.of([{ key, offset: 64, valueBytes: 0, generation }], Buffer.alloc(8), 152, true),
    entry: 0,
    offset: more.offset ?? 64,
    generation,
    recordBytes: more.bytes ?? 100,
    fingerprint: fingerprintOf(key),
    lastUsed: more.lastUsed ?? generation,
  }
}

describe('which records stay', () => {
  it('the newest four of a key, whatever the order and the use', () => {
    const records = [3, 1, 6, 2, 5, 4].map((generation) => recordOf('k', generation, { lastUsed: 99 }))
    expect(newestValues(records).map(({ generation }) => generation)).toEqual([3, 6, 5, 4])
  })

  it('the newest four of those put in one generation by their place in the file', () => {
    const segment = segmentOf(1)
    const records = [1, 2, 3, 4, 5].map((offset) => recordOf('k', 1, { segment, offset }))
    expect(newestValues(records).map(({ offset }) => offset)).toEqual([2, 3, 4, 5])
  })

  it('the most recently used that fit, not the most recently stored', () => {
    const records = [recordOf('old but used', 1, { lastUsed: 9 }), recordOf('b', 2), recordOf('c', 3), recordOf('d', 4)]
    expect(mostRecent(records, 300)).toEqual([records[0], records[2], records[3]])
  })

  it('of a generation that fits only in part, the first given', () => {
    const records = Array.from({ length: 10 }, (_, i) => recordOf(`k${i}`, 5))
    expect(mostRecent(records, 450)).toEqual(records.slice(0, 4))
  })

  it('everything when everything fits, nothing when nothing does', () => {
    const records = [recordOf('a', 1), recordOf('b', 2)]
    expect(mostRecent(records, 200)).toEqual(records)
    expect(mostRecent(records, 99)).toEqual([])
    expect(mostRecent([], 99)).toEqual([])
  })

  it('are found among many generations', () => {
    const like = recordOf('k', 1)
    const records = Array.from({ length: 150_000 }, (_, i) => ({ ...like, recordBytes: 1, lastUsed: i, fingerprint: i }))
    expect(mostRecent(records, 140_000)).toHaveLength(140_000)
  })
})

describe('a plan to evict', () => {
  const build = (set: number | string = '') => {
    const cold = segmentOf(1, 1000)
    const mixed = segmentOf(2, 1000)
    const hot = segmentOf(3, 1000)
    const in_ = (segment: Segment, lastUsed: (i: number) => number) =>
      Array.from({ length: 10 }, (_, i) => recordOf(`${set} ${segment.generation} ${i}`, segment.generation, { segment, lastUsed: lastUsed(i) }))
    return { cold, mixed, hot, records: [...in_(hot, () => 9), ...in_(mixed, (i) => (i < 5 ? 8 : 2)), ...in_(cold, () => 1)] }
  }
  const segmentsOf = ({ cold, mixed, hot }: ReturnType<typeof build>): Segment[] => [hot, mixed, cold]

  const plan = (maxBytes: number, copyBytes: number) => {
    const set = build()
    const { inputs, keep } = planEviction(segmentsOf(set), set.records, 3000, { maxBytes, copyBytes, isBudgeted: true })
    return { rewritten: inputs.map(({ generation }) => generation), kept: keep.map(({ lastUsed }) => lastUsed) }
  }

  it('drops what is all cold without copying, before it copies anything', () => {
    expect(plan(2230, 1000)).toEqual({ rewritten: [1], kept: [] })
  })

  it('copies what is worth keeping of a segment', () => {
    expect(plan(1700, 5 * 612)).toEqual({ rewritten: [1, 2], kept: [8, 8, 8, 8, 8] })
  })

  it('leaves a little too much to the next build rather than copy more than it may', () => {
    expect(plan(1700, 5 * 612 - 1)).toEqual({ rewritten: [1], kept: [] })
  })

  it('copies after all where one segment is much of the bound', () => {
    expect(plan(1500, 0)).toEqual({ rewritten: [1, 2], kept: [8, 8, 8] })
  })

  it('rewrites every segment with something to drop when there is time, though everything fits', () => {
    const segments = [segmentOf(1, 1000), segmentOf(2, 1000), segmentOf(3, 1000)]
    const records = segments.flatMap((segment, n) => Array.from({ length: 3 }, (_, offset) => recordOf(n < 2 ? 'k' : `${offset}`, n + 1, { segment, offset })))
    const { inputs, keep } = planEviction(segments, records, 3000, { maxBytes: 1e9, copyBytes: 1e9, isBudgeted: false })
    expect(inputs.map(({ generation }) => generation)).toEqual([1])
    expect(keep.map(({ offset }) => offset)).toEqual([2])
  })

  it('drops the coldest segments whole when copying would take too long and the bound is far exceeded', () => {
    const segments = Array.from({ length: 10 }, (_, n) => segmentOf(n + 1, 1000))
    const records = segments.flatMap((segment, n) => Array.from({ length: 10 }, (_, i) => recordOf(`${n} ${i}`, n + 1, { segment, lastUsed: i < 5 ? 90 + n : n })))
    const { inputs, keep } = planEviction(segments, records, 10_000, { maxBytes: 7000, copyBytes: 0, isBudgeted: true })
    expect(inputs.map(({ generation }) => generation).sort()).toEqual([1, 2, 3])
    expect(keep).toEqual([])
  })
})
