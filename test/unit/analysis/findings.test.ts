import { describe, expect, it } from 'vitest'
import { createAnalyzer } from '../../../src/analysis/analyze.ts'
import { defineRule } from '../../../src/analysis/rule.ts'
import { analyze, found } from './helpers.ts'

const BAD = 'export function show(el, name) {\n  el.innerHTML = "<b>" + name\n}\n'

const prints = (source: string, id = 'a.js'): string[] => analyze(source, id).findings.map((finding) => finding.fingerprint)

describe('fingerprints', () => {
  it.each([
    ['lines above', `${'// x\n'.repeat(10)}${BAD}`],
    ['quotes, semicolons and indentation', "export function show(el, name) {\n\n      el.innerHTML = '<b>' + name;\n}"],
    ['parentheses', 'export function show(el, name) { (el).innerHTML = ("<b>" + (name)) }'],
    ['another function above', `export function other() {}\n${BAD}`],
  ])('survive %s', (_name, source) => {
    expect(prints(source)).toEqual(prints(BAD))
  })

  it('survive a move to another file', () => {
    expect(prints(BAD, 'b/c.ts')).toEqual(prints(BAD))
  })

  it('tell different code, functions and repetitions apart', () => {
    const all = [
      ...prints(BAD), ...prints(BAD.replace('<b>', '<i>')), ...prints(BAD.replace('show', 'hide')),
      ...prints('export function show(el, name) { el.innerHTML = "<b>" + name; el.innerHTML = "<b>" + name }'),
    ]
    expect(new Set(all).size).toBe(4)
    expect(all).toHaveLength(5)
  })
})

describe('evidence', () => {
  it('leads from the source to the sink, across functions', () => {
    const source = 'function show(text) {\n  document.body.innerHTML = text\n}\nfunction read() {\n  return location.hash\n}\nshow(read())'
    const [finding] = analyze(source).findings
    expect(finding).toMatchObject({ ruleId: 'xss/markup-property', line: 2, column: 3, confidence: 'high', cwe: [79] })
    expect(finding?.evidence.map(({ line, text }) => [line, text])).toEqual([[5, 'location.hash'], [7, 'read()'], [2, 'text'], [2, 'document.body.innerHTML = text']])
  })

  it.each([
    ['high', 'el.innerHTML = location.hash'],
    ['medium', 'export function f(el, text) { el.innerHTML = text }'],
  ])('makes for %s confidence', (confidence, source) => {
    expect(analyze(source).findings[0]?.confidence).toBe(confidence)
  })
})

describe('taint', () => {
  const sink = (value: string, before = ''): string => `${before}; el.innerHTML = ${value}`
  it.each([
    ['a variable', 'x', 'const x = location.hash'],
    ['a pattern', 'x', 'const { hash: x } = location'],
    ['a member of an object', 'o.a', 'const o = { a: location.hash }'],
    ['a later write', 'o.a', 'const o = {}; o.a = location.hash'],
    ['string methods', 'location.hash.slice(1).trim()'],
    ['a list', 'list.join()', 'const list = []; list.push(location.hash)'],
    ['a loop', 'x', 'let x; for (const y of location.hash.split("")) x = y'],
    ['a callback', 'x', 'let x; location.hash.split("").forEach((y) => { x = y })'],
    ['a promise', 'x', 'let x; Promise.resolve(location.hash).then((y) => { x = y })'],
    ['a function', 'f(location.hash)', 'const f = (a) => `<b>${a}</b>`'],
    ['a method', 'new C().x', 'class C { constructor() { this.x = location.hash; el.innerHTML = this.x } }'],
    ['a choice', 'a ? "b" : location.hash'],
    ['one write of two', 'x', 'let x = "a"; if (b) x = location.hash'],
  ])('goes through %s', (_name: string, value: string, before?: string) => {
    expect(found(sink(value, before)).some((each) => each.startsWith('xss/markup-property'))).toBe(true)
  })

  it.each([
    ['a number', 'Number(location.hash)'],
    ['a length', 'location.hash.length'],
    ['a comparison', 'location.hash === "#a"'],
    ['a sanitizer', 'sanitizeHtml(location.hash)'],
    ['a sanitizer of the module', 'x', 'const x = DOMPurify.sanitize(location.hash)'],
    ['an overwritten variable', 'x', 'let x = location.hash; x = "a"'],
    ['another variable of that name', 'x', 'function f() { const x = location.hash } const x = "a"'],
    ['a private function that gets constants', '""', 'function f(x) { el.innerHTML = x } f("<b>")'],
    ['a member that is safe', 'o.b', 'const o = { a: location.hash, b: "c" }'],
    ['a cleaning pattern', 'location.hash.replace(/[^a-z]/g, "")'],
  ])('stops at %s', (_name: string, value: string, before?: string) => {
    expect(found(sink(value, before))).toEqual([])
  })

  it('ends on definitions in circles and on very long chains', () => {
    expect(found('let a = b; let b = a; function f(x) { return g(x) } function g(x) { return f(x) } el.innerHTML = a + f(b)')).toEqual([])
    const chain = Array.from({ length: 2000 }, (_, index) => `const v${index + 1} = v${index} + "x"`).join('\n')
    expect(found(`const v0 = location.hash\n${chain}\nel.innerHTML = v2000`)).toBeDefined()
  })
})

describe('suppressions', () => {
  const at = (comment: string): readonly [number, number] => {
    const { findings, suppressed } = analyze(comment.includes('$') ? comment.replace('$', 'el.innerHTML = location.hash') : `${comment}\nel.innerHTML = location.hash`)
    return [findings.length, suppressed.length]
  }
  it('take a rule and a reason, above or behind the line', () => {
    expect(at('// pitcrew-ignore xss/markup-property: the page is static')).toEqual([0, 1])
    expect(at('$ // pitcrew-ignore xss/markup-property: the page is static')).toEqual([0, 1])
    expect(at('/* pitcrew-ignore xss/markup-property: the page is static */')).toEqual([0, 1])
  })
  it('do nothing without a reason, for another rule, or from afar', () => {
    expect(at('// pitcrew-ignore xss/markup-property')).toEqual([1, 0])
    expect(at('// pitcrew-ignore xss/markup-property:  ')).toEqual([1, 0])
    expect(at('// pitcrew-ignore xss/markup-call: why')).toEqual([1, 0])
    expect(at('// pitcrew-ignore xss/markup-property: why\n')).toEqual([1, 0])
  })
})

describe('several suppressions', () => {
  const TWO = 'el.innerHTML = location.hash; eval(location.hash)'
  const ids = (before: string): string[] => found(`${before}${TWO}`).map((each) => each.replace(/:.*/, ''))

  it('stand above one line, each with its reason, and may take several lines', () => {
    const all = ids('')
    expect(all.length).toBeGreaterThan(1)
    const stacked = all.map((id) => `// pitcrew-ignore ${id}: ours\n`).join('')
    expect(ids(stacked)).toEqual([])
    expect(ids(`${all.map((id) => `/* pitcrew-ignore ${id}: ours */`).join(' ')}\n`)).toEqual([])
    expect(ids(`${stacked}// and a word to whoever reads it\n/* over\n   lines */\n`)).toEqual([])
    expect(ids(stacked.replace('\n', '\n\n'))).toEqual([all[0]])
  })
})

describe('suppressions that say nothing', () => {
  it.each<[string, string]>([
    ['// pitcrew-ignore xss/markup-property\nel.innerHTML = location.hash', 'Line 1: pitcrew-ignore xss/markup-property gives no reason, so it silences nothing; write `pitcrew-ignore xss/markup-property: <why>`.'],
    ['\nel.innerHTML = location.hash /* pitcrew-ignore xss/markup-property:  */', 'Line 2: pitcrew-ignore xss/markup-property gives no reason'],
    ['// pitcrew-ignore: it is fine\nel.innerHTML = location.hash', 'Line 1: a pitcrew-ignore comment that names no rule silences nothing'],
  ])('are told: %s', (source, message) => {
    const { findings, notes } = analyze(source)
    expect(findings).toHaveLength(1)
    expect(notes).toMatchObject([{ reason: 'suppression', message: expect.stringContaining(message) as string }])
  })

  it('are nothing else than comments', () => {
    expect(analyze('const a = "// pitcrew-ignore xss/markup-property"\n// see pitcrew-ignore').notes).toEqual([])
  })
})

describe('suppressions in a template', () => {
  it.each([
    ['<template>\n  <!-- pitcrew-ignore xss/template-raw-markup: cleaned on the server -->\n  <p\n    class="a > b"\n    v-html="text"\n  />\n</template>', 'a.vue'],
    ['<script>let { text } = $props()</script>\n<!-- pitcrew-ignore xss/template-raw-markup: cleaned on the server -->\n<p>{@html text}</p>', 'a.svelte'],
  ])('speak for the tag that follows: %s', (source, id) => {
    expect(analyze(source, id)).toMatchObject({ findings: [], suppressed: [{ ruleId: 'xss/template-raw-markup' }], notes: [] })
    const silent = source.replace(': cleaned on the server', '')
    expect(analyze(silent, id)).toMatchObject({ findings: [{ ruleId: 'xss/template-raw-markup' }], suppressed: [], notes: [{ reason: 'suppression' }] })
  })

  it('do not speak for the tag after it', () => {
    const two = '<template>\n  <!-- pitcrew-ignore xss/template-raw-markup: ours -->\n  <p v-html="a" />\n  <p v-html="b" />\n</template>'
    expect(analyze(two, 'a.vue').findings.map(({ line }) => line)).toEqual([4])
  })
})

describe('components', () => {
  it('point at the token in the original file', () => {
    const vue = '<script setup>\nconst props = defineProps()\n</script>\n<template>\n  <p v-html="props.text" />\n  <p v-html="\'<b>\'" />\n  <!-- <p v-html="x" /> -->\n</template>'
    const [finding, ...rest] = analyze(vue, 'a.vue').findings
    expect(rest).toEqual([])
    expect(finding && vue.slice(finding.start, finding.end)).toBe('props.text')
    expect(finding).toMatchObject({ line: 5, column: 14 })
    const svelte = '<script>\n  export let text\n  node.innerHTML = location.hash\n</script>\n{@html text}{@html DOMPurify.sanitize(text)}'
    expect(analyze(svelte, 'a.svelte').findings.map(({ start, end }) => svelte.slice(start, end))).toEqual(['node.innerHTML = location.hash', 'text'])
  })
})

describe('markup in templates', () => {
  it.each([
    ['a.vue', '<script setup>\nconst icon = "<svg/>"\n</script>\n<template><p v-html="icon" /><p v-html="$t(\'a.b\')" /><p v-html="`<b>`" /></template>', []],
    ['a.vue', '<script setup>\nlet icon = "<svg/>"\nconst other = load()\n</script>\n<template><p v-html="icon" /><p v-html="other" /><p v-html="render(other)" /><p v-html="render()" /></template>', [5, 5, 5, 5]],
    ['a.svelte', '<script>\nconst icon = { a: "<svg/>" }\nexport let text\n</script>\n{@html icon}\n{@html text}', [6]],
  ])('of %s is told where the text does not decide it: %s', (id, source, lines) => {
    expect(analyze(source, id).findings.map(({ line }) => line)).toEqual(lines)
  })
})

describe('rules of users', () => {
  const rule = defineRule({
    id: 'house/no-alert', cwe: [1], severity: 'low', title: 'alert is used', help: 'Use a dialog.', calls: ['alert'],
    check: (node, context) => context.report(node),
  })
  it('run beside the built-in ones', () => {
    expect(createAnalyzer({ extraRules: [rule] }).analyze('a.js', 'alert(1); el.innerHTML = location.hash').findings.map(({ ruleId }) => ruleId)).toEqual(['house/no-alert', 'xss/markup-property'])
  })
  it('are dropped for the module where they throw', () => {
    const broken = { ...rule, check: () => { throw new Error('broken') } }
    const { findings, ruleFailures } = createAnalyzer({ extraRules: [broken] }).analyze('a.js', 'alert(1); el.innerHTML = location.hash')
    expect(findings.map(({ ruleId }) => ruleId)).toEqual(['xss/markup-property'])
    expect(ruleFailures).toEqual([{ ruleId: 'house/no-alert', message: 'broken' }])
  })
  it('need an id of two words', () => {
    expect(() => defineRule({ ...rule, id: 'alert' })).toThrow(TypeError)
  })
})
