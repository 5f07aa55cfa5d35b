/**
 * Rollup and Rolldown on their own, with real plugins: what is built is the same off, cold and warm, maps, assets and
 * warnings included, in single builds and in watch builds, and what did not change is remembered.
 */
import { afterEach, describe, expect, it } from 'vitest'
import { requireDist } from '../harness/project.ts'
import { Scene } from './esbuild-scene.ts'

requireDist()

const TIMEOUT_MS = 300_000

interface Built {
  readonly output: unknown
  readonly warnings: readonly string[]
  readonly outcomes: Readonly<Record<string, number>> | null
  readonly faults: readonly unknown[]
  /** For a person, when a test fails. */
  readonly redone: readonly unknown[]
}

/** Plugins that come with neither bundler and do no more than the tests need. */
const COMMON = `
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import mdx from '@mdx-js/rollup'
import vue from 'unplugin-vue/__BUNDLER__'
const { PITCREW_PLAYGROUND, PITCREW_REPORT_FILE: reportFile } = process.env
const pitcrew = PITCREW_PLAYGROUND === 'off' ? [] : [(await import('unplugin-pitcrew/__BUNDLER__')).default({ reportFile, plugins: { styles: false } })]

/** Gives styles out as assets under their own names. */
const styles = { name: 'styles', transform: { order: 'post', filter: { id: /\\.css$/ }, handler(code, id) {
  if (!id.endsWith('.css')) return null
  this.emitFile({ type: 'asset', fileName: id.replace(/.*\\/|[?&=]/g, '_') + '.css', source: code })
  return { code: 'export default ' + JSON.stringify(code), map: { mappings: '' }, moduleType: 'js' }
} } }
const warnings = []
const options = {
  input: 'main.js', cwd: process.cwd(), external: ['vue', 'react/jsx-runtime'],
  onLog: (level, log) => { if (level === 'warn') warnings.push(log.message) },
  plugins: [[...pitcrew, Promise.resolve([vue(), false]), mdx()], styles],
}
const target = { format: 'es', sourcemap: true, dir: process.env.PITCREW_OUT_DIR, entryFileNames: '[name].js' }
// Assets are listed as they came to be emitted, which no two builds need to do alike.
const plain = ({ output }) => output.map(file => [file.fileName, file.type === 'chunk' ? file.code : String(file.source), file.map?.toString() ?? null]).sort()
const report = () => {
  const { outcomes, faults, redone } = reportFile && existsSync(reportFile) ? JSON.parse(readFileSync(reportFile, 'utf8')) : { outcomes: null, faults: [], redone: [] }
  return { outcomes, faults, redone }
}
`
const BUILD = `
const bundle = await __BUNDLER__(options)
const output = plain(await bundle.generate(target))
await bundle.close()
process.stdout.write(JSON.stringify({ output, warnings: warnings.sort(), ...report() }))
`
const FILES = {
  'main.js': "import Card from './Card.vue'\nimport List from './List.vue'\nimport Page from './page.mdx'\nconsole.log(Card, List, Page)\n",
  'Card.vue': '<template><p class="card">{{ label }}</p></template>\n<script>\nexport default { props: { label: String } }\n</script>\n<style scoped>\n.card { color: red }\n</style>\n',
  'List.vue': "<script setup>\nimport Card from './Card.vue'\n</script>\n<template><ul><li v-for=\"n in 3\" :key=\"n\"><Card :label=\"String(n)\" /></li></ul></template>\n<style>\nul { margin: 0 }\n</style>\n",
  'page.mdx': 'import List from "./List.vue"\n\n# A page\n\nWith *text* and <List />\n',
}

let scene: Scene | undefined
afterEach(() => scene?.dispose())

describe.each(['rollup', 'rolldown'])('%s', bundler => {
  const script = (body: string): string => `import { ${bundler}, watch } from '${bundler}'\n${COMMON}${body}`.replaceAll('__BUNDLER__', bundler)
  const open = (): Scene => (scene = new Scene({ ...FILES, 'build.mjs': script(BUILD) }))
  const build = (variant: 'off' | 'cold' | 'warm'): Built => scene!.run('build.mjs', variant) as Built
  const compare = (variant: 'cold' | 'warm' = 'warm'): Built['outcomes'] => {
    const off = build('off')
    const other = build(variant)
    expect(other.output).toEqual(off.output)
    expect(other.warnings).toEqual(off.warnings)
    expect(other.faults).toEqual([])
    return other.outcomes
  }

  it('builds the same and remembers every component, every block and every document', () => {
    open()
    expect(compare('cold')).toMatchObject({ hit: 0 })
    const warm = compare()!
    expect(warm).toMatchObject({ miss: 0, stale: 0 })
    // Two components, the two styles of theirs (loaded and transformed), a document.
    expect(warm['hit']).toBeGreaterThanOrEqual(7)
  }, TIMEOUT_MS)

  it('does again what an edit reaches', () => {
    open()
    build('cold')
    scene!.write({ 'Card.vue': FILES['Card.vue'].replace('color: red', 'color: blue') })
    const styled = compare()!
    expect(styled['miss']).toBeGreaterThan(0)
    expect(styled['hit']).toBeGreaterThanOrEqual(4)
    scene!.write({ 'page.mdx': '# Another page\n' })
    expect(compare()).toMatchObject({ miss: 1 })
    scene!.write({ 'Card.vue': FILES['Card.vue'], 'page.mdx': FILES['page.mdx'] })
    expect(compare()).toMatchObject({ miss: 0, stale: 0 })
  }, TIMEOUT_MS)

  it('reports once when nobody closes the bundle', () => {
    open()
    scene!.write({ 'build.mjs': script(BUILD.replace('await bundle.close()\n', '').replace(', ...report()', '')) })
    build('cold')
    scene!.write({ 'build.mjs': script(BUILD.replace('await bundle.close()\n', '')) })
    // The report that this one reads is the one that the first wrote as it ended.
    expect(build('warm').outcomes).toMatchObject({ hit: 0 })
  }, TIMEOUT_MS)

  it('in watch builds, is the same after each edit', () => {
    open()
    scene!.write({ 'build.mjs': script(WATCH) })
    const off = scene!.run('build.mjs', 'off') as readonly Built[]
    scene!.write(FILES)
    const cold = scene!.run('build.mjs', 'cold') as readonly Built[]
    scene!.write(FILES)
    const warm = scene!.run('build.mjs', 'warm') as readonly Built[]
    expect(cold.map(({ output }) => output)).toEqual(off.map(({ output }) => output))
    expect(warm.map(({ output }) => output)).toEqual(off.map(({ output }) => output))
    expect(warm[0]!.outcomes).toMatchObject({ miss: 0, stale: 0 })
  }, TIMEOUT_MS)
})

describe('rolldown with Babel', () => {
  const BABEL = `
import { existsSync, readFileSync } from 'node:fs'
import { rolldown } from 'rolldown'
import babel from '@rolldown/plugin-babel'
const { PITCREW_PLAYGROUND, PITCREW_REPORT_FILE: reportFile } = process.env
const pitcrew = PITCREW_PLAYGROUND === 'off' ? [] : [(await import('unplugin-pitcrew/rolldown')).default({ reportFile })]
const shout = () => ({ visitor: { StringLiteral({ node, parent }) { if (parent.type !== 'ImportDeclaration') node.value = node.value.toUpperCase() } } })
// Its options come as a promise of the plugin.
const bundle = await rolldown({ input: 'main.js', plugins: [babel({ plugins: [shout] }), pitcrew] })
const { output } = await bundle.generate({ format: 'es', sourcemap: true })
await bundle.close()
const { outcomes, faults } = reportFile && existsSync(reportFile) ? JSON.parse(readFileSync(reportFile, 'utf8')) : { outcomes: null, faults: [] }
process.stdout.write(JSON.stringify({ output: output.map(({ code, map }) => [code, map?.toString()]), outcomes, faults }))
`
  it('is the same, also with a .babelrc that comes and goes', () => {
    scene = new Scene({ 'build.mjs': BABEL, 'main.js': "import { b } from './b.js'\nconsole.log('a', b)\n", 'b.js': "export const b = 'b'\n" })
    const run = (variant: 'off' | 'cold' | 'warm'): Built => scene!.run('build.mjs', variant) as Built
    const compare = (): Built['outcomes'] => {
      const off = run('off')
      const warm = run('warm')
      expect([warm.output, warm.faults]).toEqual([off.output, []])
      return warm.outcomes
    }
    expect(JSON.stringify(run('cold').output)).toContain('B')
    expect(compare()).toMatchObject({ hit: 2 })
    scene.write({ '.babelrc': '{ "comments": false, "minified": true }' })
    expect(compare()).toMatchObject({ hit: 0 })
    scene.remove('.babelrc')
    expect(compare()).toMatchObject({ hit: 2 })
  }, TIMEOUT_MS)
})

/** Three builds of one watcher: as it is, with an edit, and with that taken back. */
const WATCH = `
const results = []
const original = readFileSync('Card.vue', 'utf8')
const edits = [original.replace('red', 'green').replace('label }}', 'label }}!'), original]
const watcher = watch({ ...options, output: target, watch: { buildDelay: 50 } })
await new Promise((resolve, reject) => {
  watcher.on('event', async event => {
    if (event.code === 'ERROR') reject(event.error)
    if (event.code !== 'BUNDLE_END') return
    await event.result.close()
    const files = ['main.js', 'main.js.map', '_Card.vue_vue_type_style_index_0_scoped_'].flatMap(name => existsSync(target.dir + '/' + name) ? [[name, readFileSync(target.dir + '/' + name, 'utf8')]] : [])
    results.push({ output: files, ...report() })
    await setTimeout(300)
    const edit = edits.shift()
    if (edit === undefined) resolve()
    else writeFileSync('Card.vue', edit)
  })
})
await watcher.close()
rmSync(target.dir, { recursive: true })
process.stdout.write(JSON.stringify(results))
`
