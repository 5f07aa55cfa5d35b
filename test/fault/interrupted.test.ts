/**
 * A hook that never settles. Nothing of Pitcrew can end it; what it can do is to name it to whoever gives up on the build,
 * which then dies of the signal as it would have.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { REPOSITORY } from '../harness/playgrounds.ts'

const TIMEOUT_MS = 60_000
/** Of esbuild's own process, when the one that it works for dies: now and then, with Pitcrew and without. */
const LAST_WORDS = /^fatal error: all goroutines are asleep[^]*/m
/** What every script begins with: `stuck` never answers for a.js, and `ours` is empty when Pitcrew is off. */
const preamble = (bundler: string): string => `
import pitcrew from 'unplugin-pitcrew/${bundler}'
const { OFF, LISTENS, REPORT } = process.env
if (LISTENS) process.on(LISTENS, () => { console.log('heard'); process.exit(7) })
// Held on to: Rolldown gives up a hook whose promise nobody can settle any more, once it is collected.
const held = globalThis.held = []
const never = () => { console.log('pending'); return new Promise(resolve => held.push(resolve)) }
const stuck = { name: 'stuck', transform: (code, id) => id.endsWith('a.js') ? never() : null }
const ours = OFF ? [] : [pitcrew(REPORT === 'false' ? { report: false } : {})]
`
const webpackLike = (bundler: string, create: string): string => `${create}
${preamble(bundler)}
globalThis.never = never
const compiler = create({ context: import.meta.dirname, mode: 'development', entry: './main.js', plugins: ours, module: { rules: [{ test: /a\\.js$/, loader: import.meta.dirname + '/stuck.cjs' }] } })
// What waits for a promise alone does not keep a process alive.
setInterval(() => undefined, 1000)
compiler.run(() => undefined)
`
const rollupLike = (bundler: string): string => `import { ${bundler} } from '${bundler}'
${preamble(bundler)}
setInterval(() => undefined, 1000)
await ${bundler}({ input: 'main.js', plugins: [...ours, stuck] }).then(bundle => bundle.generate({}))
`
const SCRIPTS: Readonly<Record<string, { readonly script: string; readonly pending: string }>> = {
  vite: {
    script: `import { build } from 'vite'
${preamble('vite')}
await build({ configFile: false, logLevel: 'warn', plugins: [...ours, stuck], build: { write: false, rolldownOptions: { input: 'main.js' } } })
`,
    pending: 'stuck transform of a.js',
  },
  rolldown: { script: rollupLike('rolldown'), pending: 'stuck transform of a.js' },
  rollup: { script: rollupLike('rollup'), pending: 'stuck transform of a.js' },
  esbuild: {
    script: `import { build } from 'esbuild'
${preamble('esbuild')}
await build({ entryPoints: ['main.js'], bundle: true, write: false, plugins: [...ours, { name: 'stuck', setup: ({ onLoad }) => onLoad({ filter: /a\\.js$/ }, never) }] })
`,
    pending: 'stuck onLoad of a.js',
  },
  webpack: { script: webpackLike('webpack', "import create from 'webpack'"), pending: 'stuck.cjs loader of a.js' },
  rspack: { script: webpackLike('rspack', "import { rspack as create } from '@rspack/core'"), pending: 'stuck.cjs loader of a.js' },
}
const root = mkdtempSync(join(tmpdir(), 'pitcrew-interrupted-'))
beforeAll(() => {
  symlinkSync(join(REPOSITORY, 'node_modules'), join(root, 'node_modules'), 'junction')
  const files = { 'package.json': '{ "private": true, "type": "module" }', 'stuck.cjs': 'module.exports = function () { this.async(); globalThis.never() }\n', 'main.js': "import './a.js'\n", 'a.js': "console.log('a')\n" }
  for (const [path, text] of [...Object.entries(files), ...Object.entries(SCRIPTS).map(([name, { script }]) => [`${name}.mjs`, script] as const)]) writeFileSync(join(root, path), text)
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

interface Died {
  readonly code: number | null
  readonly signal: string | null
  /** Without what webpack puts before each line. */
  readonly output: string
}

/** Begins a build, and sends it `signal` once its hook has been pending for `afterMs`. */
function interrupt(bundler: string, signal: NodeJS.Signals, env: Readonly<Record<string, string>> = {}, afterMs: number = 3000): Promise<Died> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [`${bundler}.mjs`], {
      cwd: root, stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NODE_ENV: undefined, VITEST: undefined, NO_COLOR: '1', FORCE_COLOR: undefined, PITCREW_CACHE_DIR: join(root, 'cache'), ...env },
    })
    let output = ''
    let isSent = false
    const hear = (text: string): void => {
      output += text
      if (!isSent && output.includes('pending\n')) {
        isSent = true
        setTimeout(() => child.kill(signal), afterMs)
      }
    }
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', hear)
    child.on('error', reject).on('close', (code, died) => resolve({ code, signal: died, output: output.replace(LAST_WORDS, '').replace('pending\n', '').replaceAll(/^<w> (?:\[pitcrew\] )?/gm, '').trim() }))
  })
}

describe.each(Object.entries(SCRIPTS))('FAULTS 20: a hook that never settles, on %s', (bundler, { pending }) => {
  it.each(['SIGINT', 'SIGTERM'] as const)('is named when %s ends the build, which dies of it', async signal => {
    expect(await interrupt(bundler, signal, { OFF: '1' })).toEqual({ code: null, signal, output: '' })
    const { output, ...died } = await interrupt(bundler, signal)
    expect(died, output).toEqual({ code: null, signal })
    expect(output.replaceAll(/\d+(\.\d+)? m?s/g, '<time>')).toBe(`pitcrew  interrupted while 1 call had not settled\n  pending  ${pending}, for <time>`)
  }, TIMEOUT_MS)

  it('is named before others hear the signal, and do what they do', async () => {
    const { output, ...died } = await interrupt(bundler, 'SIGINT', { LISTENS: 'SIGINT' })
    expect(died, output).toEqual({ code: 7, signal: null })
    expect(output).toMatch(new RegExp(`${pending.replaceAll('.', '\\.')}[^]*heard`))
  }, TIMEOUT_MS)

  it('is not named where no report is wanted, or before anybody can have lost patience', async () => {
    expect(await interrupt(bundler, 'SIGINT', { REPORT: 'false' })).toEqual({ code: null, signal: 'SIGINT', output: '' })
    expect(await interrupt(bundler, 'SIGINT', {}, 100)).toEqual({ code: null, signal: 'SIGINT', output: '' })
  }, TIMEOUT_MS)
})
