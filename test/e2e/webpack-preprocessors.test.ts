/** Less, PostCSS and MDX under webpack and Rspack: the same off, cold and warm, and after edits of what they read without saying so. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CONFIG, Scene, outcomesOf } from './webpack-scene.ts'
import type { Files, WebpackLike } from './webpack-scene.ts'

const BUNDLERS: readonly WebpackLike[] = ['webpack', 'rspack']

const APPLICATION: Files = {
  'src/index.js': "import './page.less'\nimport './inlined.less'\nimport './plain.pcss'\nimport Doc from './doc.mdx'\nconsole.log(Doc)\n",
  'src/page.less': "@import 'tokens';\n@import 'theme';\n.page { gap: @gap; color: @ink; user-select: none }\n",
  'src/inlined.less': ".inlined { background: data-uri('image/svg+xml;charset=UTF-8', 'dot.svg') }\n",
  'src/dot.svg': '<svg/>',
  'src/tokens.less': '@gap: 12px;\n',
  'themes/common/theme.less': '@ink: navy;\n',
  'src/plain.pcss': '.plain { user-select: none; gap: 3px }\n/*# sourceMappingURL=plain.pcss.map */\n',
  'src/plain.pcss.map': '{ "version": 3, "sources": ["first.src"], "names": [], "mappings": "AAAA" }',
  'src/doc.mdx': '# Hello\n\n<b>{1 + 1}</b>\n',
  'postcss.config.cjs': "module.exports = { plugins: [require('autoprefixer'), require('./gap-plugin.cjs')] }\n",
  'gap-plugin.cjs': `
const { readFileSync } = require('node:fs')
const { join } = require('node:path')
module.exports = { postcssPlugin: 'gap', Declaration(declaration) { if (declaration.prop === 'gap' && !declaration.value.includes('calc')) declaration.value = 'calc(' + declaration.value + ' * ' + readFileSync(join(__dirname, 'factor.txt'), 'utf8').trim() + ')' } }
`,
  'factor.txt': '2',
  '.browserslistrc': 'safari 13\n',
  'remark-shout.mjs': "import { word } from './shout.mjs'\nexport default () => tree => { tree.children[0].children[0].value += word }\n",
  'shout.mjs': "export const word = '!'\n",
  [CONFIG]: `
const { default: shout } = await import('./remark-shout.mjs')
const styles = [ 'style-loader', { loader: 'css-loader', options: { importLoaders: 2, sourceMap: true } }, 'postcss-loader' ]
export default {
  ...common,
  entry: './src/index.js',
  externals: { 'react/jsx-runtime': 'React' },
  module: {
    rules: [
      { test: /\\.less$/, type: 'javascript/auto', use: [...styles, { loader: 'less-loader', options: { lessOptions: { paths: [file('themes/first'), file('themes/common')] } } }] },
      { test: /\\.pcss$/, type: 'javascript/auto', use: styles },
      { test: /\\.mdx$/, use: { loader: '@mdx-js/loader', options: { remarkPlugins: [shout] } } },
    ],
  },
  plugins: await pitcrew(),
}
`,
}

describe.each(BUNDLERS)('%s', bundler => {
  let scene: Scene
  beforeAll(() => {
    scene = new Scene(bundler, APPLICATION)
  })
  afterAll(() => scene.dispose())

  it('says and writes the same cold and warm as it does off', async () => {
    await scene.compare('cold')
    const warm = await scene.settle()
    expect(outcomesOf(warm, 'css-loader < postcss-loader').hit).toBe(1)
    expect(outcomesOf(warm, '@mdx-js/loader').hit).toBe(1)
    // A function of Less that reads files keeps its module from being remembered.
    expect(outcomesOf(warm, 'css-loader < postcss-loader < less-loader')).toMatchObject({ hit: 1, miss: 1 })
  })

  const edits: readonly (readonly [what: string, files: Files, redone: readonly string[]])[] = [
    ['an import', { 'src/tokens.less': '@gap: 14px;\n' }, ['src/page.less']],
    ['a style sheet that shadows another in the paths', { 'themes/first/theme.less': '@ink: teal;\n' }, ['src/page.less']],
    ['a style sheet that shadows another beside the module', { 'src/theme.less': '@ink: olive;\n' }, ['src/page.less']],
    ['a file that a PostCSS plugin reads', { 'factor.txt': '3' }, ['src/page.less', 'src/plain.pcss']],
    ['the browsers', { '.browserslistrc': 'chrome 120\n' }, ['src/page.less', 'src/plain.pcss']],
    ['the source map that a style sheet names', { 'src/plain.pcss.map': '{ "version": 3, "sources": ["second.src"], "names": [], "mappings": "AAAA" }' }, ['src/plain.pcss']],
    ['a plugin', { 'shout.mjs': "export const word = '?'\n" }, ['src/doc.mdx']],
    ['the PostCSS configuration', { 'postcss.config.cjs': 'module.exports = { plugins: [] }\n' }, ['src/page.less', 'src/plain.pcss']],
  ]
  it.each(edits)('is the same after an edit of %s', async (_what, files, redone) => {
    scene.write(files)
    const report = await scene.compare()
    expect(report.redone.map(call => call.id)).toEqual(expect.arrayContaining([...redone]))
    expect((await scene.settle()).redone.map(call => call.id)).toEqual(['src/inlined.less'])
  })
})
