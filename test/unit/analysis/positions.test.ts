/**
 * A finding in a component or a page stands exactly where its code stands in the file.
 *
 * Oracle: the same code by itself. Put behind a template into a `<script>` block, or behind prose into MDX, each finding
 * must be there again, at the same offsets from the code's beginning, and no other.
 */
import { describe, expect, it } from 'vitest'
import { createAnalyzer } from '../../../src/analysis/analyze.ts'
import { INJECTION } from './security/injection.cases.ts'
import { KEYS } from './security/keys.cases.ts'
import { WEB } from './security/web.cases.ts'

const { analyze } = createAnalyzer()
const CODE = Object.values({ ...INJECTION, ...WEB, ...KEYS }).flatMap(({ bad }) => bad)

const CONTAINERS: Readonly<Record<string, { id: string; before: string; after: string; takes: (code: string) => boolean }>> = {
  Vue: { id: 'a.vue', before: '<template>\r\n  <p title="it’s">🏁 {{ text }}</p>\r\n</template>\r\n\r\n<script setup>\r\n', after: '\n</script>\n<style scoped>p { color: red }</style>\n', takes: (code) => !/<\/?[A-Za-z]/.test(code) },
  'Vue with types': { id: 'a.vue', before: '<script lang="ts">\n// ü\n', after: '\n</script>\n<template><p/></template>', takes: (code) => !/<\/?[A-Za-z]/.test(code) },
  Svelte: { id: 'a.svelte', before: '<!-- <script> -->\n<p>{a}</p>\n<script>\n  ', after: '\n</script>\n<p>{b}</p>', takes: (code) => !/<\/?[A-Za-z]/.test(code) },
  MDX: { id: 'a.mdx', before: '# Títle\n\nSome *prose* with `code`.\n\n', after: '\n\nmore <b>prose</b>\n', takes: (code) => /^(?:import|export) /.test(code) },
}

interface Place {
  readonly ruleId: string
  readonly start: number
  readonly end: number
}

/** What only a server can do wrong is not said of a component. */
const OF_SERVERS = /^(?:log-format|timing)\//

function placesIn(id: string, source: string, shift: number): Place[] {
  return analyze(id, source).findings.filter(({ ruleId }) => !OF_SERVERS.test(ruleId)).map(({ ruleId, start, end }) => ({ ruleId, start: start - shift, end: end - shift }))
}

describe.each(Object.entries(CONTAINERS))('findings in %s', (_name, { id, before, after, takes }) => {
  const codes = CODE.filter(takes)

  it('stand where the code stands', () => {
    expect(codes.length).toBeGreaterThan(30)
    for (const code of codes) {
      const source = before + code + after
      expect(placesIn(id, source, before.length), code).toEqual(placesIn('a.tsx', code, 0))
    }
  })

  it('have lines and columns that a person counts to, and show the source itself', () => {
    for (const code of codes) {
      const source = before + code + after
      const lines = source.split(/\r\n|\n/)
      for (const { line, column, start, evidence } of analyze(id, source).findings) {
        expect(lines[line - 1]?.slice(column - 1, column + 2)).toBe(source.slice(start, start + 3))
        for (const step of evidence) expect(lines[step.line - 1]?.slice(step.column - 1).replace(/\s+/g, ' ').startsWith(step.text.slice(0, 20))).toBe(true)
      }
    }
  })
})

describe('findings in templates', () => {
  it.each([
    ['a.vue', '<script setup>const a = 1</script>\n<template>\n  <p v-html="post.body"/>\n</template>', 'post.body'],
    ['a.vue', "<template><p :class='x' v-html='a + b' /></template>", 'a + b'],
    ['a.svelte', '<script>let a</script>\n<p>{@html  a.b}</p>', 'a.b'],
    ['a.svelte', '<p>İ</p>{@html f({ a: "}" }).b}', 'f({ a: "}" }).b'],
    ['a.vue', '<template>İ<!-- <p v-html="c"/> --><SCRIPT>"v-html=\'d\'"</SCRIPT><p v-html="a[b]"/></template>', 'a[b]'],
    ['a.vue', '<template><p v-html="a b"/><p v-html="c.d"/></template>', 'c.d'],
    ['a.svelte', '{#each list as item}{@html item}{/each}', 'item'],
  ])('%s: %s', (id, source, expected) => {
    expect(analyze(id, source).findings.map(({ start, end }) => source.slice(start, end))).toEqual([expected])
  })
})
