/** One small application for each bundler: two Vue components that share types of another file, and styles that share a partial. */
import type { Files, StageBundler } from '../../harness/stage.ts'

const component = (name: string): string => `<script setup lang="ts">
import type { Item } from './types'
defineProps<Item>()
</script>
<template><p class="${name}">${name} {{ $props }}</p></template>
`

const SOURCES: Files = {
  'src/main.js': "import First from './First.vue'\nimport Second from './Second.vue'\nimport { word } from './word'\nimport './page.scss'\nconsole.log(First, Second, word)\n",
  'src/First.vue': component('first'),
  'src/Second.vue': component('second'),
  'src/types.ts': "import type { Base } from './base'\nexport interface Item extends Base { name: string }\n",
  'src/base.ts': 'export interface Base { id: number }\n',
  'src/word.ts': "export const word: string = 'one'\n",
  'src/page.scss': "@use 'theme';\n.page { gap: theme.$gap }\n",
  'src/theme/_index.scss': '$gap: 1px;\n',
}

const webpackLike = `
const { VueLoaderPlugin } = require('vue-loader')
export default {
  context: import.meta.dirname, mode: 'production', devtool: 'source-map', cache: false, performance: { hints: false },
  optimization: { minimize: false }, output, entry: './src/main.js', externals: { vue: 'Vue' },
  resolve: { extensions: ['.tsx', '.ts', '.js'] },
  module: { rules: [
    { test: /\\.vue$/, loader: 'vue-loader' },
    { test: /\\.tsx?$/, loader: 'ts-loader', options: { transpileOnly: true, appendTsSuffixTo: [/\\.vue$/] } },
    { test: /\\.scss$/, type: 'javascript/auto', use: ['style-loader', 'css-loader', 'sass-loader'] },
  ] },
  plugins: [...await pitcrew(), new VueLoaderPlugin()],
}
`
/** Rollup reads no TypeScript, and neither of the two Sass; styles are none of this application's points there. */
const rollupLike = (bundler: 'rollup' | 'rolldown'): string => `
import { transform } from 'esbuild'
import vue from 'unplugin-vue/${bundler}'
const strip = { name: 'strip', async transform(code, id) {
  if (id.endsWith('.scss')) return 'export {}'
  if (!/\\.ts$|\\.vue$/.test(id)) return null
  const result = await transform(code, { loader: 'ts', sourcefile: id, sourcemap: true })
  return { code: result.code, map: result.map, moduleType: 'js' }
} }
const resolve = { name: 'resolve', async resolveId(source, importer) {
  return /^\\.\\/[a-z]+$/.test(source) ? await this.resolve(source + '.ts', importer) : null
} }
export default { input: 'src/main.js', external: ['vue'], plugins: [await pitcrew(), resolve, vue(), strip], output }
`

const CONFIGS: Readonly<Record<StageBundler, Files>> = {
  vite: {
    'vite.config.js': `
import vue from '@vitejs/plugin-vue'
export default { plugins: [await pitcrew(), vue()], build: { ...output, minify: false, rolldownOptions: { external: ['vue'] } } }
`,
    'index.html': '<script type="module" src="/src/main.js"></script>\n',
  },
  webpack: { 'webpack.config.mjs': webpackLike, 'tsconfig.json': '{ "compilerOptions": { "target": "es2022" } }' },
  rspack: { 'rspack.config.mjs': webpackLike, 'tsconfig.json': '{ "compilerOptions": { "target": "es2022" } }' },
  esbuild: {
    'esbuild.config.mjs': `
import { sassPlugin } from 'esbuild-sass-plugin'
import vue from 'unplugin-vue/esbuild'
export default { absWorkingDir: import.meta.dirname, entryPoints: ['src/main.js'], bundle: true, format: 'esm', sourcemap: true, outdir: output, external: ['vue'], logLevel: 'silent', plugins: [...await pitcrew(), vue({ sourceMap: false }), sassPlugin()] }
`,
  },
  rollup: { 'rollup.config.mjs': rollupLike('rollup') },
  rolldown: { 'rolldown.config.mjs': rollupLike('rolldown') },
}

/** All bundlers, in the order in which failures are easiest to understand. */
export const BUNDLERS: readonly StageBundler[] = ['rolldown', 'rollup', 'esbuild', 'vite', 'webpack', 'rspack']

/** Whether styles are compiled. */
export const hasStyles = (bundler: StageBundler): boolean => bundler !== 'rollup' && bundler !== 'rolldown'

export function vueApplication(bundler: StageBundler, more: Files = {}): Files {
  return { ...SOURCES, ...CONFIGS[bundler], ...more }
}
