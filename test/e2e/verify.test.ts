/** `pitcrew verify` on a real build, with a plugin that is wrongly trusted. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { REPOSITORY } from '../harness/playgrounds.ts'
import { requireDist } from '../harness/project.ts'
import { Scene } from './esbuild-scene.ts'

requireDist()

let scene: Scene
afterEach(() => scene.dispose())

/** Gathers what it sees, and gives it out in the end: by its shape it is refused, and here it is trusted against that. */
const CONFIG = `
import vue from '@vitejs/plugin-vue'
import pitcrew from 'unplugin-pitcrew/vite'
const seen = []
const collector = { name: 'collector', transform(code, id) {
  if (!/\\.words$/.test(id)) return null
  const until = performance.now() + 20
  while (performance.now() < until);
  seen.push(code.trim())
  return 'export default ' + JSON.stringify(code)
}, generateBundle() { this.emitFile({ type: 'asset', fileName: 'words.txt', source: seen.sort().join(' ') }) } }
export default { logLevel: 'error', plugins: [vue(), collector, pitcrew(TRUST)] }
`
const FILES = {
  'index.html': '<script type="module" src="/main.js"></script>',
  'main.js': "import a from './a.words'\nimport b from './b.words'\nimport App from './App.vue'\nconsole.log(a, b, App)",
  'a.words': 'hello\n', 'b.words': 'world\n',
  'App.vue': '<script setup>\nconst count = 1\n</script>\n<template><p>{{ count }}</p></template>',
}

function verify(): { code: number; out: string } {
  const cli = join(REPOSITORY, 'dist', 'cli.js')
  const vite = join(REPOSITORY, 'node_modules', 'vite', 'bin', 'vite.js')
  try {
    const env = { ...process.env, NODE_ENV: undefined, VITEST: undefined }
    return { code: 0, out: execFileSync(process.execPath, [cli, 'verify', '--', process.execPath, vite, 'build'], { cwd: scene.root, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }) }
  } catch (error) {
    const { status, stdout, stderr } = error as { status: number; stdout: string; stderr: string }
    return { code: status, out: `${stdout}${stderr}` }
  }
}

it('finds nothing where the plugin is left to its policy', () => {
  scene = new Scene({ ...FILES, 'vite.config.js': CONFIG.replace('TRUST', '') })
  const { code, out } = verify()
  expect(out).toContain('All 5 outputs are the same')
  expect(code).toBe(0)
}, 120_000)

it('finds the file that is wrong on a warm build, and whose memo it is', () => {
  scene = new Scene({ ...FILES, 'vite.config.js': CONFIG.replace('TRUST', '{ plugins: { collector: true } }') })
  const { code, out } = verify()
  expect(out).toContain('The output of the warm build is wrong: words.txt.')
  expect(out).toContain('words.txt:1:1\n  - "hello world"\n  + ""')
  expect(out).toContain('It is the memo of collector.')
  expect(code).toBe(1)
}, 240_000)
