/**
 * Files that change while a build runs: while a call that has read one is still busy, between one call's reading and the
 * next one's, and a module between its loading and the plugin's own look at it. What was made of them is not stored.
 *
 * Somebody else changes them: a thread of the configuration's, asked through shared memory, so that nothing of it can be
 * seen in the call, and it happens exactly there.
 */
import { afterAll, describe, expect, it } from 'vitest'
import { requireDist } from '../../harness/project.ts'
import { Stage } from '../../harness/stage.ts'
import type { Files, StageBundler } from '../../harness/stage.ts'
import { BUNDLERS } from './vue-application.ts'

requireDist()

const SCENARIOS = ['during', 'between', 'own'] as const

/** `moment(n)` returns when the thread has done what the scenario wants at that moment, if anything. */
const WORLD = `
const { Worker } = require('node:worker_threads')
const shared = new Int32Array(new SharedArrayBuffer(8))
new Worker(file('world.cjs'), { workerData: shared }).unref()
globalThis.moment = number => {
  Atomics.store(shared, 1, 0)
  Atomics.store(shared, 0, number)
  Atomics.notify(shared, 0)
  Atomics.wait(shared, 1, 0)
}
`
const THREAD = `
const { readFileSync, writeFileSync } = require('node:fs')
const { join } = require('node:path')
const { workerData } = require('node:worker_threads')
const at = name => join(__dirname, name)
const acts = {
  during: [1, () => writeFileSync(at('data.txt'), 'two')],
  between: [2, () => writeFileSync(at('data.txt'), 'two')],
  own: [3, () => writeFileSync(at('src/own.read.js'), 'globalThis.own("two")\\n')],
}
for (;;) {
  Atomics.wait(workerData, 0, 0)
  const [moment, act] = acts[readFileSync(at('scenario.txt'), 'utf8')] ?? []
  if (moment === workerData[0]) act()
  Atomics.store(workerData, 0, 0)
  Atomics.store(workerData, 1, 1)
  Atomics.notify(workerData, 1)
}
`
/**
 * What every plugin here does to a module: it adds what it reads, and something happens before or after. It reads with a
 * function that it took out of `node:fs` before the build began, as CommonJS does.
 */
const READS = `
const { readFileSync } = require('node:fs')
const { join } = require('node:path')
module.exports = (code, path) => {
  const until = performance.now() + 3
  while (performance.now() < until);
  if (path.includes('second.read')) globalThis.moment(2)
  if (path.includes('own.read')) globalThis.moment(3)
  const read = path.includes('own.read') ? readFileSync(path, 'utf8') : readFileSync(join(__dirname, 'data.txt'), 'utf8')
  if (path.includes('first.read')) globalThis.moment(1)
  return code + ';globalThis.read(' + JSON.stringify(read) + ')'
}
`
const FILES: Files = {
  'src/main.js': "import './first.read.js'\nimport './own.read.js'\n",
  'src/first.read.js': "import './second.read.js'\nconsole.log(1)\n",
  'src/second.read.js': 'console.log(2)\n',
  'src/own.read.js': 'globalThis.own("one")\n',
  'data.txt': 'one', 'scenario.txt': '', 'world.cjs': THREAD, 'reads.cjs': READS,
}

function configOf(bundler: StageBundler): Files {
  const rollupLike = `${WORLD}
const reads = require('./reads.cjs')
const plugin = { name: 'reads', transform: { filter: { id: /\\.read\\.js$/ }, handler: (code, id) => ({ code: reads(code, id), map: null }) } }
`
  if (bundler === 'vite') return { 'vite.config.js': `${rollupLike}export default { plugins: [await pitcrew(), plugin], build: { ...output, minify: false } }\n`, 'index.html': '<script type="module" src="/src/main.js"></script>\n' }
  if (bundler === 'rollup' || bundler === 'rolldown') return { [`${bundler}.config.mjs`]: `${rollupLike}export default { input: 'src/main.js', plugins: [await pitcrew(), plugin], output }\n` }
  if (bundler === 'esbuild') {
    return { 'esbuild.config.mjs': `${WORLD}
import { readFileSync } from 'node:fs'
const reads = require('./reads.cjs')
const plugin = { name: 'reads', setup: build => build.onLoad({ filter: /\\.read\\.js$/ }, ({ path }) => ({ contents: reads(readFileSync(path, 'utf8'), path), loader: 'js' })) }
export default { absWorkingDir: import.meta.dirname, entryPoints: ['src/main.js'], bundle: true, outdir: output, sourcemap: true, plugins: [...await pitcrew(), plugin] }
` }
  }
  return {
    'reads-loader.cjs': "const reads = require('./reads.cjs')\nmodule.exports = function (code) { return reads(code, this.resourcePath) }\n",
    [`${bundler}.config.mjs`]: `${WORLD}
export default {
  context: import.meta.dirname, mode: 'production', devtool: 'source-map', cache: false, optimization: { minimize: false }, output, entry: './src/main.js',
  module: { rules: [{ test: /\\.read\\.js$/, loader: file('reads-loader.cjs') }] },
  plugins: await pitcrew({ plugins: { 'reads-loader.cjs': true } }),
}
`,
  }
}

describe.each(BUNDLERS)('%s', bundler => {
  const stage = new Stage(bundler, { ...FILES, ...configOf(bundler) })
  afterAll(() => stage.dispose())
  const settle = (): Promise<void> => new Promise(resolve => setTimeout(resolve, 50))

  it('remembers them when nothing changes', async () => {
    await settle()
    await stage.compare('cold')
    expect((await stage.compare()).outcomes.hit).toBe(3)
  })

  it.each(SCENARIOS)('FAULTS 22: does not store what was made of a file that changed: %s', async scenario => {
    stage.write({ ...FILES, 'scenario.txt': scenario })
    await settle()
    await stage.build('cold')
    expect(stage.read('data.txt') + stage.read('src/own.read.js')).toContain('two')
    stage.write({ 'scenario.txt': '' })
    expect((await stage.compareOutput()).text).toContain('two')
    // As it was when the keys were made: what was stored under them, if anything, was made of something else.
    stage.write({ 'data.txt': 'one', 'src/own.read.js': FILES['src/own.read.js']! })
    const { text } = await stage.compareOutput()
    expect(text).not.toContain('two')
  })
})
