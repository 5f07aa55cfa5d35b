/**
 * Loaders under webpack and Rspack: off, cold and warm builds are the same, byte for byte and warning for warning, before
 * and after edits of everything that a loader may depend on.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CONFIG, Scene, outcomesOf } from './webpack-scene.ts'
import type { Files, WebpackLike } from './webpack-scene.ts'

const BUNDLERS: readonly WebpackLike[] = ['webpack', 'rspack']

/** Extracts styles in the way of each bundler. */
const EXTRACT: Readonly<Record<WebpackLike, string>> = {
  webpack: "const Extract = require('mini-css-extract-plugin')",
  rspack: "const Extract = require('@rspack/core').CssExtractRspackPlugin",
}

const APPLICATION: Files = {
  'src/index.js': `
import './page.scss'
import './plain.css'
import { card } from './card.module.scss'
import { price } from './price.ts'
import { view } from './view.jsx'
import words from './words.txt'
import bytes from './picture.bin'
console.log(card, price(2), view, words, bytes)
`,
  'src/page.scss': "@use 'tokens';\n@use 'theme';\n@import url('./base.css');\n.page { gap: tokens.$gap; color: theme.$ink; @warn 'the page is old'; }\n",
  'src/_tokens.scss': '$gap: 12px;\n',
  'themes/common/_theme.scss': '$ink: navy;\n',
  'src/plain.css': "@import './base.css';\n.plain { background: url('./picture.bin') }\n",
  'src/base.css': '.base { margin: 0 }\n',
  'src/card.module.scss': "@use 'tokens';\n.card { padding: tokens.$gap; &:hover { color: red } }\n",
  'src/price.ts': 'export enum Currency { Euro }\nexport const price = (value: number): string => `${value ?? 0} ${Currency[Currency.Euro]}`\n',
  'src/view.jsx': 'export const view = <p class="x">{globalThis?.shop ?? __NAME__}</p>\n',
  'src/words.txt': 'hello words\n',
  'src/picture.bin': '\u0000\u0001binary',
  'tsconfig.json': '{ "compilerOptions": { "target": "es2022", "sourceMap": true } }',
  'babel.config.cjs': "module.exports = { presets: [['@babel/preset-react', { runtime: 'classic', pragma: 'h' }]], plugins: [require('./name-plugin.cjs')] }\n",
  'name-plugin.cjs': "const name = require('./name.cjs')\nmodule.exports = ({ types }) => ({ visitor: { Identifier(path) { if (path.node.name === '__NAME__') path.replaceWith(types.stringLiteral(name)) } } })\n",
  'name.cjs': "module.exports = 'Parts'\n",
  'words-loader.cjs': `
const { join } = require('node:path')
module.exports = function (text) {
  const done = this.async()
  const extra = join(this.rootContext, 'extra.txt')
  this.addDependency(extra)
  this.addMissingDependency(join(this.rootContext, 'never.txt'))
  this.getLogger('words').info('counted')
  if (text.includes('warn')) this.emitWarning('the words warn')
  if (text.includes('warn')) this.emitWarning(new Error('an error warns'))
  this.fs.readFile(extra, (error, content) => {
    this.emitFile('words.copy.txt', text)
    done(null, 'export default ' + JSON.stringify(text.trim() + String(content ?? '') + this.getOptions().suffix + this.mode), { version: 3, sources: ['x'], names: [], mappings: 'AAAA', sourcesContent: [text] })
  })
}
`,
  'extra.txt': ' and more',
  'bytes-loader.cjs': "module.exports = function (bytes) { return Buffer.from('export default ' + bytes.length) }\nmodule.exports.raw = true\n",
}

const configOf = (bundler: WebpackLike, changes = ''): string => `
${EXTRACT[bundler]}
const options = { suffix: '!' }
const sass = { loader: 'sass-loader', options: { sassOptions: { loadPaths: [file('themes/first'), file('themes/common')] } } }
${changes}
export default {
  ...common,
  entry: './src/index.js',
  module: {
    rules: [
      { test: /\\.scss$/, type: 'javascript/auto', use: [Extract.loader, { loader: 'css-loader', options: { modules: { auto: true, localIdentName: '[local]-[hash:6]' } } }, sass] },
      { test: /\\.css$/, type: 'javascript/auto', use: ['style-loader', { loader: 'css-loader', options: { importLoaders: 1 } }, file('comment-loader.cjs')] },
      { test: /\\.ts$/, loader: 'ts-loader', options: { transpileOnly: true } },
      { test: /\\.jsx$/, use: [file('tail-loader.cjs'), 'babel-loader'] },
      { test: /\\.txt$/, use: { loader: file('words-loader.cjs'), options } },
      { test: /\\.bin$/, type: 'javascript/auto', loader: file('bytes-loader.cjs') },
    ],
  },
  plugins: [...await pitcrew({ plugins: { 'words-loader.cjs': true, 'bytes-loader.cjs': true } }), new Extract()],
}
`

/** Left of css-loader's imports it is named in their requests; left of Babel it makes the run begin in the middle of a chain. */
const BYSTANDERS: Files = {
  'comment-loader.cjs': "module.exports = function (text) { return '/* ' + this.loaders.length + ' ' + this.loaderIndex + ' */' + text }\n",
  'tail-loader.cjs': "module.exports = function (text, map) { this.callback(null, text + '\\n// ' + this.request.split('!').length + ' ' + this.remainingRequest.split('!').length + ' ' + this.loaders.map(l => l.path.split(/[\\\\/]/).pop()), map) }\nmodule.exports.pitch = function (remaining) { this.data.remaining = remaining; if (this.loaders.length !== 2) throw new Error('somebody is in the chain') }\n",
}

describe.each(BUNDLERS)('%s', bundler => {
  let scene: Scene
  beforeAll(() => {
    scene = new Scene(bundler, { ...APPLICATION, ...BYSTANDERS, [CONFIG]: configOf(bundler) })
  })
  afterAll(() => scene.dispose())

  it('says and writes the same cold and warm as it does off', async () => {
    const cold = await scene.compare('cold')
    expect(cold.outcomes.hit).toBe(0)
    const warm = await scene.settle()
    expect(warm.redone).toEqual([])
    expect(outcomesOf(warm, 'css-loader < sass-loader').hit).toBe(2)
    expect(outcomesOf(warm, 'ts-loader').hit).toBe(1)
    expect(outcomesOf(warm, 'babel-loader').hit).toBe(1)
    expect(outcomesOf(warm, 'words-loader.cjs').hit).toBe(1)
    expect(outcomesOf(warm, 'bytes-loader.cjs').hit).toBe(1)
    expect(warm.redone).toEqual([])
    expect(warm.outcomes.hit).toBeGreaterThanOrEqual(6)
    expect(outcomesOf(warm, 'tail-loader.cjs').refused).toBe(1)
  })

  const edits: readonly (readonly [what: string, files: Files, redone: readonly string[]])[] = [
    ['a partial', { 'src/_tokens.scss': '$gap: 14px;\n' }, ['src/page.scss', 'src/card.module.scss']],
    ['a style sheet that shadows another in the load paths', { 'themes/first/_theme.scss': '$ink: teal;\n' }, ['src/page.scss', 'src/card.module.scss']],
    ['the TypeScript configuration', { 'tsconfig.json': '{ "compilerOptions": { "target": "es2015", "sourceMap": true } }' }, ['src/price.ts']],
    ['a file that the Babel configuration imports', { 'name.cjs': "module.exports = 'Renamed'\n" }, ['src/view.jsx']],
    ['a configuration nearer to a file', { 'src/.babelrc.json': '{ "comments": false }' }, ['src/view.jsx']],
    ['a declared dependency', { 'extra.txt': ' and less' }, ['src/words.txt']],
    ['a missing dependency that appears', { 'never.txt': '' }, ['src/words.txt']],
    ['the module itself', { 'src/words.txt': 'other words that warn\n' }, ['src/words.txt']],
    ['the bytes of a module', { 'src/picture.bin': '\u0000\u0002other bytes' }, ['src/picture.bin']],
  ]
  it.each(edits)('is the same after an edit of %s', async (_what, files, redone) => {
    scene.write(files)
    const report = await scene.compare()
    expect(report.redone.map(call => call.id).sort()).toEqual(expect.arrayContaining([...redone].sort()))
    expect((await scene.settle()).redone).toEqual([])
  })

  it('is the same when rules come before others, whose places are part of requests', async () => {
    scene.write({ [CONFIG]: configOf(bundler).replace('rules: [', "rules: [{ test: /never/, loader: 'style-loader' },") })
    const report = await scene.compare()
    // Both look at requests: the one for the name of its compiler's instance, the other to hand them to what it imports.
    const chained = report.redone.filter(call => call.cause.kind === 'trace' && call.cause.path === 'chain')
    expect(chained.map(call => [call.plugin, call.id])).toEqual(expect.arrayContaining([['ts-loader', 'src/price.ts'], ['css-loader < sass-loader', 'src/page.scss']]))
  })

  it('is the same after a change of options', async () => {
    scene.write({ [CONFIG]: configOf(bundler, "options.suffix = '?'\nsass.options.additionalData = '$unused: 1;'") })
    const report = await scene.compare()
    expect(report.redone.map(call => call.id)).toEqual(expect.arrayContaining(['src/words.txt', 'src/page.scss', 'src/card.module.scss']))
  })
})
