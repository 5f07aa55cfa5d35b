/**
 * Functions in the options of loaders whose dependencies are known: they may read a file once and answer for all modules from
 * it. One kind of module for each function, two modules of each kind, and an edit of what all of them read.
 */
import { afterEach, describe, expect, it } from 'vitest'
import { textIn } from '../harness/stage.ts'
import { CONFIG, Scene, outcomesOf } from './webpack-scene.ts'
import type { Files, WebpackLike } from './webpack-scene.ts'

const BUNDLERS: readonly WebpackLike[] = ['webpack', 'rspack']

interface Kind {
  /** Of a module, by its name. */
  readonly text: (name: string) => string
  /** The loaders, whose functions call `word()`. */
  readonly use: string
}

const css = (options: string): string => `[{ loader: 'css-loader', options: ${options} }]`
const rule = (name: string): string => `.${name} { color: red }\n`

const KINDS: Readonly<Record<string, Kind>> = {
  scss: { text: rule, use: "['css-loader', { loader: 'sass-loader', options: { additionalData: code => '$a: ' + word() + '; .x { margin: $a }' + code, sassOptions: { syntax: 'scss' } } }]" },
  less: { text: rule, use: "['css-loader', { loader: 'less-loader', options: { additionalData: code => '@a: ' + word() + '; .x { margin: @a }' + code } }]" },
  ident: { text: rule, use: css("{ modules: { getLocalIdent: (context, ident, name) => word() + name } }") },
  filter: { text: name => `.${name} { background: url(./image.png) }\n`, use: css("{ url: { filter: () => word() === 'wordTwo' } }") },
  vue: { text: name => `<template><p>${name}</p><my-element/></template>\n`, use: "[{ loader: 'vue-loader', options: { compilerOptions: { isCustomElement: tag => tag.startsWith('my-') && word() === 'wordTwo' } } }]" },
}

const application = (): Files => ({
  ...Object.fromEntries(Object.entries(KINDS).flatMap(([kind, { text }]) => ['one', 'two'].map(name => [`src/${name}.${kind}`, text(name)]))),
  'src/index.js': Object.keys(KINDS).flatMap(kind => ['one', 'two'].map(name => `import * as ${name}${kind} from './${name}.${kind}'\nconsole.log(${name}${kind})\n`)).join(''),
  'src/image.png': 'image',
  'word.txt': 'wordOne',
  [CONFIG]: `
import { readFileSync } from 'node:fs'
const { VueLoaderPlugin } = require('vue-loader')
const kept = {}
const wordOf = kind => () => kept[kind] ??= readFileSync(file('word' + '.txt'), 'utf8')
export default {
  ...common, entry: './src/index.js', externals: { vue: 'Vue' },
  module: { rules: [
    { test: /[.]png$/, type: 'asset/resource' },
    ${Object.entries(KINDS).map(([kind, { use }]) => `(word => ({ test: /[.]${kind}$/, ${kind === 'vue' ? '' : "type: 'javascript/auto', "}use: ${use} }))(wordOf('${kind}'))`).join(',\n    ')},
  ] },
  plugins: [...await pitcrew(), new VueLoaderPlugin()],
}
`,
})

let scene: Scene
afterEach(() => scene.dispose())

describe.each(BUNDLERS)('%s', bundler => {
  it('redoes every module whose options have a function that read once what has changed', async () => {
    scene = new Scene(bundler, application())
    await scene.compare('cold')
    const warm = await scene.compare()
    for (const name of ['css-loader < sass-loader', 'css-loader < less-loader', 'css-loader', 'vue-loader']) expect(outcomesOf(warm, name).hit).toBeGreaterThan(1)
    scene.write({ 'word.txt': 'wordTwo' })
    await scene.compare()
    expect(textIn((await scene.build('warm')).dir)).not.toContain('wordOne')
  }, 120_000)

  it('redoes no module but the edited one for what a function keeps to itself', async () => {
    scene = new Scene(bundler, application())
    await scene.compare('cold')
    scene.write({ 'src/one.vue': KINDS['vue']!.text('edited'), 'src/one.scss': rule('edited') })
    const { redone } = await scene.compare()
    expect(new Set(redone.map(call => call.id.split('?', 1)[0]))).toEqual(new Set(['src/one.vue', 'src/one.scss']))
  }, 120_000)

  it('redoes modules for which a plugin keeps the text of another module, which it read when that one was compiled', async () => {
    scene = new Scene(bundler, {
      'src/index.js': "import one from './one.own'\nimport two from './two.own'\nconsole.log(one, two)\n",
      'src/one.own': 'export default ["textOne"]\n', 'src/two.own': 'export default OTHER\n',
      'p.js': "let kept\nmodule.exports = ({ types }) => ({ visitor: { Program(path, { filename }) { kept ??= require('node:fs').readFileSync(filename.replace('two', 'one'), 'utf8') }, Identifier(path) { if (path.node.name === 'OTHER') path.replaceWith(types.stringLiteral(kept)) } } })\n",
      [CONFIG]: "export default { ...common, entry: './src/index.js', module: { rules: [{ test: /[.]own$/, use: [{ loader: 'babel-loader', options: { babelrc: false, configFile: false, plugins: [file('p.js')] } }] }] }, plugins: await pitcrew() }\n",
    })
    await scene.compare('cold')
    expect(outcomesOf(await scene.compare(), 'babel-loader').hit).toBe(2)
    scene.write({ 'src/one.own': 'export default ["textTwo"]\n' })
    await scene.compare()
    expect(textIn((await scene.build('warm')).dir)).not.toContain('textOne')
  }, 120_000)
})
