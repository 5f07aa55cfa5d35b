import { describe, expect, it } from 'vitest'
import { analyze } from './helpers.ts'

const SOURCES: readonly (readonly [string, string])[] = [
  ['a.tsx', 'import { a as b } from "c"\nexport class D<T> extends (E as any) { #f = 1; static { this.g?.() } @h() i(j: string = `${k}`, { l: [m = 2, ...n] } = {}) { return <p {...o}>{q && <r s="t" />}</p> } }\nlabel: for await (const u of v) { try { switch (w) { case /x(y)+/g.test(z): continue label; default: throw new Error("a" + b) } } catch { eval(req.query.c) } finally { d ??= e ? f : g } }'],
  ['a.vue', '<template><p v-html="a.b" :c="d" /></template>\n<script setup lang="ts">\nconst e: f = g as h\nlocation.href = i\n</script>\n<style scoped>p { color: red }</style>'],
  ['a.svelte', '<script context="module">export const a = 1</script>\n<script>let b; $: c = b</script>\n{#if d}{@html e}{/if}'],
  ['a.mdx', 'import A from "b"\n\n# C {d}\n\n```js\nimport e\n```\n\nexport const f = () => <A g={`h`} />\n'],
]

describe('analyze', () => {
  it.each(SOURCES)('survives %s cut off anywhere', (id, source) => {
    for (let end = 0; end <= source.length; end++) {
      const { ruleFailures, findings } = analyze(source.slice(0, end), id)
      expect(ruleFailures).toEqual([])
      for (const { start, end: stop, line, column } of findings) expect(start < stop && line > 0 && column > 0).toBe(true)
    }
  })

  it.each(SOURCES)('survives %s with any one character gone', (id, source) => {
    for (let at = 0; at < source.length; at++) expect(analyze(source.slice(0, at) + source.slice(at + 1), id).ruleFailures).toEqual([])
  })

  it.each(['\uFEFF', '\0', '\uD800', '\u2028', '#!', '<!--', '-->', '<script>', '<script', '{@html', '---\n', '\r', '/*', '//', '`${', '"'])('survives %j', (source) => {
    for (const id of ['a.js', 'a.ts', 'a.vue', 'a.svelte', 'a.mdx', 'a.html', 'a']) expect(analyze(source, id).ruleFailures).toEqual([])
  })

  it('passes a bundle of ten megabytes with a note, at once', () => {
    const bundle = `!function(){${'var a=function(b){return b?c(d):e.f[g]};'.repeat(260_000)}}();`
    const start = performance.now()
    const { notes, metrics } = analyze(bundle)
    expect(bundle.length).toBeGreaterThan(10_000_000)
    expect(notes.map(({ reason }) => reason)).toEqual(['too-large'])
    expect(metrics.lines).toBe(1)
    expect(performance.now() - start).toBeLessThan(20_000)
  })

  it('does not run the regular expressions that it reads', () => {
    const patterns = ['(a+)+$', '(.*)*x', '(a|a)*b', '([a-z]+)*[0-9]', '(?:(?:x+)+)+y', '^(([a-z])+.)+[A-Z]([a-z])+$']
    for (const pattern of patterns) {
      const source = `/${pattern}/.test("${'a'.repeat(60)}!")`
      analyze(source)
      const start = performance.now()
      for (let round = 0; round < 20; round++) analyze(source)
      expect((performance.now() - start) / 20, pattern).toBeLessThan(200)
    }
  })

  it('answers the same each time', () => {
    for (const [id, source] of SOURCES) expect(analyze(source, id)).toEqual(analyze(source, id))
  })
})
