import { describe, expect, it } from 'vitest'
import { changedOptions, Outlines } from '../../../../src/memo/ledger/outlines.ts'
import { PortableText } from '../../../../src/memo/record/portable-text.ts'

const changesBetween = (before: unknown, now: unknown): string[] => {
  const outlines = new Outlines(new PortableText([{ token: 'r', path: '/srv/shop' }]))
  return changedOptions(outlines.of(outlines.partOf(before).part), outlines.of(outlines.partOf(now).part))
}

describe('changedOptions', () => {
  it.each<[string, unknown, unknown, string[]]>([
    ['nothing', { a: 1 }, { a: 1 }, []],
    ['an option', { a: 1, b: 2 }, { a: 1, b: 3 }, ['b']],
    ['one that came and one that went', { a: 1 }, { b: 1 }, ['b', 'a']],
    ['an option in another one', { css: { modules: { hash: 'x' }, devSourcemap: true } }, { css: { modules: { hash: 'y' }, devSourcemap: true } }, ['css.modules.hash']],
    ['an entry of a list', { module: { rules: [{ test: /a/ }, { test: /b/ }] } }, { module: { rules: [{ test: /a/ }, { test: /c/ }] } }, ['module.rules[1]']],
    ['what is deeper than it goes', { a: { b: { c: { d: 1 } } } }, { a: { b: { c: { d: 2 } } } }, ['a.b.c']],
    ['names that begin with each other', { ab: 1, a: 1 }, { ab: 2, a: 2 }, ['a', 'ab']],
    ['a function', { a: () => 1 }, { a: () => 2 }, ['a']],
    ['a list of its own', ['x', 'y'], ['x', 'z'], ['[1]']],
    ['a path in another checkout', { a: '/srv/shop/src' }, { a: '/srv/shop/src' }, []],
    ['an option that is of another kind now', { a: { b: 1 } }, { a: 2 }, ['a.b']],
    ['what has no options', 'x', 'y', []],
  ])('%s', (_what, before, now, expected) => {
    expect(changesBetween(before, now)).toEqual(expected)
  })

  it('knows nothing of a part that it has not made, and tells the same twice', () => {
    const outlines = new Outlines(new PortableText([]))
    const { part, complete } = outlines.partOf({ a: 1 })
    expect(complete).toBe(true)
    expect(outlines.of('another')).toBeNull()
    expect(outlines.of(part)).toEqual(outlines.of(part))
    expect(changedOptions(outlines.of(part), null)).toEqual([])
  })

  it('tells options of plugins that are remembered as one by their names', () => {
    const outlines = new Outlines(new PortableText([]))
    const chain = (part: string, indent: number): ReturnType<Outlines['of']> => {
      outlines.combine(part, [['css-loader', outlines.partOf({ sourceMap: true }).part], ['sass-loader', outlines.partOf({ sassOptions: { indent } }).part]])
      return outlines.of(part)
    }
    expect(changedOptions(chain('before', 1), chain('now', 2))).toEqual(['sass-loader sassOptions.indent'])
    outlines.combine('nothing', [['unread', 'another']])
    expect(outlines.of('nothing')).toBeNull()
  })

  it('keeps no value', () => {
    const outlines = new Outlines(new PortableText([]))
    expect(JSON.stringify(outlines.of(outlines.partOf({ token: 'hunter2' }).part))).not.toContain('hunter2')
  })

  it('goes through a large configuration and stops', () => {
    const outlines = new Outlines(new PortableText([]))
    const outline = outlines.of(outlines.partOf(Object.fromEntries(Array.from({ length: 3000 }, (_, index) => [`key${index}`, index]))).part)
    expect(Object.keys(outline!)).toHaveLength(600)
  })
})
