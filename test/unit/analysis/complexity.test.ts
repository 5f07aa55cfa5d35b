/**
 * What ESLint's `complexity` counts, construct by construct and in every kind of function: a table of our own, with ESLint
 * itself beside it, so that neither table nor analysis can be wrong alone.
 */
import { Linter } from 'eslint'
import { describe, expect, it } from 'vitest'
import { analyzeMetrics } from '../../../src/analysis/metrics/analyze-metrics.ts'

/** Statements; classic and modified complexity of a function that holds nothing else. */
const BODIES: readonly (readonly [body: string, classic: number, modified: number])[] = [
  ['', 1, 1],
  ['a(); b.c = d;', 1, 1],
  ['if (a) b();', 2, 2],
  ['if (a) b(); else c();', 2, 2],
  ['if (a) b(); else if (c) d(); else if (e) f(); else g();', 4, 4],
  ['if (a) { if (b) { if (c) d(); } }', 4, 4],
  ['a ? b : c;', 2, 2],
  ['a ? b ? 1 : 2 : c ? 3 : 4;', 4, 4],
  ['a && b;', 2, 2],
  ['a || b || c;', 3, 3],
  ['(a && b) || (c && d);', 4, 4],
  ['a ?? b;', 2, 2],
  ['a &&= b; a ||= b; a ??= b;', 4, 4],
  ['a += b; a = b; a **= 2; a >>>= 1;', 1, 1],
  ['a?.b;', 2, 2],
  ['a?.b.c?.d;', 3, 3],
  ['a?.[b]?.(c);', 3, 3],
  ['(a?.b).c;', 2, 2],
  ['delete a?.b;', 2, 2],
  ['for (let i = 0; i < 9; i++) a();', 2, 2],
  ['for (;;) { if (a) break; }', 3, 3],
  ['for (const k in a) b(k);', 2, 2],
  ['for (const v of a) b(v);', 2, 2],
  ['x: for (const v of a) { for (const w of v) { if (w) continue x; } }', 4, 4],
  ['while (a) b();', 2, 2],
  ['do { a(); } while (b && c);', 3, 3],
  ['try { a(); } catch (e) { b(e); }', 2, 2],
  ['try { a(); } catch { b(); } finally { c(); }', 2, 2],
  ['try { a(); } finally { c(); }', 1, 1],
  ['switch (a) {}', 1, 2],
  ['switch (a) { default: b(); }', 1, 2],
  ['switch (a) { case 1: b(); break; }', 2, 2],
  ['switch (a) { case 1: case 2: case 3: b(); break; default: c(); }', 4, 2],
  ['switch (a) { case 1: if (b) c(); break; case 2: switch (d) { case 3: e(); } }', 5, 4],
  ['switch (a && b) { case c || d: e(); }', 4, 4],
  ['throw a || b;', 2, 2],
  ['const { p = 1 } = a;', 2, 2],
  ['const [p = 1, q = 2] = a;', 3, 3],
  ['const { p: { q = 1 } = {}, ...r } = a;', 3, 3],
  ['[a = 1] = b; ({ c: d = 2 } = e);', 3, 3],
  ['`${a || b} ${c ? d : e}`;', 3, 3],
  ['a`${b && c}`;', 2, 2],
  ['new A(b ? c : d, ...(e || f));', 3, 3],
  ['({ [a || b]: c, d: e ? f : g });', 3, 3],
  ['a = b, c && d;', 2, 2],
  ['typeof a === "b" || void 0;', 2, 2],
  ['const g = () => a || b;', 1, 1],
  ['const g = function () { if (a) b(); };', 1, 1],
  ['function g() { while (a) b(); }', 1, 1],
  ['class G { m() { if (a) b(); } }', 1, 1],
  ['class G extends (a || B) { [c ? d : e]() {} }', 3, 3],
  ['label: { if (a) break label; }', 2, 2],
]

const FUNCTIONS: readonly (readonly [kind: string, wrap: (body: string) => string])[] = [
  ['a declaration', (body) => `function f() { ${body} }`],
  ['an async arrow function', (body) => `const f = async () => { ${body} };`],
  ['a method', (body) => `class C { f() { ${body} } }`],
  ['a setter of an object', (body) => `const o = { set f(x) { ${body} } };`],
  ['a generator expression', (body) => `const f = function* () { ${body} };`],
]

/** Whole functions: what their heads and fields add. */
const HEADS: readonly string[] = [
  'function f(a = 1) {}', 'function f({ a = 1, b: { c = 2 } = {} } = {}) {}', '(a = b || c) => a', 'a => a?.b', 'class C { x = a || b }', 'class C { static x = a ? b : c; y = () => d && e }', 'class C { #x = a?.b }',
  'class C { static { if (a) b(); } }', 'class C { static { a || b } static { c?.d } }', 'class C { [a || b] = c }', 'class C { constructor(a = 1) { b?.c } }', 'const o = { get a() { return b || c }, d(e = 1) {} }',
  'export default function () { if (a) b() }', 'export default () => a && b', 'if (a) b()', 'const a = b || c',
]

const linter = new Linter({ configType: 'flat' })

function numbersOfEslint(code: string, variant: 'classic' | 'modified'): number[] {
  const messages = linter.verify(code, { rules: { complexity: [2, { max: 0, variant }] }, languageOptions: { ecmaVersion: 'latest', sourceType: 'module' } })
  return messages.map(({ message, fatal }) => {
    const number = /complexity of (\d+)/.exec(message)?.[1]
    if (fatal || number === undefined) throw new Error(`${code}: ${message}`)
    return Number(number)
  }).sort((left, right) => left - right)
}

function numbersOfOurs(code: string, variant: 'classic' | 'modified'): number[] {
  const result = analyzeMetrics('a.js', code)
  if (result.kind === 'note') throw new Error(`${code}: ${result.message}`)
  return result.functions.map(({ cyclomatic }) => cyclomatic[variant]).sort((left, right) => left - right)
}

describe.each(FUNCTIONS)('complexity of %s', (_kind, wrap) => {
  it.each(BODIES)('with %s', (body, classic, modified) => {
    const code = wrap(body)
    const result = analyzeMetrics('a.js', code)
    const outer = result.kind === 'metrics' ? result.functions.find(({ name }) => /(?:^|\.)f$/.test(name)) : undefined
    expect(outer?.cyclomatic).toEqual({ classic, modified })
    for (const variant of ['classic', 'modified'] as const) expect(numbersOfOurs(code, variant)).toEqual(numbersOfEslint(code, variant))
  })
})

describe('complexity of heads and fields', () => {
  it.each(HEADS)('%s', (code) => {
    for (const variant of ['classic', 'modified'] as const) expect(numbersOfOurs(code, variant)).toEqual(numbersOfEslint(code, variant))
  })
})
