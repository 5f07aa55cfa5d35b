import { describe, expect, it } from 'vitest'
import { decodeAccesses, encodeAccesses, foldSmallAccesses, readAccesses, replaceAccesses } from '../../../src/store/access-log.ts'
import { fingerprintOf } from '../../../src/store/record.ts'
import { keyOf } from './helpers/fixtures.ts'
import { createMemoryFs } from './helpers/memory-fs.ts'

describe('the record of what was read', () => {
  const accesses = new Map([[fingerprintOf(keyOf(1)), 3], [fingerprintOf(keyOf(2)), 0xffffffff], [0, 1], [2 ** 48 - 1, 2]])

  it('survives being written and read', () => {
    expect(decodeAccesses(encodeAccesses(accesses))).toEqual(accesses)
    expect(decodeAccesses(encodeAccesses(new Map()))).toEqual(new Map())
  })

  it('is refused with any one byte changed or cut off', () => {
    const bytes = encodeAccesses(accesses)
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes)
      changed[at] = (changed[at] ?? 0) ^ 4
      expect(decodeAccesses(changed), `byte ${at}`).toBeNull()
      expect(decodeAccesses(bytes.subarray(0, at)), `cut at ${at}`).toBeNull()
    }
  })

  it('takes the latest of several files, and passes over what cannot be read', () => {
    const fs = createMemoryFs()
    fs.writeFile('/a', encodeAccesses(new Map([[1, 5], [2, 9]])))
    fs.writeFile('/b', encodeAccesses(new Map([[1, 7], [3, 1]])))
    fs.writeFile('/bad', Buffer.from('nothing of ours'))
    expect(readAccesses(fs, ['/b', '/missing', '/bad', '/a'])).toEqual(new Map([[1, 7], [2, 9], [3, 1]]))
  })

  it('is folded into the newest file, the small ones only, with the latest of each key', () => {
    const fs = createMemoryFs()
    const paths = Array.from({ length: 20 }, (_, i) => `/${String(i).padStart(3, '0')}`)
    for (const [i, path] of paths.entries()) fs.writeFile(path, encodeAccesses(new Map([[1, i], [100 + i, i]])))
    fs.writeFile('/large', Buffer.alloc(600_000))
    foldSmallAccesses(fs, [...paths, '/large'])
    expect(fs.paths()).toEqual(['/019', '/large'])
    expect(readAccesses(fs, ['/019'])).toEqual(new Map([[1, 19], ...paths.map((_, i): [number, number] => [100 + i, i])]))
  })

  it('loses the oldest of many large files', () => {
    const fs = createMemoryFs()
    const paths = Array.from({ length: 40 }, (_, i) => `/${String(i).padStart(3, '0')}`)
    for (const path of paths) fs.writeFile(path, Buffer.alloc(600_000))
    foldSmallAccesses(fs, paths)
    expect(fs.paths()).toEqual(paths.slice(8))
  })

  it('replaces the files that it was read from', () => {
    const fs = createMemoryFs()
    for (const path of ['/a', '/b', '/c']) fs.writeFile(path, encodeAccesses(new Map([[1, 1]])))
    replaceAccesses(fs, ['/a', '/b', '/c'], new Map([[9, 9]]))
    expect(fs.paths()).toEqual(['/c'])
    expect(readAccesses(fs, ['/c'])).toEqual(new Map([[9, 9]]))
    replaceAccesses(fs, [], new Map())
    expect(fs.paths()).toEqual(['/c'])
  })

  it('tells keys apart that count up at either end', () => {
    const keys = [0, 1, 2, 31].map((at) => Buffer.alloc(32, 0).fill(9, at, at + 1))
    expect(new Set(keys.map((key) => fingerprintOf(key))).size).toBe(4)
  })
})
