import type { OnLoadResult } from 'esbuild'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeLoad, encodeLoad } from '../../../../adapters/hosts/esbuild/esbuild-result.ts'
import type { LoadOutcome, LoadResult } from '../../../../adapters/hosts/esbuild/esbuild-result.ts'
import { decodeRecord, encodeRecord } from '../../../../src/memo/record/record.ts'

/** Through bytes and back, as in the next process. */
function throughStore(outcome: LoadOutcome): LoadOutcome {
  const encoded = encodeLoad(outcome)
  if (!encoded.ok) throw new Error(encoded.reason)
  const { result, code, map } = encoded
  return decodeLoad(decodeRecord(encodeRecord({ dependencies: [], effects: [], result, code, map, costMs: 1, outsourced: false }), text => text))
}

const alone = (result: LoadResult): LoadOutcome => ({ result, satellites: [] })
const reasonOf = (outcome: LoadOutcome): string | null => {
  const encoded = encodeLoad(outcome)
  return encoded.ok ? null : encoded.reason
}
const MAP = `\n/*# sourceMappingURL=data:application/json;charset=utf-8;base64,${Buffer.from('{"sources":["x"]}').toString('base64')} */`
const satellite = (path: string) => ({ path, namespace: 'css' })

describe('a result of onLoad', () => {
  it.each<[string, OnLoadResult]>([
    ['text', { contents: 'a', loader: 'ts', resolveDir: '/x' }],
    ['text with an inline map', { contents: `a${MAP}` }],
    ['empty text', { contents: '' }],
    ['no contents', { loader: 'css', pluginData: { a: [1, null] } }],
    ['warnings with a detail', { contents: '', warnings: [{ text: 'w', location: { file: 'f', line: 1 }, detail: { stack: 's' } }] }],
    ['watched files', { contents: '', watchFiles: ['/a'], watchDirs: ['/b'], errors: [] }],
    ['text with lone surrogates and NUL', { contents: 'a\ud800\u0000b' }],
  ])('comes back the same: %s', (_title, result) => {
    expect(throughStore(alone(result))).toEqual(alone(result))
  })

  it('comes back as bytes where it was bytes', () => {
    const { result } = throughStore(alone({ contents: new Uint8Array([0, 255, 1]), loader: 'binary' }))
    expect(result).toMatchObject({ loader: 'binary' })
    expect([...result!.contents as Uint8Array]).toEqual([0, 255, 1])
  })

  it('comes back as nothing where it was nothing', () => {
    expect(throughStore(alone(null)).result).toBeNull()
    expect(throughStore(alone(undefined)).result).toBeNull()
  })

  it('comes back with its satellites, maps of each where they belong', () => {
    const outcome: LoadOutcome = {
      result: { contents: `main${MAP}import` },
      satellites: [
        { satellite: satellite('a'), result: { contents: `a${MAP}${MAP}`, loader: 'css' } },
        { satellite: satellite('b'), result: null },
        { satellite: satellite('c'), result: { contents: 'c' } },
      ],
    }
    expect(throughStore(outcome)).toEqual(outcome)
  })

  it('comes back the same whatever its texts are', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), fc.array(fc.string({ unit: 'binary' })), (main, others) => {
      const outcome: LoadOutcome = { result: { contents: main }, satellites: others.map((contents, index) => ({ satellite: satellite(String(index)), result: { contents } })) }
      // Some texts have no stored form, and say so.
      if (reasonOf(outcome) === null) expect(throughStore(outcome)).toEqual(outcome)
    }))
  })

  it.each<[string, LoadOutcome, RegExp]>([
    ['errors', alone({ errors: [{ text: 'bad' }] }), /errors/],
    ['data that is not JSON', alone({ contents: '', pluginData: { call: () => 1 } }), /not JSON/],
    ['a detail that is not JSON', alone({ contents: '', warnings: [{ text: 'w', detail: new Map() }] }), /not JSON/],
    ['a satellite with errors', { result: { contents: 'a' }, satellites: [{ satellite: satellite('b'), result: { errors: [{ text: 'bad' }] } }] }, /errors/],
    ['a satellite of bytes', { result: { contents: 'a' }, satellites: [{ satellite: satellite('b'), result: { contents: new Uint8Array(1) } }] }, /not text/],
    ['several texts with NUL', { result: { contents: 'a\u0000' }, satellites: [{ satellite: satellite('b'), result: { contents: 'b' } }] }, /NUL/],
  ])('is not stored with %s', (_title, outcome, reason) => {
    expect(reasonOf(outcome)).toMatch(reason)
  })
})
