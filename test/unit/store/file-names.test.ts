import { describe, expect, it } from 'vitest'
import { decodeSegmentHeader, encodeSegmentHeader, isLockLeftover, parseFileName, stemOf } from '../../../src/store/file-names.ts'

describe('the names of the store', () => {
  it.each([
    ['0000001f-0123456789abcdef.pack', { kind: 'pack', temporary: false, stem: '0000001f-0123456789abcdef', generation: 31, id: '0123456789abcdef' }],
    ['00000001-0123456789abcdef.idx', { kind: 'idx', generation: 1 }],
    ['ffffffff-0123456789abcdef.use', { kind: 'use', generation: 0xffffffff }],
    ['00000001-0123456789abcdef.idx.tmp', { kind: 'idx', temporary: true }],
  ])('recognizes %s', (name, parts) => {
    expect(parseFileName(name)).toMatchObject(parts)
  })

  it.each([
    'README', 'lock', '0000001f-0123456789abcdef', '0000001F-0123456789abcdef.pack', '1f-0123456789abcdef.pack', '0000001f-0123456789abcde.pack',
    'x0000001f-0123456789abcdef.pack', '0000001f-0123456789abcdef.pack.bak', '0000001f-0123456789abcdef.pack\n', '',
  ])('leaves %j to whoever made it', (name) => {
    expect(parseFileName(name)).toBeNull()
  })

  it('sorts by generation as text', () => {
    const stems = [255, 3, 16, 0xffffffff].map((generation) => stemOf(generation, '0123456789abcdef'))
    expect(stems.sort().map((stem) => parseFileName(`${stem}.pack`)?.generation)).toEqual([3, 16, 255, 0xffffffff])
  })

  it('recognizes what an interrupted locking leaves', () => {
    expect(isLockLeftover('lock.0123456789abcdef')).toBe(true)
    expect(isLockLeftover('lock')).toBe(false)
    expect(isLockLeftover('lock.txt')).toBe(false)
  })
})

describe('the header of a segment', () => {
  const marker = Buffer.from('0123456789abcdef', 'hex')
  const owner = { pid: 4_194_304, namespace: 4_026_531_836, startTicks: 2 ** 40, boot: '0f'.repeat(16) }

  it('says who writes', () => {
    expect(decodeSegmentHeader(encodeSegmentHeader(marker, owner), marker)).toEqual(owner)
  })

  it('is refused with any one byte changed, cut off, or of another segment', () => {
    const header = encodeSegmentHeader(marker, owner)
    for (let at = 0; at < header.length; at++) {
      const changed = Buffer.from(header)
      changed[at] = (changed[at] ?? 0) ^ 16
      expect(decodeSegmentHeader(changed, marker), `byte ${at}`).toBeNull()
    }
    expect(decodeSegmentHeader(header.subarray(0, 63), marker)).toBeNull()
    expect(decodeSegmentHeader(header, Buffer.alloc(8))).toBeNull()
  })
})
