import { describe, expect, it } from 'vitest'
import { decodeRollupResult, encodeRollupResult } from '../../../../adapters/hosts/rollup/rollup-result.ts'
import { decodeRecord, encodeRecord } from '../../../../src/memo/record/record.ts'

/** What comes back from the store for a result that a hook gave for `input`. */
function storedAndBack(result: unknown, input: string | null = 'input'): unknown {
  const encoded = encodeRollupResult(result, input)
  if (!encoded.ok) throw new Error(encoded.reason)
  const bytes = encodeRecord({ ...encoded, dependencies: [], effects: [], costMs: 0, outsourced: false })
  return decodeRollupResult(decodeRecord(bytes, text => text), input)
}

const MAP = { version: 3, file: 'a.js', sources: ['a.ts', null], sourcesContent: ['x', null], names: ['x'], mappings: 'AAAA', ignoreList: [0] }

describe('results of Rollup-like hooks', () => {
  it.each<[string, unknown]>([
    ['nothing', null],
    ['a text', 'export {}'],
    ['an empty text', ''],
    ['a text with the input unchanged', 'input'],
    ['code', { code: 'export {}' }],
    ['the code unchanged', { code: 'input' }],
    ['the code unchanged, with a map', { code: 'input', map: { mappings: '' } }],
    ['code and no map', { code: 'a', map: null }],
    ['code and an empty map', { code: 'a', map: { mappings: '' } }],
    ['code and a map as text', { code: 'a', map: JSON.stringify(MAP) }],
    ['code and a map that is an empty text', { code: 'a', map: '' }],
    ['code and a map', { code: 'a', map: MAP }],
    ['code and a map with decoded mappings', { code: 'a', map: { version: 3, sources: ['a'], names: [], mappings: [[[0, 0, 0, 0]], []] } }],
    ['everything else', { code: 'a', map: null, moduleSideEffects: false, syntheticNamedExports: 'x', meta: { svelte: { css: 'a{}' } }, moduleType: 'js', attributes: { type: 'json' } }],
    ['side effects that depend on trees', { code: 'a', moduleSideEffects: 'no-treeshake' }],
    ['an object without code', { moduleSideEffects: true }],
    ['an empty object', {}],
    ['code with lone surrogates', { code: 'a\ud800' }],
  ])('keep %s', (_what, result) => {
    expect(storedAndBack(result)).toStrictEqual(result)
  })

  it('take nothing and nothing for the same', () => {
    expect(storedAndBack(undefined)).toBeNull()
  })

  it('of a load, which has no input, are kept as well', () => {
    expect(storedAndBack({ code: 'a' }, null)).toStrictEqual({ code: 'a' })
    expect(storedAndBack('', null)).toBe('')
  })

  it('leave out what is undefined', () => {
    expect(storedAndBack({ code: 'a', map: undefined, meta: undefined, moduleType: undefined })).toStrictEqual({ code: 'a' })
  })

  it("leave out what Babel's generator computes for whoever looks, without looking", () => {
    const unread = (): never => { throw new Error('looked at') }
    const result = { code: 'a', map: MAP, meta: { b: 1 }, get decodedMap() { return unread() }, get rawMappings() { return unread() }, get __mergedMap() { return unread() } }
    expect(storedAndBack(result)).toStrictEqual({ code: 'a', map: MAP, meta: { b: 1 } })
  })

  it('give a map with the fields of one, whatever class it was of', () => {
    class SourceMap {
      readonly version = 3
      readonly sources = ['a']
      readonly names: string[] = []
      readonly mappings = 'AAAA'
      toString(): string { return 'not this' }
      toUrl(): string { return 'nor this' }
    }
    expect(storedAndBack({ code: 'a', map: new SourceMap() })).toStrictEqual({ code: 'a', map: { version: 3, sources: ['a'], names: [], mappings: 'AAAA' } })
  })

  it('read a map through its accessors, as a bundler would', () => {
    const map = Object.create({ get mappings() { return 'AAAA' } }, { version: { value: 3, enumerable: true } }) as object
    expect(storedAndBack({ code: 'a', map })).toMatchObject({ map: { version: 3, mappings: 'AAAA' } })
  })

  it.each<[string, unknown]>([
    ['an AST', { code: 'a', ast: { type: 'Program', body: [], range: new Map() } }],
    ['a native magic string', { code: new (class MagicString { readonly s = 1 })() }],
    ['a function', { code: 'a', meta: { later: () => 1 } }],
    ['a map with a class of its own', { code: 'a', map: { version: 3, mappings: new Map() } }],
    ['a map without mappings', { code: 'a', map: { version: 3, sections: [] } }],
    ['a map that is a number', { code: 'a', map: 3 }],
    ['code that is bytes', { code: Buffer.from('a') }],
    ['a number', 1],
    ['false', false],
    ['a cycle', ((): unknown => {
      const meta: Record<string, unknown> = {}
      meta['self'] = meta
      return { code: 'a', meta }
    })()],
    ['a list', ['a', 'b']],
  ])('have no stored form with %s', (_what, result) => {
    expect(encodeRollupResult(result, 'input')).toMatchObject({ ok: false })
  })

  it('are copied: what the plugin does to its object afterwards changes nothing', () => {
    const meta = { list: ['a'] }
    const encoded = encodeRollupResult({ code: 'a', meta }, null)
    meta.list.push('b')
    expect(encoded).toMatchObject({ ok: true, result: { rest: { meta: { list: ['a'] } } } })
  })
})

describe('results that are more than records', () => {
  it('keep what their class gives', () => {
    class Result {
      code = 'a'
      get moduleSideEffects(): boolean {
        return false
      }
    }
    expect(storedAndBack(new Result())).toEqual({ code: 'a', moduleSideEffects: false })
  })

  it.each<[string, unknown]>([
    ['metadata that unsets what others have said', { code: 'a', meta: { a: undefined } }],
    ['a list', ['a']],
  ])('have no stored form: %s', (_what, result) => {
    expect(encodeRollupResult(result, null).ok).toBe(false)
  })
})
