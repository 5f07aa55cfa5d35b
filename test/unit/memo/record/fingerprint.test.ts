import { describe, expect, it } from 'vitest'
import { fingerprint } from '../../../../src/memo/record/fingerprint.ts'

class Instance {
  readonly field = 1
}

const cyclic: Record<string, unknown> = { name: 'node' }
cyclic['self'] = cyclic

const textOf = (value: unknown): string => fingerprint(value).text

describe('fingerprint', () => {
  it('does not depend on the order of keys', () => {
    expect(textOf({ a: 1, b: { c: 2, d: 3 } })).toBe(textOf({ b: { d: 3, c: 2 }, a: 1 }))
  })

  it.each([
    ['numbers and their texts', 1, '1'],
    ['null and undefined', null, undefined],
    ['an absent and an undefined property', {}, { a: undefined }],
    ['the order of lists', ['a', 'b'], ['b', 'a']],
    ['nesting', [['a'], 'b'], [['a', 'b']]],
    ['a text that looks like a list', ['a","b'], ['a', 'b']],
    ['regular expressions', /a/, /a/i],
    ['a regular expression and its text', /a/, '/a/'],
    ['functions', () => 1, () => 2],
    ['dates within one second', new Date(1), new Date(2)],
    ['bigints and numbers', 1n, 1],
    ['maps', new Map([['a', 1]]), new Map([['a', 2]])],
    ['sets', new Set(['a']), new Set(['b'])],
    ['keys and values', { a: 'b' }, { b: 'a' }],
    ['bytes', Buffer.from('a'), Buffer.from('b')],
    ['URLs', new URL('https://a.example/'), new URL('https://b.example/')],
  ])('tells apart %s', (_what, one, other) => {
    expect(textOf(one)).not.toBe(textOf(other))
  })

  it.each([
    ['JSON', { a: [1, 'b', null] }, true],
    ['a regular expression, a date, a map of them', new Map<string, unknown>([['a', /a/], ['b', new Date(0)]]), true],
    ['a function', { a: () => 1 }, false],
    ['a class instance', { a: new Instance() }, false],
    ['a cycle', cyclic, false],
    ['a symbol key', { [Symbol('s')]: 1 }, false],
    ['a hidden property', Object.defineProperty({}, 'a', { value: 1, enumerable: false }), false],
    ['an error, whose message is hidden', new Error('x'), false],
  ])('knows whether it saw all of %s', (_what, value, complete) => {
    expect(fingerprint(value).complete).toBe(complete)
  })

  it('sees a value that occurs twice twice, and says nothing is missing', () => {
    const shared = { a: 1 }
    expect(fingerprint([shared, shared])).toEqual({ text: '[{"a":1},{"a":1}]', complete: true })
  })

  it('survives a getter that throws, and still sees what is beside it', () => {
    const valueWith = (beside: number): object => ({ beside, get broken(): never { throw new Error('mine') } })
    expect(fingerprint(valueWith(1)).complete).toBe(false)
    expect(textOf(valueWith(1))).not.toBe(textOf(valueWith(2)))
  })

  it('survives a proxy that throws', () => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    expect(fingerprint({ proxy }).complete).toBe(false)
    expect(textOf({ proxy, a: 1 })).not.toBe(textOf({ proxy, a: 2 }))
  })
})
