import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { displayWidth, formatBytes, formatCount, formatMs, formatRough, formatSeconds, keepStart, plural, printable, shortenId, wrapWords } from '../../../src/report/format.ts'

describe('numbers', () => {
  it.each([
    [0, '0 ms'], [0.2, '<1 ms'], [1, '1 ms'], [41.4, '41 ms'], [999.4, '999 ms'], [999.6, '1.00 s'], [2264, '2.26 s'],
    [9994, '9.99 s'], [9996, '10.0 s'], [31_420, '31.4 s'], [59_949, '59.9 s'], [59_960, '1 min 0 s'], [125_000, '2 min 5 s'],
  ])('formatMs(%d) is %s', (ms, text) => {
    expect(formatMs(ms)).toBe(text)
  })

  it.each([[470, '470 ms'], [474, '470 ms'], [996, '1.0 s'], [3064, '3.1 s'], [12_345, '12 s'], [130_400, '2 min 10 s']])('formatRough(%d) is %s', (ms, text) => {
    expect(formatRough(ms)).toBe(text)
  })

  it('formatSeconds starts with seconds', () => {
    expect(formatSeconds(840)).toBe('0.84 s')
  })

  it.each([
    [0, '0 B'], [812, '812 B'], [1000, '1 kB'], [41_200, '41 kB'], [999_400, '999 kB'], [999_600, '1.0 MB'],
    [4_100_000, '4.1 MB'], [18_200_000, '18 MB'], [2_000_000_000, '2.0 GB'], [5e15, '5000 TB'],
  ])('formatBytes(%d) is %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text)
  })

  it.each([[0, '0'], [999, '999'], [1000, '1,000'], [1_234_567, '1,234,567']])('formatCount(%d) is %s', (count, text) => {
    expect(formatCount(count)).toBe(text)
  })

  it('plural', () => {
    expect([plural(0, 'call'), plural(1, 'call'), plural(2000, 'call')]).toEqual(['0 calls', '1 call', '2,000 calls'])
  })
})

describe('printable', () => {
  it('writes out what could steer a terminal', () => {
    expect(printable('\0virtual:a\u001b[31m\nb\u202e')).toBe(String.raw`\0virtual:a\u{1b}[31m\u{a}b\u{202e}`)
  })
})

describe('displayWidth', () => {
  it.each([['abc', 3], ['', 0], ['é', 1], ['e\u0301', 1], ['部品', 4], ['한', 2], ['🚀', 2], ['…', 1]])('%s takes %d', (text, columns) => {
    expect(displayWidth(text)).toBe(columns)
  })
})

describe('shortenId', () => {
  it.each([
    ['src/App.vue', 20, 'src/App.vue'],
    ['src/components/navigation/Item.vue', 20, '…navigation/Item.vue'],
    ['src/components/Item.vue?vue&type=style&index=0', 24, '…ts/Item.vue?vue&type=s…'],
    ['?virtual-with-a-very-long-name', 12, '…y-long-name'],
    ['部品/部品/ボタン.vue', 12, '…/ボタン.vue'],
  ])('%s in %d is %s', (id, columns, text) => {
    expect(shortenId(id, columns)).toBe(text)
  })

  it('fits', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.integer({ min: 8, max: 40 }), (id, columns) => {
      expect(displayWidth(shortenId(id, columns))).toBeLessThanOrEqual(columns)
      expect(displayWidth(keepStart(printable(id), columns))).toBeLessThanOrEqual(columns)
    }))
  })
})

describe('wrapWords', () => {
  it('breaks at spaces, and leaves a number with its unit', () => {
    expect(wrapWords('vite:vue 41 ms, vite:css 12 ms', 14)).toEqual(['vite:vue', '41 ms,', 'vite:css 12 ms'])
    expect(wrapWords('kept 18 MB in 2 min 5 s', 9)).toEqual(['kept', '18 MB in', '2 min 5 s'])
  })

  it('gives a word that is too long a line of its own', () => {
    expect(wrapWords('a extraordinary b', 5)).toEqual(['a', 'extraordinary', 'b'])
  })

  it('loses no word', () => {
    fc.assert(fc.property(fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1 }), fc.integer({ min: 1, max: 30 }), (words, columns) => {
      expect(wrapWords(words.join(' '), columns).join(' ')).toBe(words.join(' '))
    }))
  })
})
