/**
 * Plugins that differ in what no name and no version shows: one twice with different options, an option in a closure, a
 * package that was patched in place, and files that the configuration imports from files that it imports.
 */
import { afterAll, describe, expect, it } from 'vitest'
import { requireDist } from '../../harness/project.ts'
import { OWN_PACKAGES, Stage } from '../../harness/stage.ts'
import type { Files, StageBundler } from '../../harness/stage.ts'
import { BUNDLERS } from './vue-application.ts'

requireDist()

const BUSY = 'const until = performance.now() + 3\n  while (performance.now() < until);'
const manifest = (name: string): string => JSON.stringify({ name, version: '1.0.0', type: 'module', main: 'index.js', exports: './index.js' })

/** Appends its option, and a word of another file of its package, to each module: in order, so that twice is twice. */
const ROLLUP_PLUGIN = `import { word } from './lib.js'
export default option => ({ name: 'stamp', transform: { filter: { id: /stamped/ }, handler(code, id) {
  if (!id.includes('stamped')) return null
  ${BUSY}
  return { code: code + ';globalThis.stamps.push(' + JSON.stringify(option + ' ' + word) + ')', map: null }
} } })
`
/** The first of several has the file. */
const ESBUILD_PLUGIN = `import { readFile } from 'node:fs/promises'
import { word } from './lib.js'
export default option => ({ name: 'stamp', setup: build => build.onLoad({ filter: /stamped/ }, async ({ path }) => {
  ${BUSY}
  return { contents: await readFile(path, 'utf8') + ';globalThis.stamps.push(' + JSON.stringify(option + ' ' + word) + ')', loader: 'js' }
}) })
`
const LOADER = `const { word } = require('./lib.cjs')
module.exports = function (code) {
  ${BUSY}
  return code + ';globalThis.stamps.push(' + JSON.stringify(this.getOptions().option + ' ' + word) + ')'
}
`
const SETTINGS: Files = { 'settings.js': "export { third } from './deeper.js'\n", 'deeper.js': "export const third = 'from-deep'\n" }
const SOURCES: Files = { 'src/main.js': "import './stamped-a.js'\nimport './stamped-b.js'\n", 'src/stamped-a.js': "console.log('a')\n", 'src/stamped-b.js': "console.log('b')\n" }

/** The configuration with the plugin's options in their order; `third` comes from a file that a file imports. */
function configOf(bundler: StageBundler, first: string, second: string): Files {
  const imports = "import { third } from './settings.js'\nimport stamp from 'stamp'\n"
  const plugins = `stamp('${first}'), stamp('${second}'), stamp(third)`
  if (bundler === 'vite') {
    return { 'vite.config.js': `${imports}export default { plugins: [await pitcrew(), ${plugins}], build: { ...output, minify: false } }\n`, 'index.html': '<script type="module" src="/src/main.js"></script>\n' }
  }
  if (bundler === 'rollup' || bundler === 'rolldown') return { [`${bundler}.config.mjs`]: `${imports}export default { input: 'src/main.js', plugins: [await pitcrew(), ${plugins}], output }\n` }
  if (bundler === 'esbuild') {
    return { 'esbuild.config.mjs': `${imports}export default { absWorkingDir: import.meta.dirname, entryPoints: ['src/main.js'], bundle: true, outdir: output, sourcemap: true, plugins: [...await pitcrew({ plugins: { stamp: true } }), ${plugins}] }\n` }
  }
  const use = [second, first].map(option => `{ loader: 'stamp-loader', options: { option: '${option}' } }`)
  return {
    [`${bundler}.config.mjs`]: `
import settings from './settings.cjs'
export default {
  context: import.meta.dirname, mode: 'production', devtool: 'source-map', cache: false, optimization: { minimize: false }, output, entry: './src/main.js',
  module: { rules: [{ test: /stamped/, use: [{ loader: 'stamp-loader', options: { option: settings.third } }, ${use.join(', ')}] }] },
  plugins: await pitcrew({ plugins: { 'stamp-loader': true } }),
}
`,
  }
}

/** webpack's loaders are CommonJS, and so is what they are configured from here. */
function application(bundler: StageBundler): { readonly files: Files; readonly library: string; readonly plugin: string; readonly deeper: string } {
  const isWebpackLike = bundler === 'webpack' || bundler === 'rspack'
  if (!isWebpackLike) {
    const plugin = bundler === 'esbuild' ? ESBUILD_PLUGIN : ROLLUP_PLUGIN
    const files = { ...SOURCES, ...SETTINGS, 'node_modules/stamp/package.json': manifest('stamp'), 'node_modules/stamp/index.js': plugin, 'node_modules/stamp/lib.js': "export const word = 'original'\n" }
    return { files, library: 'node_modules/stamp/lib.js', plugin: 'node_modules/stamp/index.js', deeper: 'deeper.js' }
  }
  const files = {
    ...SOURCES, 'settings.cjs': "module.exports = require('./deeper.cjs')\n", 'deeper.cjs': "module.exports = { third: 'from-deep' }\n",
    'node_modules/stamp-loader/package.json': '{ "name": "stamp-loader", "version": "1.0.0", "main": "index.cjs" }',
    'node_modules/stamp-loader/index.cjs': LOADER, 'node_modules/stamp-loader/lib.cjs': "exports.word = 'original'\n",
  }
  return { files, library: 'node_modules/stamp-loader/lib.cjs', plugin: 'node_modules/stamp-loader/index.cjs', deeper: 'deeper.cjs' }
}

describe.each(BUNDLERS)('%s', bundler => {
  const { files, library, plugin, deeper } = application(bundler)
  const stage = new Stage(bundler, { ...files, ...configOf(bundler, 'one', 'two') }, { packages: OWN_PACKAGES })
  afterAll(() => stage.dispose())
  /** What was appended, in the order of the output. */
  const stampsIn = (text: string): string[] => Array.from(text.matchAll(/stamps\.push\("([^"]+)"\)/g), match => match[1]!)

  it('FAULTS 17: tells every one of them apart', async () => {
    await stage.compare('cold')
    const pristine = await stage.compareOutput()
    expect(pristine.report.outcomes.hit).toBeGreaterThanOrEqual(2)
    const seen = new Set([stampsIn(pristine.text).join()])
    const steps: readonly (readonly [what: string, change: () => void])[] = [
      ['the options swapped', () => stage.write(configOf(bundler, 'two', 'one'))],
      ['another option', () => stage.write(configOf(bundler, 'uno', 'one'))],
      ['a file patched that the plugin imports', () => stage.edit(library, 'original', 'patched')],
      ['the plugin patched', () => stage.edit(plugin, "' ' + word", "'_' + word")],
      // esbuild gives a file to the first plugin that takes it.
      ['a file that the configuration imports through another', () => {
        stage.edit(deeper, 'from-deep', 'from-deeper')
        if (bundler === 'esbuild') stage.edit('esbuild.config.mjs', "stamp('uno'), ", '')
        if (bundler === 'esbuild') stage.edit('esbuild.config.mjs', "stamp('one'), ", '')
      }],
    ]
    for (const [what, change] of steps) {
      change()
      const { text } = await stage.compareOutput()
      const stamps = stampsIn(text).join()
      expect(seen.has(stamps), `${what}: ${stamps}`).toBe(false)
      seen.add(stamps)
      expect((await stage.compare()).outcomes.stale, what).toBe(0)
    }
  })
})
