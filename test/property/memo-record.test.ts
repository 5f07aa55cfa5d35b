/** Records: what is stored comes back, and no flipped byte is ever another hit. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeRecord, encodeRecord } from '../../src/memo/record/record.ts'
import type { MemoRecord } from '../../src/memo/record/record.ts'
import { dehydrate, hydrate, isPlain } from '../../src/memo/record/plain.ts'
import type { Dependency } from '../../src/memo/trace/dependency.ts'
import type { Effect } from '../../src/memo/trace/effect.ts'
import { RECORD_HEADER_BYTES, encodeRecord as encodeStored, recordFault, recordPrefix } from '../../src/store/record.ts'

const text = fc.oneof(fc.string({ unit: 'binary' }), fc.array(fc.integer({ min: 0, max: 0xffff }).map(unit => String.fromCharCode(unit))).map(units => units.join('')))
const plain = fc.jsonValue().filter(value => isPlain(value))
const dependency: fc.Arbitrary<Dependency> = fc.oneof(
  fc.tuple(fc.constant('file' as const), text, fc.option(text)),
  fc.tuple(fc.constant('env' as const), text, fc.option(text)),
  fc.tuple(fc.constant('resolve' as const), text, text),
  fc.tuple(fc.constant('place' as const), text),
)
const effect: fc.Arbitrary<Effect> = fc.oneof(
  fc.record({ kind: fc.constant('watch' as const), path: text }),
  fc.record({ kind: fc.constant('log' as const), level: fc.constant('warn' as const), log: plain, position: plain }),
)
const record: fc.Arbitrary<MemoRecord> = fc.record({
  dependencies: fc.array(dependency), effects: fc.array(effect), result: plain,
  code: fc.oneof(fc.constant(null), text, fc.uint8Array().map(bytes => Buffer.from(bytes))), map: fc.option(text),
  costMs: fc.nat({ max: 10_000_000 }).map(us => us / 1000),
  outsourced: fc.boolean(),
})

const asItIs = (each: string): string => each

describe('records', () => {
  it('come back as they were', () => {
    fc.assert(fc.property(record, one => {
      expect(decodeRecord(encodeRecord(one), asItIs)).toEqual(one)
    }), { numRuns: 1000 })
  })

  it('that are damaged are rejected, or records of the same shape: what they hold is the store\'s business', () => {
    fc.assert(fc.property(record, fc.nat(), fc.integer({ min: 1, max: 255 }), (one, at, flip) => {
      const bytes = encodeRecord(one)
      bytes[at % bytes.length]! ^= flip
      const decoded = decodedOrNull(bytes)
      if (decoded !== null) expect([Array.isArray(decoded.dependencies), Array.isArray(decoded.effects), typeof decoded.costMs]).toEqual([true, true, 'number'])
    }), { numRuns: 1000 })
  })

  it('are found out by the store when one byte of them differs', () => {
    const key = Buffer.alloc(32, 7)
    const prefix = recordPrefix(Buffer.alloc(8, 3))
    fc.assert(fc.property(record, fc.nat(), fc.integer({ min: 1, max: 255 }), (one, at, flip) => {
      const value = encodeRecord(one)
      const stored = Buffer.alloc(RECORD_HEADER_BYTES + value.length)
      encodeStored(stored, 0, prefix, key, 1, value)
      expect(recordFault(stored, 0, stored.length, prefix, key)).toBeNull()
      stored[at % stored.length]! ^= flip
      expect(recordFault(stored, 0, stored.length, prefix, key)).not.toBeNull()
    }), { numRuns: 1000 })
  })
})

/** @throws what is no Error. */
function decodedOrNull(bytes: Buffer): MemoRecord | null {
  try {
    return decodeRecord(bytes, asItIs)
  } catch (error) {
    if (error instanceof Error) return null
    throw error
  }
}

describe('plain values', () => {
  it('come back from JSON as they were', () => {
    fc.assert(fc.property(fc.anything({ withDate: true, withMap: true, withSet: true, withNullPrototype: false, withSparseArray: true, withTypedArray: true, withBigInt: true }), value => {
      fc.pre(isPlain(value))
      expect(JSON.parse(JSON.stringify(value))).toStrictEqual(value)
    }), { numRuns: 1000 })
  })

  it('have a stored form that comes back, or none, and asking never throws', () => {
    fc.assert(fc.property(fc.anything({ withDate: true, withMap: true, withSparseArray: true, withTypedArray: true, withBigInt: true }), value => {
      const stored = dehydrate(value)
      fc.pre(isPlain(stored))
      expect(hydrate(JSON.parse(JSON.stringify(stored)))).toEqual(value)
    }), { numRuns: 1000 })
  })
})
