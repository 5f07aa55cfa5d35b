import { describe, expect, it } from 'vitest'
import { analyzeMetrics } from '../../../../src/analysis/metrics/analyze-metrics.ts'
import { maintainabilityIndex } from '../../../../src/analysis/metrics/metrics.ts'
import { firstFunction } from '../helpers.ts'

describe('cyclomatic complexity, as ESLint counts it', () => {
  it.each([
    ['', 1, 1],
    ['if (a) b()', 2, 2],
    ['if (a) b(); else if (c) d(); else e()', 3, 3],
    ['return a ? b : c', 2, 2],
    ['return a && b || c', 3, 3],
    ['return a ?? b', 2, 2],
    ['a ||= b; c &&= d; e ??= f; g += 1', 4, 4],
    ['for (;;) {}', 2, 2],
    ['for (const k in o) {}', 2, 2],
    ['for (const v of o) {}', 2, 2],
    ['while (a) {} do {} while (b)', 3, 3],
    ['try { a() } catch { b() } finally { c() }', 2, 2],
    ['switch (a) { case 1: case 2: b(); break; default: c() }', 3, 2],
    ['return a?.b?.[c]?.(d)', 4, 4],
    ['const { x = 1, y: [z = 2] = [] } = a', 4, 4],
    ['const inner = () => { if (a) b() }', 1, 1],
    ['class C { [a ? b : c]() {} }', 2, 2],
    ['class C { field = a && b; static { if (a) b() } }', 1, 1],
  ])('%s', (body, classic, modified) => {
    expect(firstFunction(`function f() { ${body} }`).cyclomatic).toEqual({ classic, modified })
  })

  it('counts defaults of parameters for the function', () => {
    expect(firstFunction('function f(a = 1, { b = 2 } = {}) {}').cyclomatic.classic).toBe(4)
  })

  it('takes fields and static blocks for functions of their own, values without children included', () => {
    const result = analyzeMetrics('a.js', 'class A { x = 1; y = b || c; z = () => d ? e : f; static { if (g) h() } }')
    const rows = result.kind === 'metrics' ? result.functions.map(({ name, kind, cyclomatic }) => [name, kind, cyclomatic.classic]) : []
    expect(rows).toEqual([['A.x', 'class-field', 1], ['A.y', 'class-field', 2], ['A.z', 'arrow', 2], ['A.z', 'class-field', 1], ['A.static', 'static-block', 2]])
  })
})

describe('cognitive complexity', () => {
  it.each([
    ['', 0, 0],
    ['if (a) { if (b) { c() } }', 3, 3],
    ['if (a) {} else if (b) {} else {}', 3, 3],
    ['for (;;) { while (a) { if (b) c() } }', 6, 6],
    ['switch (a) { case 1: if (b) c() }', 3, 3],
    ['try { a() } catch { if (b) c() }', 3, 3],
    ['return a && b && c', 1, 1],
    ['return a && b || c && d', 2, 3],
    ['return a || b', 0, 1],
    ['return a ?? b', 0, 0],
    ['return a ? b ? 1 : 2 : 3', 3, 3],
    ['x: for (;;) { continue x }', 2, 2],
    ['return f(n - 1) + f(n - 2)', 0, 1],
    ['g(() => { if (a) b() })', 0, 2],
    ['if (a) { g(function () { if (b) c() }) }', 1, 4],
    ['return <p>{a && <b />}</p>', 0, 1],
    ['return <p>{a && b && (c ? <b /> : null)}</p>', 2, 2],
  ])('%s: %i as SonarJS, %i as the paper', (body, sonar, whitePaper) => {
    expect(firstFunction(`function f() { ${body} }`).cognitive).toMatchObject({ sonar, whitePaper, sonarLeak: 0 })
  })

  it('does not let nesting leak behind a ternary whose branch is a function, and says what SonarJS adds there', () => {
    const { cognitive } = firstFunction('function f() { const g = a ? () => 1 : null; if (b) c() }')
    expect(cognitive).toMatchObject({ sonar: 2, sonarLeak: 1 })
  })
})

describe('other metrics', () => {
  it('measures Halstead by its table', () => {
    // Operators: const = + (3 distinct, 3 in all) and function; operands: f, x, a, a.
    const { halstead } = firstFunction('function f() { const x = a + a }')
    expect(halstead).toMatchObject({ distinctOperators: 4, distinctOperands: 3, operators: 4, operands: 4 })
    expect(halstead.volume).toBeCloseTo(8 * Math.log2(7), 10)
    expect(halstead.difficulty).toBeCloseTo((4 / 2) * (4 / 3), 10)
  })

  it('keeps the tokens of a nested function apart', () => {
    const alone = firstFunction('function f() { a() }').halstead
    const around = firstFunction('function f() { a(); function g() { b + c; d(e) } }').halstead
    expect(around.operands).toBe(alone.operands)
  })

  it('counts lines without comments and blanks, nesting and parameters', () => {
    const metrics = firstFunction('function f(a, { b }, ...c) {\n  // comment\n\n  if (a) {\n    for (;;) {}\n  } else if (b) {\n    /* x */ c()\n  }\n}')
    expect(metrics).toMatchObject({ lines: 9, codeLines: 7, nesting: 2, params: 3, line: 1 })
  })

  it('keeps the maintainability index within 0 and 100', () => {
    expect(maintainabilityIndex(0, 1, 0)).toBeCloseTo(((171 - 0.23) * 100) / 171, 10)
    expect(maintainabilityIndex(1e9, 5000, 1e6)).toBe(0)
    expect(maintainabilityIndex(1000, 10, 100)).toBeCloseTo(((171 - 5.2 * Math.log(1000) - 2.3 - 16.2 * Math.log(100)) * 100) / 171, 10)
  })

  it('names functions as a reader would', () => {
    const source = 'const a = () => 1; b.c = function () {}; export default () => 2; class D { e() {} }; ({ f: () => 3 }); g(() => 4); function h(i = () => 5) {}'
    const result = analyzeMetrics('a.js', source)
    expect(result.kind === 'metrics' && result.functions.map(({ name }) => name)).toEqual(['a', 'c', 'default', 'D.e', 'f', '<anonymous>', 'h', 'i'])
  })
})
