import { describe, expect, it } from 'vitest'
import { PortableText } from '../../../../src/memo/record/portable-text.ts'

const HERE = new PortableText([{ token: 'w', path: '/srv/shop' }, { token: 'r', path: '/srv/shop/packages/app' }])
const THERE = new PortableText([{ token: 'w', path: '/home/ci/checkout' }, { token: 'r', path: '/home/ci/checkout/packages/app' }])

const moved = (text: string): string => THERE.restore(HERE.tokenise(text))

describe('portable text', () => {
  it.each([
    ['a path alone', '/srv/shop', '/home/ci/checkout'],
    ['a file in the root', 'import "/srv/shop/src/a.ts"', 'import "/home/ci/checkout/src/a.ts"'],
    ['a root inside a root', '/srv/shop/packages/app/a.ts', '/home/ci/checkout/packages/app/a.ts'],
    ['both roots', '/srv/shop/a:/srv/shop/packages/app/b', '/home/ci/checkout/a:/home/ci/checkout/packages/app/b'],
    ['many, side by side', '["/srv/shop","/srv/shop"]', '["/home/ci/checkout","/home/ci/checkout"]'],
    ['a file URL', 'file:///srv/shop/a.ts', 'file:///home/ci/checkout/a.ts'],
    ['an id of a virtual module', '\0/srv/shop/a.ts?commonjs', '\0/home/ci/checkout/a.ts?commonjs'],
    ['a Vite file-system URL', '/@fs/srv/shop/a.ts', '/@fs/home/ci/checkout/a.ts'],
  ])('moves %s', (_what, text, expected) => {
    expect(moved(text)).toBe(expected)
  })

  it.each([
    ['a longer name', '/srv/shopping/a.ts'],
    ['a name with an extension', '/srv/shop.bak/a.ts'],
    ['a name with a dash', '/srv/shop-2/a.ts'],
    ['the tail of a longer path', '/mnt/srv/shop/a.ts'],
    ['a path of a host', 'https://example.com/srv/shop/a.ts'],
    ['a host with a port', 'http://localhost:8080/srv/shop'],
    ['a home directory', '~/srv/shop'],
    ['a longer name in another script', '/srv/shopé/a.ts'],
    ['a longer name in another alphabet', '/srv/shopы/a.ts'],
    ['a longer name that ends in a dollar', '/srv/shop$old/a.ts'],
  ])('leaves %s alone', (_what, text) => {
    expect(moved(text)).toBe(text)
  })

  it.each([
    ['the marker', '\u0001'],
    ['a marker before a token letter', '\u0001r and \u0001w'],
    ['an escaped marker', '\u0001e'],
    ['a marker at the end', 'x\u0001'],
    ['a marker before a root', '\u0001/srv/shop'],
    ['several markers', '\u0001\u0001\u0001e\u0001'],
    ['lone surrogates', '\ud800/srv/shop\udfff'],
    ['a line break after a marker', '\u0001\n/srv/shop'],
  ])('gives back %s unchanged in the same place', (_what, text) => {
    expect(HERE.restore(HERE.tokenise(text))).toBe(text)
  })

  it('never makes one text of two', () => {
    const texts = ['/srv/shop', '\u0001w', '\u0001ew', '\u0001', '\u0001e', 'w', '/srv/shop/packages/app', '\u0001r', '\u0001w/packages/app']
    expect(new Set(texts.map(text => HERE.tokenise(text))).size).toBe(texts.length)
  })

  it.each([
    ['/srv', '/srv/shop'],
    ['/', '/srv/shop'],
    ['/srv/shop', '/srv/shop/packages/app'],
    ['/srv/sho', null],
    ['/srv/shop/packages/app', null],
  ])('knows the outermost root in %s', (path, root) => {
    expect(HERE.rootIn(path)).toBe(root)
  })

  it.each([
    ['/srv/shop/srv/shop/a.ts', true],
    ['/opt/lib/srv/shop/packages/app/a.ts', true],
    ['/srv/shop/a.ts', false],
    ['/srv/shop-ui/node_modules/b', false],
    ['/srv/shop/srv/shopping/a.ts', false],
  ])('knows whether a root is appended in %s', (path, isAppended) => {
    expect(HERE.isAppended(path)).toBe(isAppended)
  })

  it('takes a folder with the name of a short root for a folder', () => {
    expect(new PortableText([{ token: 'w', path: '/app' }]).isAppended('/app/src/app/a.ts')).toBe(false)
  })

  it('refuses a token that it does not know', () => {
    expect(() => HERE.restore('\u0001z/a.ts')).toThrow(RangeError)
  })

  it('takes the longest root that there is, which may lie elsewhere in another place', () => {
    const apart = new PortableText([{ token: 'w', path: '/home/ci' }, { token: 'r', path: '/opt/app' }])
    expect(apart.restore(HERE.tokenise('/srv/shop/packages/app/a /srv/shop/b'))).toBe('/opt/app/a /home/ci/b')
  })

  it('does the same with roots in any order', () => {
    const reversed = new PortableText([{ token: 'r', path: '/srv/shop/packages/app' }, { token: 'w', path: '/srv/shop' }])
    const text = '/srv/shop/packages/app/a /srv/shop/b'
    expect(reversed.tokenise(text)).toBe(HERE.tokenise(text))
  })

  describe('ambiguity', () => {
    it.each([['/app', true], ['/', true], ['/srv/app', false], ['/a/b/c', false]])('of %s is %s', (path, ambiguous) => {
      expect(new PortableText([{ token: 'r', path }]).ambiguous).toBe(ambiguous)
    })

    it('is that of the shallowest root', () => {
      expect(new PortableText([{ token: 'w', path: '/app' }, { token: 'r', path: '/app/packages/web' }]).ambiguous).toBe(true)
    })

    it('sees where a root occurs', () => {
      expect(HERE.includesRoot('x = "/srv/shop/a"')).toBe(true)
      expect(HERE.includesRoot('x = "/srv/shops/a"')).toBe(false)
    })
  })

  describe('residue', () => {
    const residue = (text: string, path = '/srv/shop'): boolean => {
      const portable = new PortableText([{ token: 'r', path }])
      return portable.hasResidue(portable.tokenise(text))
    }

    it.each([
      ['nothing', 'export const a = 1', false],
      ['a path that was replaced', '"/srv/shop/a"', false],
      ['a root behind an escaped line break', String.raw`"\n/srv/shop/a"`, true],
      ['a root behind an escaped tab', String.raw`"\t/srv/shop/a"`, true],
      ['an inline source map', '//# sourceMappingURL=data:application/json;base64,e30=', true],
      ['a path encoded as a URL component', `"?from=${encodeURIComponent('/srv/shop/a.ts')}"`, true],
    ])('of %s: %s', (_what, text, expected) => {
      expect(residue(text)).toBe(expected)
    })

    it('sees a percent-encoded root', () => {
      expect(residue(encodeURI('file:///srv/my shop/a'), '/srv/my shop')).toBe(true)
    })
  })
})
