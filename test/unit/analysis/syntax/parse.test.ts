import { describe, expect, it } from 'vitest'
import { DEPTH_BUDGET, estimateDepth } from '../../../../src/analysis/syntax/depth.ts'
import { langOfId, MAX_SOURCE_CHARS, parseModule } from '../../../../src/analysis/syntax/parse.ts'
import { extractBlocks } from '../../../../src/analysis/syntax/blocks.ts'
import { analyze } from '../helpers.ts'

const repeat = (text: string, count = 10_000): string => text.repeat(count)

const DEEP: readonly (readonly [string, string])[] = [
  ['arrays', repeat('[') + repeat(']')],
  ['parentheses', `${repeat('(')}1${repeat(')')}`],
  ['blocks', repeat('{') + repeat('}')],
  ['functions', repeat('function f(){') + repeat('}')],
  ['calls', repeat('f(') + repeat(')')],
  ['arrows', `${repeat('a=>')}a`],
  ['if', `${repeat('if(a)')}b`],
  ['else if', `${repeat('if(a);else ')};`],
  ['else if with blocks', `${repeat('if(a){b()}else ')}{}`],
  ['ternaries', `${repeat('a?b:')}c`],
  ['elements', repeat('<a>') + repeat('</a>')],
  ['elements on lines', repeat('<a>\n') + repeat('</a>\n')],
  ['objects', `x=${repeat('{a:')}1${repeat('}')}`],
  ['templates', `${repeat('`${')}1${repeat('}`')}`],
  ['assignments', `${repeat('a=')}1`],
  ['new', `${repeat('new ')}a`],
  ['sums', `a${repeat('+a')}`],
  ['members', `a${repeat('.b')}`],
  ['chains', `a${repeat('.then(b)')}`],
  ['negations', `${repeat('!')}a`],
  ['labels', `${Array.from({ length: 10_000 }, (_, index) => `l${index}:`).join('')};`],
  ['types', `type A = ${repeat('[')}${repeat(']')}`],
  ['await', `async () => ${repeat('await ')}a`],
]

describe('parseModule', () => {
  it.each(DEEP)('refuses 10,000 levels of %s instead of ending the process', (_name, source) => {
    expect(parseModule(source, 'tsx')).toMatchObject({ kind: 'note', reason: 'too-deep' })
  })

  it.each([
    ['statements without semicolons', 'const a = () => b\n'.repeat(3000)],
    ['siblings', `<div>${'<p>It is, well. Fine? = yes: no</p>\n'.repeat(3000)}</div>`],
    ['else-free ifs', 'if (a) { b = c ? d : e }\n'.repeat(3000)],
    ['cases', `switch (a) {${Array.from({ length: 3000 }, (_, index) => `case ${index}:`).join('\n')} }`],
    ['entries', `x = {${'a: b => c ? d : e,\n'.repeat(3000)}}`],
    ['texts with brackets', `f("(((", '[[[', /[(]\\(/, \`{{\`);\n`.repeat(3000)],
    ['comments with brackets', '// it is (((\n/* [[[ */\n'.repeat(3000)],
  ])('takes 3,000 %s for flat', (_name, source) => {
    expect(estimateDepth(source)).toBeLessThan(DEPTH_BUDGET / 10)
    expect(parseModule(source, 'tsx').kind).toBe('parsed')
  })

  it.each([
    ['a cast of old in .ts', 'const a = <string>b', 'tsx', 'ts'],
    ['types in .js', 'const a: string = b as string', 'jsx', 'tsx'],
    ['JSX in .ts', 'const a = <p>b</p>', 'ts', 'tsx'],
    ['return at the top level', 'return 1', 'jsx', 'jsx'],
    ['with', 'with (a) b()', 'jsx', 'jsx'],
  ] as const)('rescues %s', (_name, source, lang, accepted) => {
    expect(parseModule(source, lang)).toMatchObject({ kind: 'parsed', lang: accepted })
  })

  it('keeps offsets behind a byte order mark', () => {
    const parsed = parseModule('\uFEFFconst a = 1', 'jsx')
    expect(parsed.kind === 'parsed' && parsed.program.body[0]).toMatchObject({ start: 1, end: 12 })
    expect(parseModule('\uFEFF#!/usr/bin/env node\nlet a', 'jsx').kind).toBe('parsed')
  })

  it.each([
    ['unparsable', 'const = ;'],
    ['binary', 'a\0b'],
    ['too-large', 'a;'.repeat(MAX_SOURCE_CHARS / 2 + 1)],
  ])('says why: %s', (reason, source) => {
    expect(parseModule(source, 'jsx')).toMatchObject({ kind: 'note', reason })
    expect(analyze(source, 'a.js').notes).toMatchObject([{ reason }])
  })

  it('takes an empty text for an empty module', () => {
    expect(analyze('', 'a.ts')).toMatchObject({ functions: [], findings: [], notes: [], metrics: { codeLines: 0, lines: 1 } })
  })

  it.each([['a.ts', 'ts'], ['a.d.ts', 'dts'], ['a.MTS', 'ts'], ['a.tsx?x=1.js', 'tsx'], ['a.cjs', 'jsx'], ['a', 'jsx']])('takes %s for %s', (id, lang) => {
    expect(langOfId(id)).toBe(lang)
  })
})

describe('extractBlocks', () => {
  it('keeps every offset of scripts in components', () => {
    const source = '<template><p v-if="a > b">x</p></template>\r\n<script setup lang="ts">\r\nconst a: number = 1\r\n</script>\n<style>p {}</style>'
    const [block, ...rest] = extractBlocks('a.vue', source)
    expect(rest).toEqual([])
    expect(block?.lang).toBe('ts')
    expect(block?.text.indexOf('const a')).toBe(source.indexOf('const a'))
    expect(block?.text.trim()).toBe('const a: number = 1')
    expect(block?.text.split('\r\n').length).toBe(source.slice(0, source.indexOf('</script>')).split('\r\n').length)
  })

  it('takes both scripts of a component, and neither data nor templates', () => {
    const source = '<script context="module">let a</script><script type="application/json">{}</script><script lang="ts">let b</script>'
    expect(extractBlocks('a.svelte', source).map(({ text, lang }) => [text.trim(), lang])).toEqual([['let a', 'jsx'], ['let b', 'ts']])
  })

  it('takes imports and exports of MDX, and not those in fences', () => {
    const source = '# Title\n\nimport A from "a"\nimport B from "b"\n\n```js\nimport C from "c"\n```\n\nexport const d = 1\n'
    const [block] = extractBlocks('a.mdx', source)
    expect(block?.text.split('\n').filter((line) => line.trim() !== '')).toEqual(['import A from "a"', 'import B from "b"', 'export const d = 1'])
    expect(block?.text.length).toBe(source.length)
  })
})
