/**
 * esbuild with unplugin-vue: components with their style blocks, and types that several of them import. Without source maps,
 * because the plugin writes those of styles as line comments, which no CSS parser takes.
 */
import { afterEach, describe, expect, it } from 'vitest'
import { requireDist } from '../harness/project.ts'
import { Scene } from './esbuild-scene.ts'

requireDist()

const TIMEOUT_MS = 300_000

const typed = (extra: string): string => `<script setup lang="ts">
import type { Item } from './types'
defineProps<Item>()
</script>
<template><p class="item">${extra}</p></template>
<style scoped>
.item { color: red }
</style>
`
const FILES = {
  'esbuild.config.mjs': `
import vue from 'unplugin-vue/esbuild'
export default { absWorkingDir: import.meta.dirname, entryPoints: ['main.js'], bundle: true, format: 'esm', sourcemap: true, outdir, external: ['vue'], logLevel: 'silent', plugins: [...pitcrew, vue({ sourceMap: false })] }`,
  'main.js': "import First from './First.vue'\nimport Second from './Second.vue'\nimport Plain from './Plain.vue'\nimport './other.js'\nconsole.log(First, Second, Plain)\n",
  'other.js': 'console.log(1)\n',
  'First.vue': typed('first'),
  'Second.vue': typed('second'),
  'Plain.vue': '<template><b>plain</b></template>\n<script>\nexport default { name: "Plain" }\n</script>\n',
  'types.ts': "import type { Base } from './base'\nexport interface Item extends Base { name: string }\n",
  'base.ts': 'export interface Base { id: number }\n',
}

let scene: Scene | undefined
afterEach(() => scene?.dispose())

describe('unplugin-vue', () => {
  it('is remembered, blocks and all, and modules that are no components stay out of it', async () => {
    scene = new Scene(FILES)
    expect(await scene.compare('cold')).toMatchObject({ hit: 0, miss: 3, bypass: 0, refused: 0 })
    expect(await scene.compare()).toMatchObject({ hit: 3, miss: 0, bypass: 0, refused: 0 })
    scene.write({ 'First.vue': typed('changed').replace('red', 'blue') })
    expect(await scene.compare()).toMatchObject({ hit: 2, miss: 1 })
  }, TIMEOUT_MS)

  it('is done again for every component whose types changed, came to be shadowed, or went', async () => {
    scene = new Scene(FILES)
    await scene.build('cold')
    scene.write({ 'base.ts': 'export interface Base { id: string; size?: number }\n' })
    expect(await scene.compare()).toMatchObject({ hit: 1, stale: 2 })
    scene.write({ 'types.ts': 'export interface Item { only: boolean }\n' })
    expect(await scene.compare()).toMatchObject({ hit: 1, stale: 2 })
    scene.write({ 'types.ts': FILES['types.ts'], 'base.ts': FILES['base.ts'] })
    expect(await scene.compare()).toMatchObject({ hit: 3 })
  }, TIMEOUT_MS)

  it('does not keep what its compiler made of types that it had read before they changed', async () => {
    scene = new Scene({
      ...FILES,
      'session.mjs': `
        import { context } from 'esbuild'
        import { existsSync, readFileSync, writeFileSync } from 'node:fs'
        import { setTimeout } from 'node:timers/promises'
        import config from './esbuild.config.mjs'
        const session = await context({ ...config, write: false })
        await session.rebuild()
        if (existsSync('later.txt')) {
          writeFileSync('base.ts', readFileSync('later.txt'))
          await setTimeout(150)
        }
        const { outputFiles } = await session.rebuild()
        await session.dispose()
        process.stdout.write(JSON.stringify(outputFiles.map(({ text }) => text)))`,
      'later.txt': 'export interface Base { later: boolean }\n',
    })
    const stale = scene.run('session.mjs', 'cold')
    scene.remove('later.txt')
    const fresh = scene.run('session.mjs', 'off')
    // What this is about: the compiler itself gives what is out of date.
    expect(stale).not.toEqual(fresh)
    expect(scene.run('session.mjs', 'warm')).toEqual(fresh)
  }, TIMEOUT_MS)
})

describe('what a function in the options reads once for all components', () => {
  it('counts for each of them', async () => {
    const kept = "(() => { let known; return tag => tag === (known ??= process.getBuiltinModule('node:fs').readFileSync(import.meta.dirname + ['/tag', 'txt'].join('.'), 'utf8')) })()"
    scene = new Scene({
      ...FILES,
      'esbuild.config.mjs': FILES['esbuild.config.mjs'].replace('sourceMap: false', `sourceMap: false, template: { compilerOptions: { isCustomElement: ${kept} } }`),
      'First.vue': '<template><first-tag>a</first-tag></template>\n', 'Second.vue': '<template><first-tag>b</first-tag></template>\n', 'tag.txt': 'first-tag',
    })
    await scene.build('cold')
    scene.write({ 'tag.txt': 'other-tag' })
    await scene.compare()
  }, TIMEOUT_MS)
})
