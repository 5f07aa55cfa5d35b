import { describe, expect, it } from 'vitest'
import { digest } from '../../../../src/hash.ts'
import { PortableText } from '../../../../src/memo/record/portable-text.ts'
import { decodeRecord, encodeRecord } from '../../../../src/memo/record/record.ts'
import type { MemoRecord } from '../../../../src/memo/record/record.ts'

const asItIs = (text: string): string => text
const portable = new PortableText([{ token: 'r', path: '/srv/shop' }])

function recordOf(changes: Partial<MemoRecord> = {}): MemoRecord {
  return { dependencies: [], effects: [], result: null, code: null, map: null, costMs: 1.25, outsourced: false, ...changes }
}

const roundTrip = (record: MemoRecord): MemoRecord => decodeRecord(encodeRecord(record), asItIs)

describe('the record codec', () => {
  it.each([
    ['no code', null],
    ['empty code', ''],
    ['ASCII', 'export default 1'],
    ['other scripts', 'const größe = "尺寸 📐"'],
    ['a byte order mark', '\ufeffexport {}'],
    ['NUL and control characters', 'a\0b\u0001c\u2028'],
    ['a lone high surrogate', 'a\ud800b'],
    ['a lone low surrogate', '\udfff'],
    ['Windows line ends', 'a\r\nb'],
  ])('gives back %s', (_what, code) => {
    expect(roundTrip(recordOf({ code, map: '{"version":3}' }))).toEqual(recordOf({ code, map: '{"version":3}' }))
  })

  it.each([['no bytes', []], ['bytes that are no text', [0, 255, 254, 128, 10]]])('gives back %s', (_what, bytes) => {
    const { code } = roundTrip(recordOf({ code: Uint8Array.from(bytes) }))
    expect(Buffer.isBuffer(code)).toBe(true)
    expect([...code as Buffer]).toEqual(bytes)
  })

  it('keeps an empty map and no map apart', () => {
    expect(roundTrip(recordOf({ map: '' })).map).toBe('')
    expect(roundTrip(recordOf({ map: null })).map).toBeNull()
  })

  it('gives back dependencies, effects and the result', () => {
    const record = recordOf({
      dependencies: [['file', 'a.ts', digest('a')], ['file', 'b.ts', null], ['probe', 'c', 'absent'], ['env', 'X', null], ['place', '/srv']],
      effects: [
        { kind: 'log', level: 'warn', log: { message: 'half \ud800' }, position: { line: 1, column: 2 } },
        { kind: 'emit', fileName: 'a.txt', name: null, source: 'AA==', encoding: 'base64' },
      ],
      result: { form: 'object', rest: { moduleSideEffects: false, meta: { a: [1] } } },
      code: 'code', map: '{}',
    })
    expect(roundTrip(record)).toEqual(record)
  })

  it('restores every text but those of the dependencies', () => {
    const record = recordOf({
      dependencies: [['file', portable.tokenise('/srv/shop/a.ts'), null]],
      effects: [{ kind: 'watch', path: portable.tokenise('/srv/shop/b.ts') }],
      result: { [portable.tokenise('/srv/shop/key')]: portable.tokenise('/srv/shop/value') },
      code: portable.tokenise('"/srv/shop/c"'),
      map: portable.tokenise('{"sources":["/srv/shop/d"]}'),
    })
    const there = new PortableText([{ token: 'r', path: '/ci/place' }])
    expect(decodeRecord(encodeRecord(record), text => there.restore(text))).toEqual({
      dependencies: record.dependencies,
      effects: [{ kind: 'watch', path: '/ci/place/b.ts' }],
      result: { '/ci/place/key': '/ci/place/value' },
      code: '"/ci/place/c"', map: '{"sources":["/ci/place/d"]}', costMs: 1.25, outsourced: false,
    })
  })

  it('does not take bytes for text with paths', () => {
    const bytes = Buffer.from(portable.tokenise('/srv/shop'))
    expect(Buffer.compare(decodeRecord(encodeRecord(recordOf({ code: bytes })), text => portable.restore(text)).code as Buffer, bytes)).toBe(0)
  })

  it('rounds the cost to microseconds', () => {
    expect(roundTrip(recordOf({ costMs: 1.234_567 })).costMs).toBe(1.235)
  })

  it('rejects every truncation and every lengthening', () => {
    const bytes = encodeRecord(recordOf({ code: 'größe', map: '{"mappings":"é"}', result: { a: 'b' } }))
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decodeRecord(bytes.subarray(0, length), asItIs), `cut to ${length}`).toThrow()
    }
    expect(() => decodeRecord(Buffer.concat([bytes, Buffer.from([0])]), asItIs)).toThrow()
  })

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['zeros', Buffer.alloc(64)],
    ['text', Buffer.from('not a record at all, whatever it may be')],
    ['a header that is no object', framed('null')],
    ['a header without lengths', framed('{"d":[],"e":[],"r":null}')],
    ['an unknown kind of payload', framed('{"d":[],"e":[],"r":null,"c":["zip",0],"m":["none",0],"t":0,"o":false}')],
    ['negative lengths', framed('{"d":[],"e":[],"r":null,"c":["utf8",-1],"m":["utf8",1],"t":0,"o":false}')],
    ['lengths that are texts', framed('{"d":[],"e":[],"r":null,"c":["utf8","0"],"m":["utf8","0"],"t":0,"o":false}')],
    ['no dependencies', framed('{"e":[],"r":null,"c":["none",0],"m":["none",0],"t":0,"o":false}')],
    ['no effects', framed('{"d":[],"r":null,"c":["none",0],"m":["none",0],"t":0,"o":false}')],
    ['dependencies that are no list', framed('{"d":{"length":0},"e":[],"r":null,"c":["none",0],"m":["none",0],"t":0,"o":false}')],
    ['a kind without its bytes', framed('{"d":[],"e":[],"r":null,"c":["none",2],"m":["none",0],"t":0,"o":false}', 'ab')],
  ])('rejects %s', (_what, bytes) => {
    expect(() => decodeRecord(bytes, asItIs)).toThrow()
  })
})

function framed(header: string, payload = ''): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32LE(Buffer.byteLength(header))
  return Buffer.concat([length, Buffer.from(header), Buffer.from(payload)])
}
