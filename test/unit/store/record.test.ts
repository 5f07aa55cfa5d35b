import { describe, expect, it } from 'vitest'
import {
  MARKER_BYTES, RECORD_HEADER_BYTES, assertKey, decodeRecordHeader, encodeRecord, encodeRecordHeader, recordFault, recordPrefix,
} from '../../../src/store/record.ts'
import { keyOf, valueOf } from './helpers/fixtures.ts'

const prefix = recordPrefix(Buffer.alloc(MARKER_BYTES, 7))
const key = keyOf(1)

function record(value = valueOf(1), at = 0): Buffer {
  const target = Buffer.alloc(at + RECORD_HEADER_BYTES + value.length)
  expect(encodeRecord(target, at, prefix, key, 5, value)).toBe(RECORD_HEADER_BYTES + value.length)
  return target
}

describe('a record', () => {
  it('verifies, at any place in a buffer', () => {
    const bytes = record(valueOf(1), 13)
    expect(recordFault(bytes, 13, bytes.length, prefix, key)).toBeNull()
    expect(decodeRecordHeader(bytes, 13, prefix)).toEqual({ generation: 5, valueBytes: 100, key })
    expect(bytes.subarray(13 + RECORD_HEADER_BYTES)).toEqual(valueOf(1))
  })

  it('is the same bytes when the header is written apart from a large value', () => {
    expect(Buffer.concat([encodeRecordHeader(prefix, key, 5, valueOf(1)), valueOf(1)])).toEqual(record())
  })

  it('does not verify with any one byte changed', () => {
    for (let at = 0; at < RECORD_HEADER_BYTES + 100; at++) {
      const bytes = record()
      bytes[at] = (bytes[at] ?? 0) ^ 1
      expect(recordFault(bytes, 0, bytes.length, prefix, key), `byte ${at}`).not.toBeNull()
    }
  })

  it('has a header that is not recognized with any one byte changed, but for the digest, which it does not need', () => {
    for (let at = 0; at < RECORD_HEADER_BYTES; at++) {
      const bytes = record()
      bytes[at] = (bytes[at] ?? 0) ^ 1
      const isDigest = at >= 12 && at < 44
      expect(decodeRecordHeader(bytes, 0, prefix) !== null, `byte ${at}`).toBe(isDigest)
    }
  })

  it('says which check failed', () => {
    const bytes = record()
    expect(recordFault(bytes, 0, bytes.length, recordPrefix(Buffer.alloc(MARKER_BYTES, 8)), key)).toMatch('no record')
    expect(recordFault(bytes, 0, bytes.length, prefix, keyOf(2))).toMatch('key')
    expect(recordFault(Buffer.concat([bytes, Buffer.alloc(1)]), 0, bytes.length + 1, prefix, key)).toMatch('length')
    bytes[bytes.length - 1] = 0
    expect(recordFault(bytes, 0, bytes.length, prefix, key)).toMatch('SHA-256')
  })

  it('has a key of 32 bytes', () => {
    expect(() => assertKey(Buffer.alloc(31))).toThrow(TypeError)
    expect(() => assertKey(key)).not.toThrow()
  })
})
