import { describe, expect, it } from 'vitest'
import { isColourable, textsOf } from '../../../../src/memo/record/record-texts.ts'

describe('what may have colours', () => {
  it.each([
    ['an escape', 'a \u001b[31m b'],
    ['one that is written out', 'console.log("\\u001b[31m")'],
    ['one in hexadecimal', 'console.log("\\x1B[31m")'],
    ['the frame of code of a message', 'Error: no\n> 12 | let a'],
    ['one in a string literal', '"Error: no\\n  1 | let a"'],
    ['one at the beginning', '> 3 | let a'],
  ])('is %s', (_name, text) => expect(isColourable(text)).toBe(true))

  it.each([
    ['code', 'const a = b[0]\nexport type T = 1 | 2'],
    ['a union in lines', 'type T =\n  | 1\n  | 2'],
    ['another escape', '"\\u001f["'],
  ])('is not %s', (_name, text) => expect(isColourable(text)).toBe(false))
})

describe('the texts of a record', () => {
  const record = { dependencies: [], result: { key: ['a', { b: 'c' }], n: 1, none: null }, map: '{}', costMs: 1, outsourced: false }

  it('are its code, its map, and all that is said in its result and its effects, names too', () => {
    const effects = [{ kind: 'watch', path: '/srv/app/x' }] as const
    expect(textsOf({ ...record, effects, code: 'code' })).toEqual({ movable: ['code', '{}', 'key', 'a', 'b', 'c', 'n', 'none', 'kind', 'watch', 'path', '/srv/app/x'], fixed: [] })
  })

  it('are fixed in bytes, and in the bytes of an asset', () => {
    const source = Buffer.from('asset').toString('base64')
    const effects = [{ kind: 'emit', fileName: 'f', name: null, source, encoding: 'base64' }] as const
    expect(textsOf({ ...record, effects, code: new TextEncoder().encode('bytes') }).fixed).toEqual(['bytes', 'asset'])
  })
})
