/**
 * esbuild with esbuild-svelte and esbuild-sass-plugin: what is built is the same off, cold and warm after every kind of
 * edit, CSS of components and source maps included, and what did not change is not done again.
 */
import { afterEach, describe, expect, it } from 'vitest'
import { requireDist } from '../harness/project.ts'
import { Scene, expectSame } from './esbuild-scene.ts'
import type { Files } from './esbuild-scene.ts'

requireDist()

const TIMEOUT_MS = 300_000

const config = (svelte = '{}', sass = '{}'): string => `
import svelte from 'esbuild-svelte'
import { sassPlugin } from 'esbuild-sass-plugin'
export default {
  absWorkingDir: import.meta.dirname, entryPoints: ['src/main.ts'], bundle: true, format: 'esm', sourcemap: true, outdir,
  conditions: ['svelte', 'browser'], external: ['svelte', 'svelte/*'],
  plugins: [...pitcrew, svelte(${svelte}), sassPlugin(${sass})],
}`

const COMPONENT = '<script>\n  let { name } = $props()\n</script>\n<p class="name">{name}</p>\n<style>\n  .name { color: rebeccapurple }\n</style>\n'
const FILES: Files = {
  'esbuild.config.mjs': config(),
  'src/main.ts': "import First from './First.svelte'\nimport Second from './Second.svelte'\nimport { count } from './count.svelte.ts'\nimport './one.scss'\nimport './two.scss'\nconsole.log(First, Second, count)\n",
  'src/First.svelte': COMPONENT,
  // Warns: an image without a text for those who do not see it.
  'src/Second.svelte': '<img src="x.png">\n<style>\n  .unused { color: red }\n</style>\n',
  'src/count.svelte.ts': 'export const count: { value: number } = $state({ value: 1 })\n',
  'src/one.scss': "@use 'tokens';\n.one { margin: tokens.$gap }\n",
  'src/two.scss': "@use './deep/more';\n@warn 'two is loud';\n.two { color: more.$color }\n",
  'src/_tokens.scss': '$gap: 1px;\n',
  'src/deep/_more.scss': "@use '../tokens';\n$color: blue;\n.more { padding: tokens.$gap }\n",
}
/** Three of Svelte, two of Sass. */
const CALLS = 5

let scene: Scene | undefined
afterEach(() => scene?.dispose())

describe.each([['pure Sass', '{}'], ['embedded Sass', '{ embedded: true }']])('with %s', (_title, sass) => {
  it('gives the same bytes and warnings, and remembers every call', async () => {
    scene = new Scene({ ...FILES, 'esbuild.config.mjs': config('{}', sass) })
    const off = await scene.build('off')
    const cold = await scene.build('cold')
    const warm = await scene.build('warm')
    expect(off.outcome.warnings.join('\n')).toMatch(/two is loud/)
    expect(off.outcome.warnings.join('\n')).toMatch(/a11y|alt/)
    expectSame(cold, off)
    expectSame(warm, off)
    expect(cold.outcome.report!.outcomes).toMatchObject({ hit: 0, miss: CALLS })
    expect(warm.outcome.report!.outcomes).toMatchObject({ hit: CALLS, miss: 0, stale: 0 })
  }, TIMEOUT_MS)

  it('does again what an edit reaches, and nothing else', async () => {
    scene = new Scene({ ...FILES, 'esbuild.config.mjs': config('{}', sass) })
    await scene.build('cold')
    scene.write({ 'src/First.svelte': COMPONENT.replace('rebeccapurple', 'hotpink') })
    expect(await scene.compare()).toMatchObject({ hit: CALLS - 1, miss: 1 })
    scene.write({ 'src/_tokens.scss': '$gap: 2px;\n' })
    expect(await scene.compare()).toMatchObject({ hit: CALLS - 2, stale: 2 })
    scene.write({ 'src/First.svelte': COMPONENT, 'src/_tokens.scss': '$gap: 1px;\n' })
    expect(await scene.compare()).toMatchObject({ hit: CALLS })
  }, TIMEOUT_MS)

  it('sees a style sheet that comes to shadow another, and one that goes again', async () => {
    scene = new Scene({ ...FILES, 'esbuild.config.mjs': config('{}', sass) })
    await scene.build('cold')
    scene.write({ 'src/tokens.scss': '$gap: 3px;\n' })
    expect(await scene.compare()).toMatchObject({ stale: 2 })
    scene.write({ 'src/deep/more.scss': '$color: green;\n' })
    expect(await scene.compare()).toMatchObject({ stale: 1 })
    scene.remove('src/tokens.scss')
    scene.remove('src/deep/more.scss')
    expect(await scene.compare()).toMatchObject({ hit: CALLS })
  }, TIMEOUT_MS)
})

describe('a project that was moved', () => {
  it.each([['pure Sass', 'false'], ['embedded Sass', 'true']])('is remembered with %s, source maps and all', async (_title, embedded) => {
    scene = new Scene({ ...FILES, 'esbuild.config.mjs': config('{}', `{ embedded: ${embedded} }`) })
    await scene.build('cold')
    scene.move()
    expect(await scene.compare()).toMatchObject({ hit: CALLS, miss: 0, stale: 0 })
  }, TIMEOUT_MS)

  it('is not remembered for what did not move with it', async () => {
    scene = new Scene({
      ...FILES,
      // In development the code names each file by the way from the working directory; here the packages lie outside.
      'esbuild.config.mjs': config('{ compilerOptions: { dev: true } }'),
      'src/main.ts': "import Link from 'carbon-components-svelte/src/Link/Link.svelte'\nimport First from './First.svelte'\nconsole.log(Link, First)\n",
    })
    await scene.build('cold')
    expect(await scene.compare()).toMatchObject({ hit: 2 })
    scene.move()
    expect(await scene.compare()).toMatchObject({ hit: 1, stale: 1 })
  }, TIMEOUT_MS)
})

describe('what lies in load paths', () => {
  it.each([['pure Sass', 'false'], ['embedded Sass', 'true']])('is looked for again by %s', async (_title, embedded) => {
    scene = new Scene({
      ...FILES,
      'esbuild.config.mjs': config('{}', `{ embedded: ${embedded}, loadPaths: ['first', 'second'] }`),
      'src/two.scss': "@use './deep/more';\n.two { color: more.$color }\n",
      // From a style sheet that was itself imported, the compiler looks into the load paths alone.
      'src/deep/_more.scss': "@use 'shared';\n$color: shared.$color;\n",
      'second/_shared.scss': '$color: red;\n',
    })
    await scene.build('cold')
    expect(await scene.compare()).toMatchObject({ hit: CALLS })
    scene.write({ 'first/shared.scss': '$color: black;\n' })
    expect(await scene.compare()).toMatchObject({ stale: 1, hit: CALLS - 1 })
  }, TIMEOUT_MS)
})

describe('a change of the configuration', () => {
  it('redoes what it may have changed', async () => {
    scene = new Scene(FILES)
    await scene.build('cold')
    scene.write({ 'esbuild.config.mjs': config('{ compilerOptions: { preserveWhitespace: true } }') })
    expect(await scene.compare()).toMatchObject({ hit: 0, miss: CALLS })
  }, TIMEOUT_MS)
})

describe('style sheets with a transform', () => {
  const transform = `{
    type: 'css',
    transform: async (css, _dir, path) => ({ contents: css.replace('.one', '.scoped'), loader: 'js', pluginData: { exports: JSON.stringify({ path: path.length }) } }),
  }`
  it('bring their CSS modules with them', async () => {
    scene = new Scene({ ...FILES, 'esbuild.config.mjs': config('{}', transform) })
    await scene.build('cold')
    expect(await scene.compare()).toMatchObject({ hit: CALLS, miss: 0 })
    scene.write({ 'src/_tokens.scss': '$gap: 5px;\n' })
    expect(await scene.compare()).toMatchObject({ hit: CALLS - 2, stale: 2 })
  }, TIMEOUT_MS)
})

describe('a preprocessor whose reads cannot be seen', () => {
  // It took its function before anything was watched.
  const preprocess = (imported: string): Files => ({
    ...FILES,
    'reader.cjs': `const { readFileSync } = require('fs')
      // Not on the line that reads it, where it would count as configuration.
      const part = ['src', '_parts.scss'].join('/')
      module.exports = { style: ({ content }) => ({ code: content.replace(/@import '.*';/, () => readFileSync(part, 'utf8')) }) }`,
    'esbuild.config.mjs': config("{ preprocess: (await import('./reader.cjs')).default }"),
    'src/First.svelte': `<p class="name">x</p>\n<style>\n@import '${imported}';\n</style>\n`,
    'src/_parts.scss': '.name { color: red }\n',
  })

  it('is remembered with what the styles say that they import', async () => {
    scene = new Scene(preprocess('./parts'))
    await scene.build('cold')
    expect(await scene.compare()).toMatchObject({ hit: CALLS })
    scene.write({ 'src/_parts.scss': '.name { color: blue }\n' })
    // What code of the project read it may keep for all components that came later.
    const { hit, stale } = await scene.compare()
    expect(stale).toBeGreaterThanOrEqual(1)
    expect(hit + stale).toBe(CALLS)
  }, TIMEOUT_MS)

  it('is not remembered where that is not known', async () => {
    scene = new Scene(preprocess('somewhere/else'))
    await scene.build('cold')
    scene.write({ 'src/_parts.scss': '.name { color: blue }\n' })
    expect(await scene.compare()).toMatchObject({ miss: 1 })
  }, TIMEOUT_MS)
})

describe('what a preprocessor of the project asks once for all components', () => {
  const once = (asked: string): string => `{ preprocess: (() => { let known; return { markup: ({ content }) => ({ code: content.replace('name}', (known ??= ${asked}) + '}') }) } })() }`
  it.each([
    ['the text of a file', "process.getBuiltinModule('node:fs').readFileSync(import.meta.dirname + ['/word', 'txt'].join('.'), 'utf8')", 'name'],
    ['whether there is a file', "process.getBuiltinModule('node:fs').existsSync(import.meta.dirname + ['/flag', 'txt'].join('.')) ? 'name.length' : 'name'", ''],
  ])('%s, counts for each of them', async (_what, asked, word) => {
    scene = new Scene({ ...FILES, 'esbuild.config.mjs': config(once(asked)), 'src/Second.svelte': COMPONENT, 'word.txt': word })
    await scene.build('cold')
    scene.write({ 'word.txt': 'name.size', 'flag.txt': '' })
    await scene.compare()
  }, TIMEOUT_MS)
})
