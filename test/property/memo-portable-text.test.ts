/** Portable text: nothing is lost on the way to tokens and back, whatever the text and the roots. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PortableText } from '../../src/memo/record/portable-text.ts'
import type { Root } from '../../src/memo/record/portable-text.ts'

const name = fc.oneof(fc.constantFrom('srv', 'shop', 'app', 'größe', 'my shop', '$x', 'a.b', '100%', 'node_modules'), fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 }).map(text => text.replaceAll(/[/\0]/g, '_')))
const path = fc.array(name, { minLength: 1, maxLength: 4 }).map(names => `/${names.join('/')}`)
const TOKENS = ['w', 'r', 'h']
/** Some of them inside others. */
const roots: fc.Arbitrary<Root[]> = fc.array(path, { minLength: 1, maxLength: 3 }).chain(paths => fc.constantFrom(true, false).map(isNested => paths.map((each, index) => ({
  token: TOKENS[index]!, path: isNested && index > 0 ? paths[0] + each : each,
}))))

/** Texts in which roots, halves of roots and markers occur. */
function textsAbout(about: readonly Root[]): fc.Arbitrary<string> {
  const piece = fc.oneof(
    fc.constantFrom(...about.map(root => root.path)),
    fc.constantFrom(...about.map(root => root.path)).chain(each => fc.nat({ max: each.length }).map(end => each.slice(0, end))),
    fc.constantFrom('\u0001', '\u0001e', '\u0001r', '\u0001w', 'e', 'r', '/', '"', ' ', '\\n', 'file://', '?', '.ts', 'é', '\ud800', '\udfff', '\n'),
    fc.string({ unit: 'binary', maxLength: 5 }),
  )
  return fc.array(piece, { maxLength: 12 }).map(pieces => pieces.join(''))
}

const cases = roots.chain(about => fc.tuple(fc.constant(about), textsAbout(about), textsAbout(about)))

describe('portable text', () => {
  it('comes back as it was', () => {
    fc.assert(fc.property(cases, ([about, text]) => {
      const portable = new PortableText(about)
      expect(portable.restore(portable.tokenise(text))).toBe(text)
    }), { numRuns: 1000 })
  })

  it('is different for different texts', () => {
    fc.assert(fc.property(cases, ([about, one, other]) => {
      const portable = new PortableText(about)
      expect(portable.tokenise(one) === portable.tokenise(other)).toBe(one === other)
    }), { numRuns: 1500 })
  })

  it('holds no root any more, or says so', () => {
    fc.assert(fc.property(cases, ([about, text]) => {
      const portable = new PortableText(about)
      const tokenised = portable.tokenise(text)
      if (!portable.hasResidue(tokenised)) for (const root of about) expect(tokenised).not.toContain(root.path)
    }), { numRuns: 1500 })
  })

  it('is in another place what the same text made there would be', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.constantFrom('"', ' ', '\n', '(', 'file://'), fc.constantFrom('/a.ts', '/src/b.vue?x', '', '"'))), path, path, (pieces, here, there) => {
      const textAt = (root: string): string => pieces.map(([before, after]) => `${before}${root}${after}`).join('"')
      const tokenised = new PortableText([{ token: 'r', path: here }]).tokenise(textAt(here))
      expect(new PortableText([{ token: 'r', path: there }]).restore(tokenised)).toBe(textAt(there))
    }), { numRuns: 1000 })
  })
})
