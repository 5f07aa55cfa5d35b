import { runInThisContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { dehydrate, hydrate, isPlain, mapStrings } from '../../../../src/memo/record/plain.ts'

class Instance {
  readonly field = 1
}

const cyclic: Record<string, unknown> = { name: 'node' }
cyclic['self'] = cyclic

describe('isPlain', () => {
  it.each([
    null, true, false, '', 'text', 0, -1, 1.5, Number.MAX_VALUE, [], {}, [[null]], { a: [{ b: 'c' }] }, Object.assign(Object.create(null), { a: 1 }),
  ])('accepts %j', value => {
    expect(isPlain(value)).toBe(true)
  })

  it.each([
    ['undefined', undefined],
    ['an undefined property', { a: undefined }],
    ['NaN', NaN],
    ['Infinity', { a: -Infinity }],
    ['minus zero', -0],
    ['a bigint', 1n],
    ['a function', { a: () => 1 }],
    ['a symbol', Symbol('s')],
    ['a symbol key', { [Symbol('s')]: 1 }],
    ['a class instance', new Instance()],
    ['a date', { a: new Date(0) }],
    ['a map', new Map()],
    ['a regular expression', /a/],
    ['a buffer', Buffer.from('a')],
    ['a hole', [1, , 2]],
    ['an undefined element', [undefined]],
    ['a cycle', cyclic],
    ['an own __proto__', JSON.parse('{"__proto__":{"a":1}}')],
    ['an array with a property', Object.assign(['a'], { index: 0 })],
    ['a match of a regular expression', /a/.exec('a')],
    ['an array of a subclass', new (class List extends Array<string> {})()],
    ['a hidden property', Object.defineProperty({ a: 1 }, 'b', { value: 2, enumerable: false })],
  ])('rejects %s', (_what, value) => {
    expect(isPlain(value)).toBe(false)
  })

  it('gives an answer for whatever is nested too deeply', () => {
    let deep: unknown = 'leaf'
    for (let level = 0; level < 100_000; level++) deep = [deep]
    expect(isPlain(deep)).toBe(false)
  })
})

/** What magic-string gives, as far as anybody looks. */
class SourceMap {
  readonly version = 3
  readonly mappings = 'AAAA'
  readonly sources = ['a.js']
  toString(): string {
    return JSON.stringify(this)
  }

  toUrl(): string {
    return 'data:'
  }
}

const storedAndBack = (value: unknown): unknown => hydrate(JSON.parse(JSON.stringify(dehydrate(value))))

describe('dehydrate and hydrate', () => {
  it('give back plain values as they were', () => {
    const value = { a: [1, 'b', null, { c: true }], d: {} }
    expect(storedAndBack(value)).toEqual(value)
  })

  it('leave out own properties that are undefined, at every depth', () => {
    expect(storedAndBack({ a: undefined, b: { c: undefined, d: 1 } })).toStrictEqual({ b: { d: 1 } })
  })

  it('keep a source map object a source map object', () => {
    const map = storedAndBack({ map: new SourceMap() }) as { map: SourceMap }
    expect({ ...map.map }).toEqual({ version: 3, mappings: 'AAAA', sources: ['a.js'] })
    expect(String(map.map)).toBe(new SourceMap().toString())
    expect(map.map.toUrl()).toBe(`data:application/json;charset=utf-8;base64,${Buffer.from(new SourceMap().toString()).toString('base64')}`)
  })

  it('know it by what it can do where a minifier has renamed its class, and no other class by that', () => {
    const renamed = runInThisContext('(class hk { mappings = "AAAA"; toString(){return JSON.stringify(this)} toUrl(){return"data:"} })') as new () => SourceMap
    expect(String(storedAndBack(new renamed()))).toBe('{"mappings":"AAAA"}')
    const counting = runInThisContext('(class hk { mappings = "AAAA"; toString(){return JSON.stringify(this)+seen++} toUrl(){return"data:"} })') as new () => SourceMap
    const more = runInThisContext('(class hk { mappings = "AAAA"; toString(){return JSON.stringify(this)} toUrl(){return"data:"} toJSON(){return {}} })') as new () => SourceMap
    expect([new counting(), new more()].map(value => isPlain(dehydrate(value)))).toEqual([false, false])
  })

  it.each([
    ['a class instance', new Instance()],
    ['a nested class instance', { a: [new Instance()] }],
    ['a function', { a: () => 1 }],
    ['a value that looks like a stored source map', { '$pitcrew:source-map': { version: 3 } }],
    ['a cycle', cyclic],
    ['a cycle through an array', ((): unknown => {
      const list: unknown[] = []
      list.push({ list })
      return list
    })()],
  ])('have no stored form for %s, and do not throw', (_what, value) => {
    expect(isPlain(dehydrate(value))).toBe(false)
  })

  it('copy: what the plugin does to its object afterwards changes nothing', () => {
    const value = { list: ['a'] }
    const stored = dehydrate(value)
    value.list.push('b')
    expect(stored).toEqual({ list: ['a'] })
  })
})

describe('mapStrings', () => {
  it('reaches every string, keys included, and nothing else', () => {
    const shout = (text: string): string => text.toUpperCase()
    expect(mapStrings({ a: ['b', 1, null, true, { c: 'd' }] }, shout)).toEqual({ A: ['B', 1, null, true, { C: 'D' }] })
  })
})
