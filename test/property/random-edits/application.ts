/**
 * The mixed application, small enough to be built thousands of times, and for each of its files the texts that edits give it.
 *
 * It has one module or two of each kind that loses something easily. Runtimes are external, because bundling them costs most
 * of a build and shows nothing; Less stands for preprocessors, because the one of Sass is a process of its own.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { REPOSITORY } from '../../harness/playgrounds.ts'

/** Text by path. */
export type Tree = Readonly<Record<string, string>>

const fixture = (path: string): string => readFileSync(join(REPOSITORY, 'test', 'fixtures', 'mixed', path), 'utf8')

const CONFIG = `
import { svelte, vitePreprocess } from '@sveltejs/vite-plugin-svelte'
import tailwindcss from '@tailwindcss/vite'
import { presetMini } from '@unocss/preset-mini'
import unocss from 'unocss/vite'
import vue from '@vitejs/plugin-vue'
import { banner } from './banner.js'
import { shared } from './settings.js'

const { PITCREW_PLAYGROUND: mode, PITCREW_REPORT_FILE: reportFile, PITCREW_OUT_DIR: outDir, EDITION = 'first' } = process.env
const pitcrew = mode === 'off' ? null : (await import('unplugin-pitcrew/vite')).default

export default {
  plugins: [
    pitcrew?.({ report: false, reportFile }),
    vue({ template: { compilerOptions: { comments: shared.comments } } }),
    svelte({ preprocess: vitePreprocess(), compilerOptions: { preserveComments: shared.comments } }),
    unocss({ presets: [presetMini({ prefix: 'u-' })] }),
    tailwindcss(),
    banner(shared.banner),
  ],
  define: { __EDITION__: JSON.stringify(EDITION) },
  css: { preprocessorOptions: { less: { additionalData: shared.less } } },
  worker: { format: 'es' },
  build: { outDir, emptyOutDir: true, sourcemap: true, minify: false, reportCompressedSize: false, rolldownOptions: { external: [/^vue$/, /^svelte/] } },
}
`
const SETTINGS = "export const shared = { banner: 'plain', comments: false, less: '@density: 1;\\n' }\n"

/** The plain palette of classes keeps Tailwind's own part of the output small. */
const APP_CSS = '@import "tailwindcss/theme";\n@import "tailwindcss/utilities";\n\n@theme { --color-brand: #1188aa; }\n.brand { @apply text-brand font-bold; background: url(../mark.svg); }\n'
const TOKENS = '@gap: 12px;\n'
const CARD = fixture('src/components/Card.vue').replace('lang="scss"', 'lang="less"').replace("@use '../styles/tokens';", "@import '../styles/tokens';").replace('tokens.$gap * $density', 'calc(@gap * @density)')
const BADGE = fixture('src/components/Badge.svelte').replace('lang="scss"', 'lang="less"').replace("@use '../styles/tokens';", "@import '../styles/tokens';").replace('tokens.$gap', '@gap')
const PAGE = "@import 'tokens';\n\n.page { gap: @gap; &:hover { opacity: (0.5 * @density); } }\n"

/** The application as it is in the beginning. */
export const PRISTINE: Tree = {
  'package.json': '{ "private": true, "type": "module" }\n',
  'package-lock.json': '{}\n',
  'vite.config.js': CONFIG,
  'settings.js': SETTINGS,
  'banner.js': fixture('banner.js'),
  '.env': fixture('.env'),
  'index.html': fixture('index.html'),
  ...Object.fromEntries(['App.vue', 'types.ts', 'price.ts', 'worker.ts', 'first.note.ts', 'names.json', 'license.txt', 'mark.svg', 'logo.svg', 'pages/about.ts', 'pages/start.ts', 'components/Row.vue', 'components/row.module.css', 'components/Panel.svelte'].map(path => [`src/${path}`, fixture(`src/${path}`)])),
  'src/main.ts': fixture('src/main.ts').replace('page.scss', 'page.less'),
  'src/components/Card.vue': CARD,
  'src/components/Badge.svelte': BADGE,
  'src/styles/app.css': APP_CSS,
  'src/styles/tokens.less': TOKENS,
  'src/styles/page.less': PAGE,
}

const changed = (path: string, ...changes: readonly (readonly [from: string, to: string])[]): string =>
  changes.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`${path} does not contain ${from}`)
    return text.replace(from, to)
  }, PRISTINE[path]!)

/** What a file may be edited to, besides what it is in the beginning. A file that is not there in the beginning may be created so. */
export const TEXTS: Readonly<Record<string, readonly string[]>> = {
  'src/App.vue': [changed('src/App.vue', ['gap-4', 'gap-8 px-7']), changed('src/App.vue', ['color: teal', 'color: tomato']), changed('src/App.vue', ['<h1>', '<h1 class="u-p-9">'], ['<!-- the', '<!-- another'])],
  'src/components/Card.vue': [changed('src/components/Card.vue', ['sold out', 'out of stock']), changed('src/components/Card.vue', ['url(', 'URL(']), changed('src/components/Card.vue', ['.card {', '.card { &:hover { color: red; }']), changed('src/components/Card.vue', ['defineProps<Item>()', 'defineProps<Item & { extra?: boolean }>()'])],
  'src/components/Row.vue': [changed('src/components/Row.vue', ['text-lg', 'text-sm']), changed('src/components/Row.vue', ['css.row', '[css.row, css.base]'])],
  'src/components/row.module.css': [changed('src/components/row.module.css', ['darkred', 'navy']), changed('src/components/row.module.css', ['.base', '.root'], ['composes: base', 'composes: root'])],
  'src/components/Panel.svelte': [changed('src/components/Panel.svelte', ['solid', 'dotted']), changed('src/components/Panel.svelte', ['<img src={logo}>', '<img src={logo} alt="logo">']), changed('src/components/Panel.svelte', ['p-2', 'p-5 u-p-5'])],
  'src/components/Badge.svelte': [changed('src/components/Badge.svelte', ['u-c-red', 'u-c-blue']), changed('src/components/Badge.svelte', ['color: blue', 'color: green'])],
  'src/types.ts': [changed('src/types.ts', ['price: number', 'price: number, shelf?: string']), "import type { Base } from './base'\nexport interface Item extends Base { price: number }\nexport interface Titled { title: string, edition: string }\n"],
  'src/base.ts': ['export interface Base { name: string }\n', 'export interface Base { name: string, serial?: number }\n'],
  'src/base.d.ts': ['export interface Base { name: string, declared?: boolean }\n'],
  'src/price.ts': [changed('src/price.ts', ['EUR', 'CHF'])],
  'src/price.js': ["export const price = value => `${value} of js`\n"],
  'src/worker.ts': [changed('src/worker.ts', ['data.license', 'data.license + 1'])],
  'src/first.note.ts': ['export const first = 2\n', 'export const first = 1 // the same\n'],
  'src/names.json': ['["bolt"]\n', '["bolt", "nut", "cog"]\n'],
  'src/license.txt': ['Not free.\n'],
  'src/mark.svg': ['<svg xmlns="http://www.w3.org/2000/svg"><circle r="5"/></svg>\n'],
  'src/pages/about.ts': ["export default 'about us'\n"],
  'src/pages/more.ts': ["export default 'more'\n"],
  'src/styles/app.css': [changed('src/styles/app.css', ['#1188aa', '#aa8811']), changed('src/styles/app.css', ['font-bold', 'italic'])],
  'src/styles/tokens.less': ['@gap: 14px;\n', "@import 'deep';\n@gap: @deep;\n"],
  'src/styles/deep.less': ['@deep: 3px;\n', '@deep: 5px;\n'],
  'src/styles/page.less': [changed('src/styles/page.less', ['0.5', '0.25'])],
  'settings.js': [SETTINGS.replace('false', 'true'), SETTINGS.replace("'plain'", "'fancy'"), SETTINGS.replace('density: 1', 'density: 2')],
  'banner.js': [fixture('banner.js').replace('const banner =', 'const banner: string ='), fixture('banner.js').replace('\\nexport', '\\n\\nexport')],
  'vite.config.js': [CONFIG.replace("prefix: 'u-'", "prefix: ['u-', 'px-']"), CONFIG.replace('vue({', 'vue({ features: { prodDevtools: true },')],
  'postcss.config.cjs': ["module.exports = { plugins: [{ postcssPlugin: 'p', Declaration(d) { if (d.prop === 'gap') d.value = '99px' } }] }\n", 'module.exports = { plugins: [] }\n'],
  'svelte.config.js': ["export default { compilerOptions: { preserveWhitespace: true } }\n", 'export default { onwarn: () => undefined }\n'],
  'tsconfig.json': ['{ "compilerOptions": { "useDefineForClassFields": false } }\n', '{ "compilerOptions": { "target": "es2019", "experimentalDecorators": true } }\n'],
  '.env': ['VITE_TITLE=market\n', 'VITE_TITLE=shop\nVITE_MORE=1\n'],
  '.env.production': ['VITE_TITLE=production\n'],
  'index.html': [changed('index.html', ['bg-slate-50', 'bg-slate-100']), changed('index.html', ['margin: 0', 'margin: 1px'])],
  'package-lock.json': ['{ "lockfileVersion": 3 }\n'],
}

/** Renames as people make them: across extensions, and of what a glob finds. */
export const RENAMES: readonly (readonly [from: string, to: string])[] = [
  ['src/price.ts', 'src/price.js'], ['src/price.js', 'src/price.ts'], ['src/base.ts', 'src/base.d.ts'], ['src/pages/about.ts', 'src/pages/imprint.ts'],
  ['src/pages/imprint.ts', 'src/pages/about.ts'], ['src/pages/start.ts', 'src/pages/start.js'], ['.env', '.env.production'], ['.env.production', '.env'],
]

/** Variables that the application or its configuration reads. */
export const VARIABLES: Readonly<Record<string, readonly (string | null)[]>> = {
  VITE_TITLE: ['from-outside', null], EDITION: ['second', 'third', null], VITE_OTHER: ['1', null], UNRELATED: ['1', null],
}
