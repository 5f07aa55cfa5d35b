/**
 * Builds by real bundlers, one process for each, of plugins that know what they took: each burns time in turns, before and
 * after timers and resolutions, and adds up itself how long it really burned: not while others had its processor, as far as that is told.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { BuildTimings, HookTiming } from '../../src/monitor/measure/timings.ts'
import { requireDist } from '../harness/project.ts'
import { traceFaults } from '../harness/trace-format.ts'
import { Scene } from './esbuild-scene.ts'

requireDist()

export const TIMEOUT_MS = 120_000
export const BUNDLERS = ['vite', 'rollup', 'rolldown', 'webpack', 'esbuild'] as const
export type Bundler = (typeof BUNDLERS)[number]

export interface Told {
  readonly truth: Readonly<Record<string, number>>
  readonly timings: BuildTimings
  readonly trace: string
}

/** `deep`, `width` modules at once, `count` in all. */
export interface Job {
  readonly bundler: Bundler
  readonly timings: true | 'deep'
  readonly width: number
  readonly count: number
}

const SCRIPT = `
import { mkdirSync, openSync, readFileSync, readSync, writeFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
const { bundler, timings, width, count } = JSON.parse(process.env.JOB)
const outdir = process.env.PITCREW_OUT_DIR
const pitcrew = (await import('unplugin-pitcrew/' + bundler)).default({ report: false, reportFile: 'report.json', traceFile: 'trace.json', timings })

const truth = { quick: 0, slow: 0, plain: 0 }
const account = process.platform === 'linux' ? openSync('/proc/thread-self/schedstat', 'r') : null
const buffer = Buffer.alloc(64)
const interruptedMs = () => (account === null ? 0 : Number(buffer.toString('latin1', 0, readSync(account, buffer, 0, 64, 0)).split(' ')[1]) / 1e6)
globalThis.burn = (name, ms) => {
  const from = performance.now()
  const before = interruptedMs()
  while (performance.now() - from < ms);
  // First, since whoever asks may be interrupted when it has its answer.
  const tookMs = performance.now() - from
  truth[name] += Math.max(0, tookMs - (interruptedMs() - before))
}
const plugins = [
  { name: 'quick', async transform(code, id) {
    burn('quick', 0.5)
    await wait(2)
    burn('quick', 1)
    await this.resolve('./main.js', id)
    burn('quick', 0.5)
    return { code: code + '//1', map: null }
  } },
  { name: 'slow', async transform(code) {
    burn('slow', 1)
    await wait(1)
    burn('slow', 5)
    return { code: code + '//2', map: null }
  } },
  { name: 'plain', transform(code) {
    burn('plain', 1)
    return { code: code + '//3', map: null }
  }, generateBundle() { burn('plain', 10) }, transformIndexHtml() { burn('plain', 30) } },
]
// As a chain when one module is to come after the other, else all at once below the entry, so many at a time.
mkdirSync('src', { recursive: true })
const name = index => 'src/m' + index + '.js'
for (let index = 0; index < count; index++) {
  const next = index + width
  writeFileSync(name(index), (next < count ? "import './m" + next + ".js'\\n" : '') + 'console.log(' + index + ')\\n')
}
writeFileSync('src/main.js', Array.from({ length: width }, (_, index) => "import './m" + index + ".js'\\n").join(''))

writeFileSync('index.html', '<script type="module" src="/src/main.js"></script>')

const loaders = ['plain', 'slow', 'quick'].map(name => ({ loader: process.cwd() + '/loader-' + name + '.cjs' }))
const BUILDS = {
  async vite() {
    const { build } = await import('vite')
    await build({ root: process.cwd(), configFile: false, logLevel: 'silent', plugins: [pitcrew, ...plugins], build: { outDir: outdir, minify: false, rolldownOptions: { input: 'index.html' } } })
  },
  async rollup() {
    const { rollup } = await import('rollup')
    const bundle = await rollup({ input: 'src/main.js', logLevel: 'silent', maxParallelFileOps: 0, plugins: [pitcrew, ...plugins] })
    await bundle.write({ dir: outdir })
    await bundle.close()
  },
  async rolldown() {
    const { rolldown } = await import('rolldown')
    const bundle = await rolldown({ input: 'src/main.js', logLevel: 'silent', plugins: [pitcrew, ...plugins] })
    await bundle.write({ dir: outdir })
    await bundle.close()
  },
  async webpack() {
    const { default: webpack } = await import('webpack')
    const compiler = webpack({ context: process.cwd(), mode: 'none', entry: './src/main.js', parallelism: 1000, output: { path: outdir }, module: { rules: [{ test: /\\.js$/, use: loaders }] }, plugins: [pitcrew,
      { apply: compiler => compiler.hooks.thisCompilation.tap('plain', compilation => compilation.hooks.processAssets.tap('plain', () => burn('plain', 10))) }] })
    await new Promise((resolve, reject) => compiler.run((error, stats) => (error || stats.hasErrors() ? reject(error ?? new Error(stats.toString())) : resolve())))
    await new Promise(resolve => compiler.close(resolve))
  },
  async esbuild() {
    const { build } = await import('esbuild')
    const chain = { name: 'slow', setup(build) {
      build.onLoad({ filter: /\\.js$/ }, async ({ path }) => {
        const { code } = await plugins[1].transform(readFileSync(path, 'utf8'))
        return { contents: code, loader: 'js' }
      })
    } }
    const quick = { name: 'quick', setup(build) {
      build.onResolve({ filter: /./ }, async () => {
        burn('quick', 0.5)
        await wait(1)
        burn('quick', 1)
        return null
      })
    } }
    const plain = { name: 'plain', setup(build) { build.onEnd(() => burn('plain', 10)) } }
    await build({ entryPoints: ['src/main.js'], bundle: true, outdir, logLevel: 'silent', plugins: [pitcrew, quick, chain, plain] })
  },
}
await BUILDS[bundler]()
process.on('exit', () => process.stdout.write(JSON.stringify(truth)))
`
const LOADERS = {
  'loader-plain.cjs': "module.exports = function (code) { burn('plain', 1); return code + '//3' }\n",
  'loader-slow.cjs': "module.exports = async function (code) { burn('slow', 1); await new Promise(done => setTimeout(done, 1)); burn('slow', 5); return code + '//2' }\n",
  'loader-quick.cjs': `module.exports = function (code) {
  const done = this.async()
  burn('quick', 0.5)
  setTimeout(() => { burn('quick', 1.5); done(null, code + '//1') }, 2)
}
module.exports.pitch = () => burn('quick', 0.5)
`,
}

export function build(job: Job): Told {
  const scene = new Scene({ 'build.mjs': SCRIPT, ...LOADERS })
  process.env['JOB'] = JSON.stringify(job)
  try {
    const truth = scene.run('build.mjs', 'cold') as Told['truth']
    const read = (file: string): string => readFileSync(join(scene.root, file), 'utf8')
    return { truth, timings: (JSON.parse(read('report.json')) as { timings: BuildTimings }).timings, trace: read('trace.json') }
  } finally {
    delete process.env['JOB']
    scene.dispose()
  }
}

/** Loaders that lie in the project go by their file. */
function ofPlugin({ timings }: Told, name: string): HookTiming[] {
  return timings.hooks.filter(({ plugin }) => plugin === name || plugin === `loader-${name}.cjs`)
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)
/** What wrapping, the runtime and a look at the clock add to each call of a plugin that burns. */
const OVERHEAD_MS = 0.2
/** What a busy machine takes away between two looks at the clock, in a build. */
const NOISE_MS = 15

/** Of a call that others interrupted, up to half a millisecond of waking up may be taken with what it waited. */
const INTERRUPTED_RATIO = 0.97

/** Two builds of one job, and all that must be true of what they tell. */
export function expectTruth(bundler: Bundler, width: number, count: number): void {
  const told = build({ bundler, timings: true, width, count })
  const deep = build({ bundler, timings: 'deep', width, count })
  for (const name of Object.keys(told.truth)) {
    expectBounds(told, name)
    expectDeep(deep, name)
  }
  for (const { truth, timings: { mode, totals, unfinished }, trace } of [told, deep]) {
    expect(totals.selfMs + totals.nativeMs + totals.idleMs).toBeCloseTo(totals.wallMs, 3)
    if (mode === 'deep') expect(totals.selfMs).toBeGreaterThanOrEqual(0.95 * sum(Object.values(truth)))
    expect(unfinished).toEqual([])
    expectTrace(trace)
  }
}

function slackOf(hooks: readonly HookTiming[]): number {
  return NOISE_MS + OVERHEAD_MS * sum(hooks.map(({ calls }) => calls))
}

/** Nothing is wrong: bounds hold, and what is called exact is. */
function expectBounds(told: Told, name: string): void {
  const hooks = ofPlugin(told, name)
  const truthMs = told.truth[name]!
  expect(hooks.length, name).toBeGreaterThan(0)
  expect(sum(hooks.map(({ minMs }) => minMs)), `${name} at least`).toBeLessThanOrEqual(truthMs + slackOf(hooks))
  expect(sum(hooks.map(({ maxMs }) => maxMs)), `${name} at most`).toBeGreaterThanOrEqual(truthMs * INTERRUPTED_RATIO)
  expect(sum(hooks.map(({ likelyMinMs }) => likelyMinMs)), `${name} likely at least`).toBeLessThanOrEqual(truthMs + slackOf(hooks))
  expect(sum(hooks.map(({ likelyMaxMs }) => likelyMaxMs)), `${name} likely at most`).toBeGreaterThanOrEqual(truthMs * INTERRUPTED_RATIO)
  if (!hooks.every(({ quality }) => quality === 'exact')) return
  expect(Math.abs(sum(hooks.map(({ selfMs }) => selfMs)) - truthMs), `${name} exactly`).toBeLessThanOrEqual(slackOf(hooks) + truthMs * 0.05)
}

function expectDeep(deep: Told, name: string): void {
  const hooks = ofPlugin(deep, name)
  const deepMs = sum(hooks.map(({ selfMs }) => selfMs))
  expect(deepMs, `${name} deep`).toBeGreaterThan(0.97 * deep.truth[name]!)
  expect(deepMs, `${name} deep`).toBeLessThan(1.1 * deep.truth[name]! + slackOf(hooks))
}

function expectTrace(text: string): void {
  expect(traceFaults(text)).toEqual([])
  expect(text).toContain('"ph":"X"')
}
