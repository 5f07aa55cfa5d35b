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
const BUILD = `
import { build } from 'vite'
import pitcrew from 'unplugin-pitcrew/vite'
const { OFF, LISTENS, REPORT } = process.env
if (LISTENS) process.on(LISTENS, () => { console.log('heard'); process.exit(7) })
const stuck = { name: 'stuck', async transform(code, id) {
  if (!id.endsWith('a.js')) return null
  console.log('pending')
  return new Promise(() => undefined)
} }
const ours = OFF ? [] : [pitcrew(REPORT === 'false' ? { report: false } : {})]
await build({ configFile: false, logLevel: 'warn', plugins: [...ours, stuck], build: { write: false, rolldownOptions: { input: 'main.js' } } })
`
const root = mkdtempSync(join(tmpdir(), 'pitcrew-interrupted-'))
beforeAll(() => {
  symlinkSync(join(REPOSITORY, 'node_modules'), join(root, 'node_modules'), 'junction')
  const files = { 'package.json': '{ "private": true, "type": "module" }', 'build.mjs': BUILD, 'main.js': "import './a.js'\n", 'a.js': "console.log('a')\n" }
  for (const [path, text] of Object.entries(files)) writeFileSync(join(root, path), text)
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

interface Died {
  readonly code: number | null
  readonly signal: string | null
  readonly output: string
}

/** Begins a build, and sends it `signal` once its hook has been pending for `afterMs`. */
function interrupt(signal: NodeJS.Signals, env: Readonly<Record<string, string>> = {}, afterMs: number = 3000): Promise<Died> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['build.mjs'], {
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
    child.on('error', reject).on('close', (code, died) => resolve({ code, signal: died, output: output.replace('pending\n', '').trim() }))
  })
}

describe('FAULTS 20: a hook that never settles', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('is named when %s ends the build, which dies of it', async signal => {
    expect(await interrupt(signal, { OFF: '1' })).toEqual({ code: null, signal, output: '' })
    const { output, ...died } = await interrupt(signal)
    expect(died).toEqual({ code: null, signal })
    expect(output.replaceAll(/\d+(\.\d+)? m?s/g, '<time>')).toBe('pitcrew  interrupted while 1 call had not settled\n  pending  stuck transform of a.js, for <time>')
  }, TIMEOUT_MS)

  it('is named before others hear the signal, and do what they do', async () => {
    const { output, ...died } = await interrupt('SIGINT', { LISTENS: 'SIGINT' })
    expect(died).toEqual({ code: 7, signal: null })
    expect(output).toMatch(/stuck transform of a\.js[^]*heard/)
  }, TIMEOUT_MS)

  it('is not named where no report is wanted, or before anybody can have lost patience', async () => {
    expect(await interrupt('SIGINT', { REPORT: 'false' })).toEqual({ code: null, signal: 'SIGINT', output: '' })
    expect(await interrupt('SIGINT', {}, 100)).toEqual({ code: null, signal: 'SIGINT', output: '' })
  }, TIMEOUT_MS)
})
