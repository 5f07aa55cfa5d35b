import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { ParserOptions } from 'oxc-parser'
import { createTreeReader, readJson } from '../../../../src/analysis/syntax/raw-transfer.ts'

const JS: ParserOptions = { lang: 'jsx', sourceType: 'unambiguous', preserveParens: false, astType: 'js' }
const TS: ParserOptions = { ...JS, lang: 'tsx', astType: 'ts' }
const own = (path: string): string => readFileSync(fileURLToPath(new URL(`../../../../${path}`, import.meta.url)), 'utf8')

/** Longer than what is always read as JSON. */
const long = (text: string): string => text.padEnd(1000, '\n')

describe('createTreeReader', () => {
  const read = createTreeReader({ warmUpChars: 0 })

  it.each([
    ['a module of TypeScript', own('src/analysis/names/scopes.ts'), TS],
    ['another', own('src/build.ts'), TS],
    ['JavaScript', own('node_modules/vue/dist/vue.cjs.js'), JS],
    ['text beyond ASCII', long('const ä = "日本語 \u{1f600}"; f(`${ä}\u{1f600}`, ä)'), JS],
    ['big integers and regular expressions', long('f(123n, /a(?<b>c)/dgi, /[/')+ long(')'), JS],
    ['markup', long('export default () => <a b="c" {...d}>{e} text</a>'), JS],
    ['a hashbang', long('#!/usr/bin/env node\n// first\nlet a'), JS],
    ['comments', long('/** a */ let b // c\n/* d */'), JS],
    ['what does not parse', long('let a = ('), JS],
    ['nothing', long(''), JS],
  ] as const)('reads the same tree as the documented way: %s', (_name, text, options) => {
    expect(read(text, options)).toEqual(readJson(text, options))
  })

  it('goes on after a text that was refused', () => {
    read(long('let a = ('), JS)
    const text = long('let b = 1')
    expect(read(text, JS).program.body).toEqual(readJson(text, JS).program.body)
  })

  it('really reads memory here, or nothing of this is shown', () => {
    const seen: string[] = []
    const { parse } = JSON
    JSON.parse = (text: string, ...rest: []) => (seen.push(text), parse(text, ...rest) as unknown)
    try {
      read(long('let c = 1'), JS)
    } finally {
      JSON.parse = parse
    }
    expect(seen).toEqual([])
  })
})
