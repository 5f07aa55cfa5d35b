import { describe, expect, it } from 'vitest'
import { createAnalyzer } from '../../../../src/analysis/analyze.ts'
import { replaceableDependencies } from '../../../../src/analysis/project/alternatives.ts'
import { fixFor } from '../../../../src/analysis/project/fixes.ts'
import { duplicatePackages, packageFolderOf } from '../../../../src/analysis/project/packages.ts'
import { replacementsFor } from '../../../../src/guidance/installed.ts'
import { graphOf, join } from './scene.ts'

const XSS = 'el.innerHTML = location.hash\n'

describe('findings', () => {
  it('are new unless the baseline has them, as often as it has them', () => {
    const [first] = join({ 'a.js': XSS }).findings
    expect(first).toMatchObject({ id: 'a.js', isNew: true, line: 1 })
    const known = new Map([[first!.fingerprint, 1]])
    expect(join({ 'b.js': `\n\n${XSS}` }, { baseline: known }).report.totals).toMatchObject({ high: 1, isNew: 0 })
    expect(join({ 'a.js': XSS, 'b.js': XSS }, { baseline: known }).report.totals).toMatchObject({ high: 2, isNew: 1 })
  })

  it('are off or of another severity at the word of the user', () => {
    expect(join({ 'a.js': XSS }, { rules: new Map([['xss/markup-property', 'off']]) }).findings).toEqual([])
    expect(join({ 'a.js': XSS }, { rules: new Map([['xss/markup-property', 'low']]) }).findings[0]?.severity).toBe('low')
  })

  it('are cut in the report and counted whole', () => {
    const sources = Object.fromEntries(Array.from({ length: 250 }, (_, index) => [`m${index}.js`, XSS]))
    const { report, findings } = join(sources)
    expect([report.findings.length, report.totals.high, findings.length]).toEqual([200, 250, 250])
    expect(JSON.stringify(report).length).toBeLessThan(250_000)
  })
})

describe('data from another module', () => {
  const sources = {
    'app.js': "import { show } from './barrel'\nshow(location.hash)", 'barrel.js': "export * from './view'",
    'view.js': 'export function show(text) {\n  document.body.innerHTML = text\n}',
  }

  it('is followed through barrels, with the module of each step', () => {
    const { findings } = join(sources)
    expect(findings.map(({ id, line, ruleId, confidence }) => `${id}:${line} ${ruleId} ${confidence}`)).toEqual(['view.js:2 xss/markup-property high'])
    expect(findings[0]?.evidence.map(step => `${'id' in step ? step.id : ''}:${step.line}`)).toEqual(['app.js:2', 'app.js:2', 'view.js:2', 'view.js:2'])
  })

  it('is no finding where it is suppressed', () => {
    const kept = sources['view.js'].replace('  document', '  // pitcrew-ignore xss/markup-property: ours\n  document')
    expect(join({ ...sources, 'view.js': kept }).findings).toEqual([])
  })
})

describe('what reaches the browser', () => {
  const secret = "const token = 'ghp_abcdefghijklmnopqrstuvwxyzABCDEF1234'\nuse(token, import.meta.env.VITE_API_SECRET, import.meta.env.VITE_TITLE, process.env.DATABASE_URL)"
  const exposed = new Map([['import.meta.env.VITE_API_SECRET', 'x'], ['import.meta.env.VITE_TITLE', 'Shop']])

  it('is a secret in the source, told once and as what it is', () => {
    const { findings } = join({ 'a.js': secret }, { client: { chunkOf: new Map([['a.js', 'app.js']]), exposed } })
    expect(findings.map(({ ruleId, line }) => `${ruleId} ${line}`)).toEqual(['client/secret-in-chunk 1', 'client/secret-in-env 2'])
  })

  it('is nothing of a module that is in no client chunk', () => {
    const { findings } = join({ 'a.js': secret }, { client: { chunkOf: new Map(), exposed } })
    expect(findings.some(({ ruleId }) => ruleId.startsWith('client/'))).toBe(false)
  })

  it('is a value that is a secret, whatever its name', () => {
    const client = { chunkOf: new Map([['a.js', 'app.js']]), exposed: new Map([['import.meta.env.VITE_TITLE', 'postgres://shop:hunter2@db/shop']]) }
    expect(join({ 'a.js': 'use(import.meta.env.VITE_TITLE)' }, { client }).findings).toMatchObject([{ ruleId: 'client/secret-in-env', confidence: 'high' }])
  })
})

describe('mechanical changes', () => {
  it.each<[string, string, string]>([
    ['a.js', XSS, 'el.textContent = location.hash'],
    ['a.js', "import { createHash } from 'node:crypto'\ncreateHash('md5').update(password)", "createHash('sha256').update(password)"],
    ['a.js', "import https from 'node:https'\nhttps.get('https://a.b', { rejectUnauthorized: false })", "https.get('https://a.b', { rejectUnauthorized: true })"],
    ['A.vue', '<template><p v-html="$route.query.q" /></template>\n<script setup>\nconst a = 1\n</script>', '<template><p v-text="$route.query.q" /></template>'],
    ['A.svelte', '<script>\nexport let q\n</script>\n<p>{@html q}</p>', '<p>{q}</p>'],
  ])('of %s %#: the changed source is free of the finding', (id, source, line) => {
    const { analyze } = createAnalyzer()
    const finding = analyze(id, source).findings.find(each => fixFor(each, source) !== null)
    expect(finding, JSON.stringify(analyze(id, source).findings.map(({ ruleId }) => ruleId))).toBeDefined()
    const fix = fixFor(finding!, source)!
    expect(fix.after).toEqual([line])
    const lines = source.split('\n')
    lines.splice(fix.line - 1, fix.before.length, ...fix.after)
    expect(analyze(id, lines.join('\n')).findings.filter(({ ruleId }) => ruleId === finding!.ruleId)).toEqual([])
  })
})

describe('advice', () => {
  it('cuts a cycle where the fewest names cross', () => {
    const { report } = join({ 'a.js': "import { one, two } from './b'\nexport const x = one + two", 'b.js': "import { x } from './a'\nexport const one = () => x, two = 2" })
    expect(report.advice[0]).toMatchObject({ kind: 'cycle', where: 'b.js:1', why: 'a.js -> b.js -> a.js is a cycle' })
  })

  it('is a handful, and no kind hides the others', () => {
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`m${index}.js`, XSS]))
    const { advice } = join({ ...many, 'a.js': "import './b'", 'b.js': "import './a'" }).report
    expect(advice.length).toBeLessThanOrEqual(20)
    expect(advice.map(({ kind }) => kind)).toContain('cycle')
  })

  it('names what a hotspot suffers from', () => {
    const deep = 'export function f(a) {\n  for (const b of a) {\n    if (b) {\n      for (const c of b) {\n        if (c) {\n          while (c.d) { if (c.e && c.f || c.g) c.d-- }\n        }\n      }\n    }\n  }\n}'
    const { report } = join({ 'a.js': deep }, { churn: new Map([['a.js', 9]]) })
    expect(report.hotspots).toMatchObject([{ id: 'a.js', name: 'f', changes: 9 }])
    expect(report.advice[0]?.what).toMatch(/^simplify f: return early where it nests \d deep/)
    expect(report.advice[0]?.why).toMatch(/changed 9 times lately/)
  })
})

describe('dependencies', () => {
  const data = replacementsFor(1)
  const packages = [{ name: 'left-pad', folder: 'node_modules/left-pad', version: '', bytes: 2000 }, { name: 'moment', folder: 'node_modules/moment', version: '', bytes: 60_000 }, { name: 'object.assign', folder: 'node_modules/object.assign', version: '', bytes: 3000 }]

  it('have alternatives with scores from what was measured', () => {
    const graph = graphOf({ 'a.js': "import pad from 'left-pad'\nimport assign from 'object.assign'", 'b.js': "import pad from 'left-pad'" })
    const found = replaceableDependencies(graph, packages, data, ['chrome111', 'safari16.4'])
    expect(found.map(({ name, importers }) => [name, importers])).toEqual([['object.assign', ['a.js']], ['left-pad', ['a.js', 'b.js']]])
    const [best] = found[0]!.alternatives
    expect(best?.inputs).toMatchObject({ bytesSaved: 3000, callSites: 1, isInTarget: true, risk: 'low' })
    expect(best?.url).toMatch(/^https:\/\//)
  })

  it('are worth less where the target lacks what is native', () => {
    const graph = graphOf({ 'a.js': "import assign from 'object.assign'" })
    const score = (target: string[]): number => replaceableDependencies(graph, packages, data, target)[0]!.alternatives[0]!.score
    expect(score(['ie9', 'chrome20'])).toBeLessThan(score(['chrome111']))
  })

  it('that are not in the build are left alone', () => {
    expect(replaceableDependencies(graphOf({ 'a.js': "import pad from 'left-pad'" }), [], data, [])).toEqual([])
  })
})

describe('packages', () => {
  it('belong to the innermost node_modules', () => {
    expect(packageFolderOf('node_modules/a/node_modules/@b/c/index.js')).toEqual({ name: '@b/c', folder: 'node_modules/a/node_modules/@b/c' })
    expect(packageFolderOf('src/a.js')).toBeNull()
  })

  it('are there twice when there are two copies', () => {
    const copy = (folder: string, version: string, bytes: number) => ({ name: 'b', folder, version, bytes })
    expect(duplicatePackages([copy('node_modules/b', '2.10.0', 100), copy('node_modules/a/node_modules/b', '2.9.0', 70)])).toEqual([
      { name: 'b', versions: [{ version: '2.9.0', bytes: 70 }, { version: '2.10.0', bytes: 100 }], bytes: 70 },
    ])
  })
})

describe('gates', () => {
  const branchy = `export function f(a) { ${Array.from({ length: 12 }, (_, index) => `if (a === ${index}) return ${index};`).join(' ')} }`

  it.each<[string, object, string | null]>([
    ['newFindings', { newFindings: 'high' }, '1 new findings of severity high'],
    ['findings', { findings: 'low' }, '1 findings of severity low or above'],
    ['cyclomatic', { cyclomatic: 10 }, 'f has 13'],
    ['cyclomatic', { cyclomatic: 13 }, null],
    ['cognitive', { cognitive: 5 }, 'f has 12'],
    ['maintainability', { maintainability: 100 }, '1 modules have a maintainability below 100'],
    ['cycles', { cycles: 0 }, 'there are 1 import cycles, more than 0'],
    ['duplicatePackages', { duplicatePackages: 0 }, null],
  ])('%s at %o', (gate, limits, message) => {
    const { report } = join({ 'a.js': `${XSS}import './b'`, 'b.js': `import './a'\n${branchy}` }, { gates: { warn: {}, fail: limits } })
    expect(report.gates.map(each => [each.gate, each.action])).toEqual(message === null ? [] : [[gate, 'fail']])
    if (message !== null) expect(report.gates[0]?.message).toContain(message)
  })
})
