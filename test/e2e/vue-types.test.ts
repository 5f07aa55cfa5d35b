/**
 * Where the types of Vue's components come from: answers that TypeScript gives the first component and keeps for the others,
 * and blocks from other files.
 *
 * Each case builds, changes one thing that no component names, and says that what came of it is not the same as before.
 */
import { afterEach, describe, expect, it } from 'vitest'
import { requireDist } from '../harness/project.ts'
import { OWN_PACKAGES, Stage, outcomesOf } from '../harness/stage.ts'
import type { Files, StageBundler } from '../harness/stage.ts'

requireDist()

let stage: Stage
afterEach(() => stage.dispose())

interface Case {
  readonly files: Files
  readonly change: (stage: Stage) => void
}

const CONFIGS: Readonly<Partial<Record<StageBundler, string>>> = {
  vite: `import vue from '@vitejs/plugin-vue'
const globalTypeFiles = [file('first.d.ts'), file('second.d.ts')]
export default { build: { ...output, rolldownOptions: { input: 'main.js', external: [/^vue/] } }, plugins: [await pitcrew(), vue({ script: { globalTypeFiles } })] }
`,
  rollup: `import vue from 'unplugin-vue/rollup'
const globalTypeFiles = [file('first.d.ts'), file('second.d.ts')]
export default { input: 'main.js', external: [/^vue/], output, plugins: [vue({ script: { globalTypeFiles } }), { name: 'types', async transform(code, id) { return id.includes('.vue') ? (await require('esbuild').transform(code, { loader: 'ts' })).code : null } }, await pitcrew()] }
`,
  esbuild: `import vue from 'unplugin-vue/esbuild'
export default { absWorkingDir: import.meta.dirname, entryPoints: ['main.js'], bundle: true, format: 'esm', outdir: output, external: ['vue'], logLevel: 'silent', plugins: [...await pitcrew(), vue({ sourceMap: false })] }
`,
  webpack: `import { VueLoaderPlugin } from 'vue-loader'
export default { context: import.meta.dirname, mode: 'production', cache: false, entry: './main.js', output, externals: { vue: 'Vue' }, module: { rules: [{ test: /\\.vue$/, loader: 'vue-loader' }, { test: /\\.ts$/, loader: 'ts-loader', options: { transpileOnly: true, appendTsSuffixTo: [/\\.vue$/] } }] }, plugins: [new VueLoaderPlugin(), ...await pitcrew()] }
`,
}
const ROWS: Readonly<Partial<Record<StageBundler, string>>> = { vite: 'vite:vue', rollup: 'unplugin-vue', esbuild: 'unplugin-vue', webpack: 'vue-loader' }

const main = "import First from './src/First.vue'\nimport Second from './src/Second.vue'\nconsole.log(First, Second)\n"
const component = (script: string): string => `<script setup lang="ts">\n${script}</script>\n<template><p>{{ $props }}</p></template>\n`
const bothOf = (script: string): Files => ({ 'main.js': main, 'src/First.vue': component(script), 'src/Second.vue': component(script) })
const importing = (from: string): Files => bothOf(`import type { Props } from '${from}'\ndefineProps<Props>()\n`)
const props = (name: string): string => `export interface Props { ${name}: string }\n`
const linked: Files = {
  'link.mjs': "import { symlinkSync } from 'node:fs'\nsymlinkSync('../packages/ui', 'node_modules/ui')\n",
  'packages/ui/package.json': '{ "name": "ui", "types": "one.d.ts" }', 'packages/ui/one.d.ts': props('one'), 'packages/ui/two.d.ts': props('two'),
}

const CASES: Readonly<Record<string, Case>> = {
  'that a path of tsconfig.json looks for first': {
    files: { ...importing('@types/props'), 'tsconfig.json': '{ "compilerOptions": { "paths": { "@types/*": ["./one/*", "./two/*"] } } }', 'two/props.ts': props('two') },
    change: it => it.write({ 'one/props.ts': props('one') }),
  },
  'in a folder that is laid over another': {
    files: { ...importing('./props'), 'tsconfig.json': '{ "compilerOptions": { "rootDirs": ["./src", "./generated"] } }', 'generated/props.ts': props('two') },
    change: it => it.write({ 'src/props.ts': props('one') }),
  },
  'that the manifest of a package of the workspace names': { files: { ...importing('ui'), ...linked }, change: it => it.edit('packages/ui/package.json', 'one', 'two') },
  'that a manifest beside them names': {
    files: { ...importing('./props'), 'src/props/package.json': '{ "types": "one.d.ts" }', 'src/props/one.d.ts': props('one'), 'src/props/two.d.ts': props('two') },
    change: it => it.edit('src/props/package.json', 'one', 'two'),
  },
  'of a configuration that tsconfig.json refers to': {
    files: {
      ...importing('@types/props'), 'tsconfig.json': '{ "files": [], "references": [{ "path": "./conf/app.json" }] }',
      'conf/app.json': '{ "extends": "./base", "include": ["../src/**/*"] }', 'conf/base.json': '{ "compilerOptions": { "composite": true, "paths": { "@types/*": ["../one/*"] } } }',
      'one/props.ts': props('one'), 'two/props.ts': props('two'),
    },
    change: it => it.edit('conf/base.json', 'one', 'two'),
  },
}
const GLOBAL: Readonly<Record<string, Case>> = {
  'that an earlier file of global types comes to hold': {
    files: { ...bothOf('defineProps<Props>()\n'), 'first.d.ts': 'declare interface Other { other: string }\n', 'second.d.ts': 'declare interface Props { two: string }\n' },
    change: it => it.write({ 'first.d.ts': 'declare interface Props { one: string }\n' }),
  },
  'that are global and were not there': {
    files: { ...bothOf('defineProps<{ of: Kind }>()\n'), 'first.d.ts': 'declare interface Other { other: string }\n' },
    change: it => it.write({ 'second.d.ts': 'declare type Kind = boolean\n' }),
  },
}

const ALL = Object.keys(CONFIGS) as StageBundler[]
const cases = ALL.flatMap(bundler => Object.entries(bundler === 'vite' || bundler === 'rollup' ? { ...CASES, ...GLOBAL } : CASES).map(([what, each]) => [what, bundler, each] as const))

async function start(bundler: StageBundler, { files }: Pick<Case, 'files'>): Promise<string> {
  const isLinked = 'link.mjs' in files
  const config = { vite: 'vite.config.js', rollup: 'rollup.config.mjs', esbuild: 'esbuild.config.mjs', webpack: 'webpack.config.mjs', rspack: '', rolldown: '' }[bundler]
  stage = new Stage(bundler, { [config]: CONFIGS[bundler]!, 'tsconfig.json': '{}', ...files }, isLinked ? { packages: OWN_PACKAGES } : {})
  if (isLinked) stage.prepare('link.mjs')
  return (await stage.compareOutput('cold')).text
}

describe('components are made anew for types', () => {
  it.each(cases)('%s, with %s', async (_what, bundler, each) => {
    const before = await start(bundler, each)
    expect(outcomesOf(await stage.compare(), ROWS[bundler]!)).toMatchObject({ miss: 0, stale: 0 })
    each.change(stage)
    // The edit means something, or the case proves nothing.
    expect((await stage.compareOutput()).text).not.toBe(before)
  }, 120_000)
})

describe('components with blocks from other files', () => {
  it('are whole when nothing was edited', async () => {
    const script = '<script>\nexport default { name: "A" }\n</script>\n'
    await start('vite', { files: { 'main.js': main, 'src/First.vue': `${script}<template src="./first.html"></template>\n<style scoped>\nb { color: red }\n</style>\n`, 'src/Second.vue': `${script}<template><i>second</i></template>\n`, 'src/first.html': '<b>first</b>\n' } })
    await stage.compare()
    stage.write({ 'src/first.html': '<i>first</i>\n' })
    await stage.compare()
  }, 120_000)
})
