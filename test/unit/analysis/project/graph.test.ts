import { describe, expect, it } from 'vitest'
import { findCycles } from '../../../../src/analysis/project/cycles.ts'
import { deadExports, demandOf, wastefulBarrels } from '../../../../src/analysis/project/demand.ts'
import { ImportCandidates, buildGraph, packageOf, unclearModules } from '../../../../src/analysis/project/graph.ts'
import { factsOf, graphOf, modulesOf } from './scene.ts'
import type { Sources } from './scene.ts'

describe('links of a module', () => {
  it.each<[string, string, object]>([
    ['names', "import a, { b as c } from './x'", { specifier: './x', names: ['default', 'b'], as: [], kind: 'static', line: 1 }],
    ['a namespace', "import * as all from './x'", { specifier: './x', names: ['*'], as: [], kind: 'static', line: 1 }],
    ['nothing but its effects', "\nimport './x'", { specifier: './x', names: [], as: [], kind: 'static', line: 2 }],
    ['names beside types', "import { type A, b } from './x'", { specifier: './x', names: ['b'], as: [], kind: 'static', line: 1 }],
    ['names that it hands on', "export { a as b } from './x'", { specifier: './x', names: ['a'], as: ['b'], kind: 'reexport', line: 1 }],
    ['all that it hands on', "export * from './x'", { specifier: './x', names: ['*'], as: ['*'], kind: 'reexport', line: 1 }],
    ['what comes later', "const a = () => import('./x')", { specifier: './x', names: ['*'], as: [], kind: 'lazy', line: 1 }],
    ['what Node requires', "const a = require('./x')", { specifier: './x', names: ['*'], as: [], kind: 'require', line: 1 }],
  ])('are %s', (_what, source, link) => {
    expect(factsOf('src/a.ts', source).links.imports).toEqual([link])
  })

  it('are no types, and no require of its own', () => {
    expect(factsOf('src/a.ts', "import type { A } from './x'\nimport { type B } from './y'\nexport type { C } from './z'").links.imports).toEqual([])
    expect(factsOf('src/a.js', "function f(require) { require('./x') }").links.imports).toEqual([])
  })

  it('are found in a component at its own lines', () => {
    const { links } = factsOf('src/A.vue', '<template><p/></template>\n<script setup lang="ts">\nimport B from "./B.vue"\nconst key = import.meta.env.VITE_KEY\n</script>')
    expect(links.imports).toEqual([{ specifier: './B.vue', names: ['default'], as: [], kind: 'static', line: 3 }])
    expect(links.env).toEqual([{ text: 'import.meta.env.VITE_KEY', name: 'VITE_KEY', line: 4, column: 13 }])
  })

  it('are no variables in comments', () => {
    expect(factsOf('src/a.ts', '// process.env.A\nprocess.env["B"]').links.env.map(({ name }) => name)).toEqual(['B'])
  })
})

describe('candidates that are kept', () => {
  it('are those of the modules that are there now', () => {
    const kept = new ImportCandidates()
    const scenes: Sources[] = [{ 'src/a.ts': "import './b'", 'src/b.ts': '' }, { 'src/a.ts': "import './b'", 'src/b.ts': '// edited' }, { 'src/a.ts': "import './b'", 'src/b/index.ts': '' }, { 'src/a.ts': "import './c'", 'src/b/index.ts': '' }]
    const modules = scenes.map(scene => modulesOf(scene))
    for (const each of [...modules, ...modules.toReversed()]) expect(buildGraph(each, new Map(), kept)).toEqual(buildGraph(each, new Map()))
  })
})

describe('the graph', () => {
  it.each<[string, string, string]>([
    ['./b', 'src/b.ts', ''], ['./b.js', 'src/b.ts', ''], ['./b', 'src/b/index.tsx', ''], ['../lib/c.vue', 'lib/c.vue', ''], ['./b?worker', 'src/b.ts', ''],
  ])('follows %s to %s', (specifier, id) => {
    expect(graphOf({ 'src/a.ts': `import '${specifier}'`, [id]: '' }).edges).toMatchObject([{ from: 'src/a.ts', to: id }])
  })

  it('asks the bundler about aliases, and where two files fit', () => {
    const sources: Sources = { 'src/a.ts': "import { b } from '@/lib/b'", 'src/lib/b.ts': 'export const b = 1', 'other/lib/b.ts': 'export const b = 2', 'src/c.ts': "import './d'", 'src/d.ts': '', 'src/d.js': '' }
    expect(unclearModules(modulesOf(sources))).toEqual(['src/a.ts', 'src/c.ts'])
    expect(graphOf(sources, { 'src/a.ts': ['other/lib/b.ts'], 'src/c.ts': ['src/d.js'] }).edges.map(({ to }) => to)).toEqual(['other/lib/b.ts', 'src/d.js'])
  })

  it('knows packages by their names', () => {
    expect(['lodash/get', '@a/b/c', 'node:fs', './x', '@/x', '~/x', '#x'].map(packageOf)).toEqual(['lodash', '@a/b', null, null, null, null, null])
  })
})

describe('cycles', () => {
  const cycle: Sources = { 'a.ts': "import './b'", 'b.ts': "import './c'", 'c.ts': "import './a'\nimport './d'", 'd.ts': '' }

  it('are told as one shortest way around', () => {
    expect(findCycles(graphOf(cycle))).toEqual([{ path: ['a.ts', 'b.ts', 'c.ts'], moduleCount: 3 }])
    expect(findCycles(graphOf({ ...cycle, 'b.ts': "import './c'\nimport './a'" }))).toEqual([{ path: ['a.ts', 'b.ts'], moduleCount: 3 }])
  })

  it('are none through lazy imports, types and the module itself', () => {
    expect(findCycles(graphOf({ 'a.ts': "import './b'", 'b.ts': "export const a = () => import('./a')" }))).toEqual([])
    expect(findCycles(graphOf({ 'a.ts': "import './b'", 'b.ts': "import type { A } from './a'" }))).toEqual([])
    expect(findCycles(graphOf({ 'a.ts': "import './a'" }))).toEqual([])
  })

  it('are found at the end of a long chain', () => {
    const chain = Object.fromEntries(Array.from({ length: 3000 }, (_, index) => [`m${index}.ts`, `import './m${(index + 1) % 3000}'`]))
    expect(findCycles(graphOf(chain))[0]?.moduleCount).toBe(3000)
  })
})

describe('what is asked for', () => {
  const sources: Sources = {
    'main.ts': "import { one } from './barrel'\nimport { used } from './util'",
    'barrel.ts': "export { one } from './one'\nexport { two } from './two'\nexport * from './three'",
    'one.ts': 'export const one = 1\nexport const lonely = 1', 'two.ts': 'export const two = 2', 'three.ts': 'export const three = 3',
    'util.ts': 'export const used = 1\nexport const unused = 2\nexport type T = 1',
  }

  it('is followed through barrels', () => {
    const graph = graphOf(sources)
    expect(deadExports(graph, demandOf(graph, [])).map(({ id, names }) => `${id} ${names.join()}`)).toEqual(['one.ts lonely', 'three.ts three', 'two.ts two', 'util.ts unused'])
  })

  it('is everything of an entry, of a namespace and of what is loaded late', () => {
    const graph = graphOf({ ...sources, 'main.ts': "import * as all from './barrel'\nimport('./util')" })
    expect(deadExports(graph, demandOf(graph, ['one.ts']))).toEqual([])
  })

  it('shows which barrels put modules into chunks that nobody wanted', () => {
    const graph = graphOf(sources)
    const bytes = new Map([['one.ts', 10], ['two.ts', 20], ['three.ts', 0]])
    expect(wastefulBarrels(graph, demandOf(graph, []), id => bytes.get(id) ?? 0)).toEqual([{ id: 'barrel.ts', dragged: ['two.ts'], bytes: 20 }])
  })
})
