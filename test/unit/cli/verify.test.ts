import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Verification } from '../../../src/verify/verification.ts'
import { run } from './command-line.ts'
import type { Run } from './command-line.ts'

/** A build that does what Pitcrew would: counts its builds in the store, and reports. What it writes is up to `content`. */
const BUILD = `
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
const orders = process.env.PITCREW_VERIFY ? JSON.parse(process.env.PITCREW_VERIFY) : null
const plugins = ['vue', 'liar', 'svelte', 'accomplice', 'css']
const remembered = plugins.filter(name => !orders?.without.includes(name))
let warmth = 0
if (orders) {
  mkdirSync(orders.cacheDir, { recursive: true })
  const counter = orders.cacheDir + '/count'
  warmth = (existsSync(counter) ? Number(readFileSync(counter, 'utf8')) : 0) + 1
  writeFileSync(counter, String(warmth))
  const outcomes = { hit: warmth > 1 ? Number(process.env.HITS ?? 1) : 0, miss: warmth > 1 ? 0 : 1, stale: 0, corrupt: 0 }
  if (!process.env.SILENT) writeFileSync(orders.reportFile, JSON.stringify({ outcomes, plugins: remembered.map(name => ({ name, outcomes })) }))
}
const isOff = process.env.PITCREW === 'off'
mkdirSync('dist', { recursive: true })
writeFileSync('dist/index.html', '<html>')
writeFileSync('dist/app.js', content({ isOff, warmth, remembers: name => !isOff && remembered.includes(name) }))
`

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'pitcrew-verify-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

/** @param content Body of a function that gives the text of `dist/app.js`. */
function verify(content: string, args: readonly string[] = [], env: Record<string, string> = {}): Promise<Run> {
  writeFileSync(join(root, 'build.mjs'), `const content = build => { const { isOff, warmth, remembers } = build; ${content} }\n${BUILD}`)
  return run(['verify', ...args, '--', process.execPath, 'build.mjs'], root, { ...process.env, ...env })
}

describe('pitcrew verify', () => {
  it('finds that all outputs are the same', async () => {
    const { code, out, err } = await verify('return "app"')
    expect(code).toBe(0)
    expect(out).toMatch(/off +[\d.]+ \w+ +2 files\n/)
    expect(out).toMatch(/warm again +[\d.]+ \w+ +the same, 1 of 1 call from memory/)
    expect(out).toContain('All 5 outputs are the same, byte for byte.')
    expect(err).toContain('warm again...')
  })

  it('groups the digits of both numbers', async () => {
    const { out } = await verify('return "app"', [], { HITS: '1341' })
    expect(out).toMatch(/warm again +[\d.]+ \w+ +the same, 1,341 of 1,341 calls from memory/)
  })

  it('names the file, the place and the plugin whose memo is wrong', async () => {
    const { code, out } = await verify('return "line 1\\nthe " + (warmth > 1 && remembers("liar") ? "lie" : "truth")')
    expect(code).toBe(1)
    expect(out).toContain('The output of the warm build is wrong: app.js.')
    expect(out).toContain('app.js:2:5\n  - "line 1\\nthe truth"\n  + "line 1\\nthe lie"')
    expect(out).toContain("It is the memo of liar. Until this is mended, leave it alone: pitcrew({ plugins: { 'liar': false } })")
  })

  it.each([
    ['cold', 'return "the " + (remembers("liar") ? "lie" : "truth")'],
    ['warm again', 'return "the " + (warmth > 2 && remembers("liar") ? "lie" : "truth")'],
  ])('finds it also where it is wrong from the %s build on', async (name, content) => {
    const { wrong } = JSON.parse((await verify(content, ['--json'])).out) as Verification
    expect([wrong?.run, wrong?.plugins]).toEqual([name, ['liar']])
  })

  it('says when no plugin does it alone', async () => {
    const { code, out } = await verify('return "the " + (warmth > 1 && remembers("liar") && remembers("css") ? "lie" : "truth")')
    expect(code).toBe(1)
    expect(out).toContain('No plugin does it alone; together it is vue, liar, svelte, accomplice, css.')
  })

  it('looks for nobody when it is told not to', async () => {
    const { out, err } = await verify('return "the " + (warmth > 1 && remembers("liar") ? "lie" : "truth")', ['--no-blame'])
    expect(out).toContain('is wrong')
    expect(`${out}${err}`).not.toMatch(/liar|alone/)
  })

  it('tells a build that is never the same from a wrong memo', async () => {
    const { code, out } = await verify('return String(process.hrtime.bigint())')
    expect(code).toBe(1)
    expect(out).toContain('Two builds without Pitcrew differ in app.js, so that nothing can be said about it. All other files are the same.')
  })

  it('gives all of it as JSON, and nothing else on the standard output', async () => {
    const { code, out } = await verify('return "app"', ['--json'])
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({
      version: 1, verdict: 'identical', unstable: [], wrong: null,
      runs: [{ name: 'off', calls: null }, { name: 'off again' }, { name: 'cold', calls: { hit: 0, all: 1 } }, { name: 'warm', calls: { hit: 1, all: 1 } }, { name: 'warm again' }],
    })
  })

  it('leaves the output that was there as it was, and nothing else behind', async () => {
    mkdirSync(join(root, 'dist'))
    writeFileSync(join(root, 'dist', 'mine.txt'), 'mine')
    mkdirSync(join(root, 'node_modules'))
    await verify('return "app"')
    expect(readdirSync(join(root, 'dist'))).toEqual(['mine.txt'])
    expect(readFileSync(join(root, 'dist', 'mine.txt'), 'utf8')).toBe('mine')
    expect(readdirSync(join(root, 'node_modules', '.cache'))).toEqual([])
  })

  it('does so, too, when the build fails, and says what it said', async () => {
    mkdirSync(join(root, 'dist'))
    const { code, err } = await verify('if (warmth > 1) throw new Error("out of luck"); return "app"')
    expect(code).toBe(1)
    expect(err).toMatch(/the build ended with exit code 1:[^]*out of luck[^]*\[VERIFY_BUILD_FAILED\]/)
    expect(readdirSync(join(root, 'dist'))).toEqual([])
  })

  it('puts the output back when it is told to end', async () => {
    mkdirSync(join(root, 'dist'))
    writeFileSync(join(root, 'dist', 'mine.txt'), 'mine')
    const verifying = verify('if (warmth > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 30000); return "app"')
    const timer = setInterval(() => process.emit('SIGTERM', 'SIGTERM'), 500)
    const { code, err } = await verifying.finally(() => clearInterval(timer))
    expect(code).toBe(1)
    expect(err).toContain('the build ended with SIGTERM')
    expect(readdirSync(join(root, 'dist'))).toEqual(['mine.txt'])
  })

  it.each<[string, string[], Record<string, string>, RegExp]>([
    ['Pitcrew takes no part', [], { SILENT: '1' }, /not among the plugins of the configuration.*\[VERIFY_NOT_LOADED\]/],
    ['the output is elsewhere', ['--out', 'build'], {}, /wrote nothing to .*build\. Name the folder.*\[VERIFY_NO_OUTPUT\]/],
    ['the output holds the project', ['--out', '.'], {}, /holds the project itself.*\[CLI_USAGE\]/],
    ['the output is above the project', ['--out', '..'], {}, /holds the project itself.*\[CLI_USAGE\]/],
    ['the output holds its own folder', ['--out', tmpdir()], {}, /holds .*\[CLI_USAGE\]/],
  ])('says what to do when %s', async (_what, args, env, message) => {
    const { code, err } = await verify('return "app"', args, env)
    expect(code).toBeGreaterThan(0)
    expect(err).toMatch(message)
    expect(existsSync(join(root, 'build.mjs'))).toBe(true)
  })

  it('wants a command', async () => {
    expect((await run(['verify'], root)).err).toContain('a build command is missing behind `--`')
    expect((await run(['verify', 'npm', '--', 'run'], root)).err).toContain('`npm` must come behind `--`')
  })
})
