/** Paths as Windows writes them, whatever this machine is: with backslashes, with slashes, and escaped inside of strings. */
import { describe, expect, it, vi } from 'vitest'

vi.mock('node:path', async importOriginal => {
  const { win32 } = await importOriginal<typeof import('node:path')>()
  return { ...win32, default: win32 }
})
const { PortableText } = await import('../../../../src/memo/record/portable-text.ts')

const at = (path: string) => new PortableText([{ token: 'r', path }])
const here = at('C:\\work\\shop')
const there = at('D:\\checkouts\\another shop')

describe('a root on Windows', () => {
  it.each([
    ['backslashes', 'C:\\work\\shop\\src\\a.vue', 'D:\\checkouts\\another shop\\src\\a.vue'],
    ['slashes, as bundlers write ids', 'C:/work/shop/src/a.vue?vue&type=style', 'D:/checkouts/another shop/src/a.vue?vue&type=style'],
    ['a string of code', 'const file = "C:\\\\work\\\\shop\\\\src"', 'const file = "D:\\\\checkouts\\\\another shop\\\\src"'],
  ])('moves in %s', (_how, text, moved) => {
    const stored = here.tokenise(text)
    expect(stored).not.toContain('work')
    expect(here.restore(stored)).toBe(text)
    // One key in both places, and what was recorded in one is right in the other.
    expect(there.tokenise(moved)).toBe(stored)
    expect(there.restore(stored)).toBe(moved)
  })

  it.each(['C:\\work\\shopping\\a.ts', 'C:/work/shop-2/a.ts', 'c/C:/work/shop2'])('is not found in %s', text => {
    expect(here.tokenise(text)).toBe(text)
  })

  it('keeps the three ways of writing it apart', () => {
    const ways = ['C:\\work\\shop', 'C:/work/shop', 'C:\\\\work\\\\shop']
    expect(new Set(ways.map(way => here.tokenise(way))).size).toBe(3)
  })
})
