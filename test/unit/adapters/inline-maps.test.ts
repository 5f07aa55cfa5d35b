import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { joinInlineMaps, splitInlineMaps } from '../../../adapters/hosts/inline-maps.ts'

const inline = (map: string, type = 'application/json;charset=utf-8;base64'): string => `//# sourceMappingURL=data:${type},${Buffer.from(map).toString('base64')}`

describe('inline source maps', () => {
  it('come out as text, and go back', () => {
    const text = `a\n${inline('{"sources":["/srv/app/a.js"]}')}\n/*b*/${inline('{}', 'application/json;base64')}`
    const split = splitInlineMaps(text)
    expect(split.maps).toEqual(['{"sources":["/srv/app/a.js"]}', '{}'])
    expect(split.types).toEqual(['application/json;charset=utf-8;base64', 'application/json;base64'])
    expect(split.text).not.toContain('sourceMappingURL=data:')
    expect(joinInlineMaps(split)).toBe(text)
  })

  it.each([
    ['is not UTF-8', `//# sourceMappingURL=data:application/json;base64,${Buffer.from([0xff, 0xfe]).toString('base64')}`],
    ['has bits that stand for nothing', '//# sourceMappingURL=data:application/json;base64,e31='],
    ['has digits of URLs', `//# sourceMappingURL=data:application/json;base64,${Buffer.from('{"a":"~~~???"}').toString('base64url')}`],
    ['has something between its digits', '//# sourceMappingURL=data:application/json;base64,e3\u00e90=='],
    ['is empty', '//# sourceMappingURL=data:application/json;base64,'],
    ['has no padding', '//# sourceMappingURL=data:application/json;base64,e30'],
    ['has another form', '//# sourceMappingURL=data:application/json,%7B%7D'],
    ['is elsewhere', '//# sourceMappingURL=a.js.map'],
  ])('stay where they are when the map %s', (_title, text) => {
    expect(splitInlineMaps(text)).toEqual({ text, types: [], maps: [] })
  })

  it.each(['*/', '"', "')", '\\n'])('end before %j', after => {
    const text = `${inline('{"a":"\u00e9"}')}${after} b`
    const split = splitInlineMaps(text)
    expect(split.maps).toEqual(['{"a":"\u00e9"}'])
    expect(joinInlineMaps(split)).toBe(text)
  })

  it('stay where they are in text that holds the mark', () => {
    const text = `\u0002${inline('{}')}`
    expect(splitInlineMaps(text).text).toBe(text)
  })

  it('give back any text exactly', () => {
    const part = fc.oneof(fc.string({ unit: 'binary' }), fc.json().map(map => inline(map)), fc.oneof(fc.base64String(), fc.string()).map(encoded => `//# sourceMappingURL=data:application/json;base64,${encoded}`), fc.constant('\u0002'))
    fc.assert(fc.property(fc.array(part), parts => {
      const text = parts.join('\n')
      expect(joinInlineMaps(splitInlineMaps(text))).toBe(text)
    }))
  })
})
