/** Keys: no two calls that differ in anything have one key, whatever their texts hold. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { digest, digestParts, keyOfParts } from '../../src/hash.ts'
import { Keys } from '../../src/memo/keys.ts'
import { PortableText } from '../../src/memo/record/portable-text.ts'
import { siteOf } from '../unit/memo/helpers/memo-bench.ts'

/** Any JavaScript text, lone surrogates included, with what keys and portable text are made of in it more often than by chance. */
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(fc.integer({ min: 0, max: 0xffff }).map(unit => String.fromCharCode(unit))).map(units => units.join('')),
  fc.array(fc.constantFrom('\u0001', 'e', 'r', 'w', '=', ',', ':', '1', '/srv/shop', '/srv/shop/app', '/', '\ud800', '\udc00', '\ufffd', 'a')).map(pieces => pieces.join('')),
)
const parts = fc.array(text, { maxLength: 6 })

/** Two lists that are often almost the same: pieces moved from one part to the next, or one unit changed. */
const twoLists = fc.oneof(
  fc.tuple(parts, parts),
  parts.map((list): [string[], string[]] => [list, [list.join('')]]),
  fc.tuple(parts, fc.nat()).map(([list, at]): [string[], string[]] => {
    const joined = list.join('')
    const cut = joined.length === 0 ? 0 : at % joined.length
    return [list, [joined.slice(0, cut), joined.slice(cut)]]
  }),
  fc.tuple(parts, fc.nat(), fc.integer({ min: 0, max: 0xffff })).map(([list, at, unit]): [string[], string[]] => {
    const other = [...list]
    const part = other[at % (other.length || 1)] ?? ''
    other[at % (other.length || 1)] = part.slice(0, -1) + String.fromCharCode(unit)
    return [list, other]
  }),
)

const same = (one: readonly string[], other: readonly string[]): boolean => JSON.stringify(one) === JSON.stringify(other)

describe('digests', () => {
  it('of two different texts differ', () => {
    fc.assert(fc.property(text, text, (one, other) => {
      expect(digest(one) === digest(other)).toBe(one === other)
    }), { numRuns: 1000 })
  })

  it('of a well-formed text and of its bytes are the same', () => {
    fc.assert(fc.property(text, one => {
      fc.pre(one.isWellFormed())
      expect(digest(one)).toBe(digest(Buffer.from(one)))
    }))
  })

  it('of two different lists of parts differ', () => {
    fc.assert(fc.property(twoLists, ([one, other]) => {
      expect(keyOfParts(one).equals(keyOfParts(other))).toBe(same(one, other))
      expect(digestParts(one) === digestParts(other)).toBe(same(one, other))
    }), { numRuns: 1500 })
  })
})

describe('keys of calls', () => {
  const keys = new Keys({ mode: 'production' }, new PortableText([{ token: 'w', path: '/srv/shop' }, { token: 'r', path: '/srv/shop/app' }]))
  const call = fc.record({ id: text, inputs: fc.dictionary(fc.constantFrom('code', 'moduleType', 'rawId', 'environment'), text) })

  it('of one site differ when anything in the calls does', () => {
    const site = siteOf()
    fc.assert(fc.property(call, call, (one, other) => {
      const isSame = one.id === other.id && same(Object.entries(one.inputs).flat(), Object.entries(other.inputs).flat())
      expect(keys.of(site, one, {}).key.equals(keys.of(site, other, {}).key)).toBe(isSame)
    }), { numRuns: 1000 })
  })

  it('differ between sites that differ in anything', () => {
    const site = fc.record({ plugin: text, hook: fc.constantFrom('transform', 'load'), identity: fc.dictionary(fc.constantFrom('source', 'options', 'config'), text.map(digest)) })
    fc.assert(fc.property(site, site, (one, other) => {
      const isSame = JSON.stringify([one.plugin, one.hook, Object.entries(one.identity)]) === JSON.stringify([other.plugin, other.hook, Object.entries(other.identity)])
      const info = { id: '/a.js', inputs: { code: 'x' } }
      expect(keys.of(siteOf({}, one), info, {}).key.equals(keys.of(siteOf({}, other), info, {}).key)).toBe(isSame)
    }), { numRuns: 1000 })
  })

  it('are the same in another place, however long its name is', () => {
    const elsewhere = new Keys({ mode: 'production' }, new PortableText([{ token: 'w', path: '/home/somebody/else/checkouts/shop' }, { token: 'r', path: '/home/somebody/else/checkouts/shop/app' }]))
    fc.assert(fc.property(fc.integer({ min: 0, max: 60 }), length => {
      const callIn = (root: string): { id: string; inputs: Record<string, string> } => ({ id: `${root}/app/a.js`, inputs: { context: `${root}/${'x'.repeat(length)}` } })
      expect(keys.of(siteOf(), callIn('/srv/shop'), {}).key.equals(elsewhere.of(siteOf(), callIn('/home/somebody/else/checkouts/shop'), {}).key)).toBe(true)
    }))
  })

  it('tell a short text from the digest of a long one', () => {
    fc.assert(fc.property(text, text, (one, other) => {
      const of = (code: string): string => keys.of(siteOf(), { id: 'a', inputs: { code } }, {}).inputs['code']!
      expect(of(one) === of(other)).toBe(one === other)
      expect(of(digest(one))).not.toBe(of(one))
    }), { numRuns: 1000 })
  })
})
