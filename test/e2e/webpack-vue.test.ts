/** Single-file components under webpack and Rspack: blocks, types from other files, and what vue-loader keeps between modules. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CONFIG, Scene, outcomesOf } from './webpack-scene.ts'
import type { Files, WebpackLike } from './webpack-scene.ts'

const BUNDLERS: readonly WebpackLike[] = ['webpack', 'rspack']

const APPLICATION: Files = {
  'src/index.js': "import App from './App.vue'\nimport Plain from './Plain.vue'\nconsole.log(App, Plain)\n",
  'src/App.vue': `
<script setup lang="ts">
import type { Props } from './types'
import Plain from './Plain.vue'
const props = defineProps<Props>()
</script>
<template><p :class="$style.root">{{ props.price }} <Plain /></p></template>
<style module lang="scss">
@use 'tokens';
.root { gap: tokens.$gap }
</style>
<style scoped>
p { color: red }
</style>
`,
  'src/Plain.vue': `
<script>export default { data: () => ({ word: 'plain' }) }</script>
<template src="./outside.html"></template>
<style src="./outside.css"></style>
<docs>what it is for</docs>
`,
  'src/outside.html': '<b>{{ word }}</b>\n',
  'src/outside.css': '.outside { margin: 0 }\n',
  'src/types.ts': "import type { More } from './more'\nexport interface Props extends More { price: number }\n",
  'src/more.ts': 'export interface More { name?: string }\n',
  'src/_tokens.scss': '$gap: 1px;\n',
  'tsconfig.json': '{ "compilerOptions": { "target": "es2022" } }',
  'docs-loader.cjs': "module.exports = function (text) { return 'export default component => { component.docs = ' + JSON.stringify(text.trim()) + ' }' }\n",
}

const configOf = (changes = ''): string => `
const { VueLoaderPlugin } = require('vue-loader')
const vue = { compilerOptions: {} }
const target = undefined
${changes}
export default {
  ...common,
  ...(target && { target }),
  entry: './src/index.js',
  externals: { vue: 'Vue' },
  resolve: { extensions: ['.ts', '.js'] },
  module: {
    rules: [
      { test: /\\.vue$/, loader: 'vue-loader', options: vue },
      { test: /\\.ts$/, loader: 'ts-loader', options: { transpileOnly: true, appendTsSuffixTo: [/\\.vue$/] } },
      { test: /\\.scss$/, type: 'javascript/auto', use: ['style-loader', { loader: 'css-loader', options: { modules: { auto: path => path.endsWith('App.vue') && false, mode: 'local', exportLocalsConvention: 'as-is', namedExport: false } } }, 'sass-loader'] },
      { test: /\\.css$/, type: 'javascript/auto', use: ['style-loader', 'css-loader'] },
      { resourceQuery: /blockType=docs/, loader: file('docs-loader.cjs') },
    ],
  },
  plugins: [...await pitcrew(), new VueLoaderPlugin()],
}
`

describe.each(BUNDLERS)('%s', bundler => {
  let scene: Scene
  beforeAll(() => {
    scene = new Scene(bundler, { ...APPLICATION, [CONFIG]: configOf() })
  })
  afterAll(() => scene.dispose())

  it('says and writes the same cold and warm as it does off', async () => {
    await scene.compare('cold')
    const warm = await scene.settle()
    expect(warm.redone).toEqual([])
    expect(outcomesOf(warm, 'vue-loader').hit).toBeGreaterThan(1)
    expect(outcomesOf(warm, 'ts-loader < vue-loader').hit).toBe(1)
    expect(outcomesOf(warm, 'vue-loader/templateLoader')).toMatchObject({ hit: 0, refused: 1 })
  })

  const edits: readonly (readonly [what: string, files: Files, redone: readonly string[]])[] = [
    ['a type', { 'src/types.ts': "import type { More } from './more'\nexport interface Props extends More { price: number; shelf?: string }\n" }, ['src/App.vue?vue&type=script&setup=true&lang=ts']],
    ['a type that a type imports', { 'src/more.ts': 'export interface More { name?: string; more?: boolean }\n' }, ['src/App.vue?vue&type=script&setup=true&lang=ts']],
    ['a file that shadows the types', { 'src/types/index.ts': 'export interface Props { never: string }\n' }, []],
    ['a block from another file', { 'src/outside.html': '<i>{{ word }}</i>\n' }, []],
    ['a partial', { 'src/_tokens.scss': '$gap: 2px;\n' }, []],
    ['the component', { 'src/App.vue': APPLICATION['src/App.vue']!.replace('color: red', 'color: blue') }, ['src/App.vue']],
    ['its scope', { 'src/App.vue': APPLICATION['src/App.vue']!.replace('<style scoped>', '<style>') }, ['src/App.vue']],
    ['an option', { [CONFIG]: configOf('vue.compilerOptions.isCustomElement = tag => tag === "b"') }, ['src/App.vue']],
    ['the mode', { [CONFIG]: configOf("common.mode = 'development'\ncommon.devtool = false") }, ['src/App.vue', 'src/Plain.vue']],
    ['the target', { [CONFIG]: configOf().replace('const target = undefined', "const target = 'node'") }, ['src/App.vue', 'src/Plain.vue']],
  ]
  it.each(edits)('is the same after an edit of %s', async (_what, files, redone) => {
    scene.write(files)
    const report = await scene.compare()
    expect(report.redone.map(call => call.id)).toEqual(expect.arrayContaining([...redone]))
    await scene.compare()
  })
})
