/**
 * Builds of every bundler that are ended at any moment, in the middle of a flush included: by signals, and by a program that
 * exits. The next build is right, and nothing torn is found in the store.
 */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BuildReport } from '../../src/report/build-report.ts'
import { REPOSITORY } from '../harness/playgrounds.ts'
import { snapshotDirectory } from '../harness/snapshot.ts'
import type { Snapshot } from '../harness/snapshot.ts'

const TIMEOUT_MS = 240_000
const COUNT = 40
/** Every way of ending, each at two moments of its own. */
const ENDS = ['SIGKILL', 'SIGTERM', 'SIGINT', 'exit', 'SIGKILL', 'SIGTERM', 'SIGINT', 'exit'] as const
const preamble = (bundler: string): string => `
import pitcrew from 'unplugin-pitcrew/${bundler}'
const { OFF, EXIT_AFTER, REPORT } = process.env
console.log('begins')
if (EXIT_AFTER) setTimeout(() => process.exit(9), Number(EXIT_AFTER))
const busy = () => { for (const end = performance.now() + 2; performance.now() < end;); }
const added = code => { busy(); return code + ';console.log("' + 'x'.repeat(20_000) + '")' }
const slow = { name: 'slow', transform: { filter: { id: /\\.js$/ }, handler: code => ({ code: added(code), map: null }) } }
const ours = OFF ? [] : [pitcrew({ reportFile: REPORT, report: false, audit: { sample: 0 }, plugins: { 'slow.cjs': true } })]
`
const rollupLike = (bundler: string): string => `import { ${bundler} } from '${bundler}'
${preamble(bundler)}
const bundle = await ${bundler}({ input: '0.js', plugins: [...ours, slow] })
await bundle.write({ dir: 'dist', format: 'es' })
await bundle.close()
`
const webpackLike = (bundler: string, create: string): string => `${create}
${preamble(bundler)}
globalThis.added = added
const compiler = create({ context: import.meta.dirname, mode: 'development', devtool: false, cache: false, entry: './0.js', output: { path: import.meta.dirname + '/dist' }, plugins: ours, module: { rules: [{ test: /\\d\\.js$/, loader: import.meta.dirname + '/slow.cjs' }] } })
compiler.run(() => compiler.close(() => undefined))
`
const SCRIPTS: Readonly<Record<string, string>> = {
  vite: `import { build } from 'vite'
${preamble('vite')}
await build({ configFile: false, logLevel: 'warn', plugins: [...ours, slow], build: { minify: false, rolldownOptions: { input: '0.js' } } })
`,
  rolldown: rollupLike('rolldown'),
  rollup: rollupLike('rollup'),
  esbuild: `import { build } from 'esbuild'
import { readFile } from 'node:fs/promises'
${preamble('esbuild')}
await build({ entryPoints: ['0.js'], bundle: true, outdir: 'dist', plugins: [...ours, { name: 'slow', setup: ({ onLoad }) => onLoad({ filter: /\\d\\.js$/ }, async ({ path }) => ({ contents: added(await readFile(path, 'utf8')) })) }] })
`,
  webpack: webpackLike('webpack', "import create from 'webpack'"),
  rspack: webpackLike('rspack', "import { rspack as create } from '@rspack/core'"),
}

const root = realpathSync(mkdtempSync(join(tmpdir(), 'pitcrew-killed-')))
const write = (path: string, text: string): void => writeFileSync(join(root, path), text)
beforeAll(() => {
  symlinkSync(join(REPOSITORY, 'node_modules'), join(root, 'node_modules'), 'junction')
  write('package.json', '{ "private": true, "type": "module" }')
  write('slow.cjs', 'module.exports = code => globalThis.added(code)\n')
  for (const [name, script] of Object.entries(SCRIPTS)) write(`${name}.mjs`, script)
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

function edit(round: number): void {
  for (let index = 0; index < COUNT; index++) write(`${index}.js`, `${index + 1 < COUNT ? `import './${index + 1}.js'\n` : ''}console.log(${index}, ${round})\n`)
}

interface Ended {
  readonly end: string
  readonly tookMs: number
}

/** @param how A signal, or `exit`, that comes `afterMs` after the build has begun. */
function run(bundler: string, env: Readonly<Record<string, string>>, how: (typeof ENDS)[number] | null = null, afterMs: number = 0): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [`${bundler}.mjs`], {
      cwd: root, stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, NODE_ENV: undefined, VITEST: undefined, PITCREW_CACHE_DIR: join(root, 'cache', bundler), ...(how === 'exit' ? { EXIT_AFTER: String(afterMs) } : {}), ...env },
    })
    let startedAt = 0
    child.stdout.setEncoding('utf8').once('data', () => {
      startedAt = performance.now()
      if (how !== null && how !== 'exit') setTimeout(() => child.kill(how), afterMs)
    })
    child.on('error', reject).on('close', (code, signal) => resolve({ end: signal ?? String(code), tookMs: performance.now() - startedAt }))
  })
}

async function output(bundler: string, env: Readonly<Record<string, string>>): Promise<Snapshot> {
  rmSync(join(root, 'dist'), { recursive: true, force: true })
  expect((await run(bundler, env)).end).toBe('0')
  return snapshotDirectory(join(root, 'dist'))
}

describe.each(Object.keys(SCRIPTS))('FAULTS 1, 23: a build of %s', bundler => {
  it('that is ended at any moment leaves a store that is whole', async () => {
    edit(-1)
    const { tookMs } = await run(bundler, {})
    let ended = 0
    for (const [round, how] of ENDS.entries()) {
      // New content each time, so that there is something to write.
      edit(round)
      const { end } = await run(bundler, {}, how, Math.round(tookMs * (0.3 + 0.8 * Math.random())))
      if (end !== '0') ended++
    }
    const plain = await output(bundler, { OFF: '1' })
    const report = join(root, `${bundler}.json`)
    for (const _round of ['with what was left', 'with all']) {
      expect(await output(bundler, { REPORT: report })).toEqual(plain)
      expect(existsSync(report)).toBe(true)
      const { faults, outcomes } = JSON.parse(readFileSync(report, 'utf8')) as BuildReport
      expect(faults).toEqual([])
      expect(outcomes.corrupt).toBe(0)
    }
    expect((JSON.parse(readFileSync(report, 'utf8')) as BuildReport).outcomes.hit).toBeGreaterThanOrEqual(COUNT)
    expect(ended).toBeGreaterThan(0)
  }, TIMEOUT_MS)
})
