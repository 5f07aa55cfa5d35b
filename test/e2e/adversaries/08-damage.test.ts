/**
 * Builds over a store that was flipped, cut, killed, shared, filled, locked and dated wrongly: each has the output that it
 * would have had without one. Rolldown with Vue and MDX, because hundreds of builds must be quick; how other bundlers use
 * the store is no different.
 */
import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { requireDist } from '../../harness/project.ts'
import { Stage } from '../../harness/stage.ts'
import type { Files } from '../../harness/stage.ts'
import type { DamageSummary } from './damage-summary.ts'

requireDist()

const MODULES = 40
const numbers = Array.from({ length: MODULES }, (_, number) => number)

/** One build through the API. What the plugins make ends in letters of several bytes, so that cutting can also cut validly. */
const BUILD = `
import { existsSync, readFileSync, rmSync } from 'node:fs'
import mdx from '@mdx-js/rollup'
import { rolldown } from 'rolldown'
import vue from 'unplugin-vue/rolldown'
import pitcrew from 'unplugin-pitcrew/rolldown'

const words = () => ({ name: 'words', transform: { filter: { id: /\\.words\\.js$/ }, handler(code) {
  const until = performance.now() + 2
  while (performance.now() < until);
  return { code: code + '\\nexport const tail = "' + 'é→😀'.repeat(80) + '"\\n//😀', map: null }
} } })

/** @returns The output as text, and what Pitcrew says of it; without \`cacheDir\` it is left out. */
export async function build(cacheDir, reportFile) {
  if (reportFile) rmSync(reportFile, { force: true })
  // Each build stands for a process of its own, in which \`words\` is the first of its kind.
  Reflect.deleteProperty(process, Symbol.for('unplugin-pitcrew.plugin-objects'))
  const plugins = [words(), vue(), mdx(), ...(cacheDir ? [pitcrew({ cacheDir, report: false, ...(reportFile && { reportFile }) })] : [])]
  const bundle = await rolldown({ input: 'src/main.js', external: ['vue', 'react/jsx-runtime'], plugins, logLevel: 'silent' })
  const { output } = await bundle.generate({ format: 'es', sourcemap: true })
  await bundle.close()
  const report = reportFile && existsSync(reportFile) ? JSON.parse(readFileSync(reportFile, 'utf8')) : null
  return { text: JSON.stringify(output.map(file => [file.fileName, file.code ?? String(file.source), file.map?.toString() ?? null])), outcomes: report?.outcomes ?? null, faults: report?.faults ?? [] }
}
`
/** The variables are ours by their names, and so no part of the configuration that mentions them. */
const ONCE = `
const { PITCREW_PLAYGROUND: mode, PITCREW_TEST_STORE: store = process.env.PITCREW_CACHE_DIR, PITCREW_REPORT_FILE: report, PITCREW_TEST_CLOCK: clock } = process.env
if (clock) {
  // A clock that is wrong from the start, and goes wrong again later.
  const [shift, jump] = JSON.parse(clock)
  const real = Date.now
  let calls = 0
  Date.now = () => real() + (++calls > 5 ? jump : shift)
}
const { build } = await import('./build.mjs')
const built = await build(mode === 'off' ? null : store, mode === 'off' ? null : report)
process.stdout.write(JSON.stringify(built) + '\\n')
`
/** Damages a copy of the store in one place after the other, and builds on each. */
const DAMAGE = `
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from './build.mjs'
const off = await build(null, null)
const base = mkdtempSync(join(tmpdir(), 'pitcrew-damage-'))
const pristine = join(base, 'pristine')
await build(pristine, null)
const whole = await build(pristine, join(base, 'report.json'))
const summary = { hits: whole.outcomes.hit, packBytes: 0, flips: 0, cuts: 0, wrong: [], leastHits: Infinity, mostCorrupt: 0, faults: [] }
const names = readdirSync(join(pristine, 'v1')).filter(name => /\\.(pack|idx)$/.test(name))
async function tryWith(what, damage) {
  const dir = join(base, 'damaged')
  rmSync(dir, { recursive: true, force: true })
  cpSync(pristine, dir, { recursive: true })
  damage(join(dir, 'v1'))
  const { text, outcomes, faults } = await build(dir, join(base, 'report.json'))
  if (text !== off.text || outcomes === null) summary.wrong.push(what)
  summary.leastHits = Math.min(summary.leastHits, outcomes?.hit ?? 0)
  // What is cut off is missed as a whole; a bit touches one record.
  if (what.startsWith('flip')) summary.mostCorrupt = Math.max(summary.mostCorrupt, outcomes?.corrupt ?? 0)
  summary.faults = [...new Set([...summary.faults, ...faults.map(fault => fault.code)])]
}
for (const name of names) {
  const bytes = readFileSync(join(pristine, 'v1', name))
  const isPack = name.endsWith('.pack')
  if (isPack) summary.packBytes += bytes.length
  const flips = isPack ? 200 : 50
  for (let n = 0; n < flips; n++) {
    // The first record byte by byte, its header, key and value included; then with a stride that meets every region.
    const at = n < 100 && isPack ? n : Math.floor(n * bytes.length / flips)
    summary.flips++
    await tryWith('flip ' + name + ' ' + at, dir => {
      const copy = Buffer.from(bytes)
      copy[at] ^= 1 << n % 8
      writeFileSync(join(dir, name), copy)
    })
  }
  const cuts = isPack ? 60 : 20
  for (let n = 0; n < cuts; n++) {
    // The tail byte by byte, through letters of several bytes; then anywhere.
    const length = n < 30 ? bytes.length - 1 - n : Math.floor(n * bytes.length / cuts)
    summary.cuts++
    await tryWith('cut ' + name + ' ' + length, dir => truncateSync(join(dir, name), length))
  }
}
rmSync(base, { recursive: true, force: true })
process.stdout.write(JSON.stringify(summary) + '\\n')
`
const FILES: Files = {
  'src/main.js': `${numbers.map(n => `import { tail as t${n} } from './m${n}.words.js'`).join('\n')}
import Card from './Card.vue'
import Page from './page.mdx'
console.log(Card, Page, ${numbers.map(n => `t${n}`).join(', ')})
`,
  ...Object.fromEntries(numbers.map(n => [`src/m${n}.words.js`, `export const number = ${n}\n`])),
  'src/Card.vue': '<template><p class="card">é→😀</p></template>\n<script>\nexport default { name: "Card" }\n</script>\n',
  'src/page.mdx': '# A page 😀\n\nWith *text*.\n',
  'build.mjs': BUILD, 'once.mjs': ONCE, 'damage.mjs': DAMAGE,
}

interface Built {
  readonly text: string
  readonly outcomes: Readonly<Record<string, number>> | null
  readonly faults: readonly { readonly code: string }[]
}

const stage = new Stage('rolldown', FILES)
afterAll(() => stage.dispose())
let off: Built
beforeAll(() => void (off = stage.run('once.mjs', 'off') as Built))

const once = (variant: 'cold' | 'warm' = 'warm'): Built => stage.run('once.mjs', variant) as Built

describe('a store with', () => {
  it('any bit flipped and any end cut off gives right builds, and what is intact is used', () => {
    const summary = stage.run('damage.mjs', 'off', 600_000) as DamageSummary
    console.info(`      ${summary.flips} bits flipped and ${summary.cuts} ends cut off; at worst ${summary.leastHits} of ${summary.hits} calls remembered`)
    expect(summary.wrong).toEqual([])
    expect(summary.hits).toBeGreaterThan(MODULES)
    expect(summary.flips).toBeGreaterThan(240)
    // A flip costs one call at most; what costs all is a file that is cut to nothing.
    expect(summary.mostCorrupt).toBeLessThanOrEqual(1)
    expect(summary.faults.filter(code => code !== 'STORE_CORRUPT')).toEqual([])
  }, 600_000)

  it('builds killed at any moment, a hundred of them, gives right builds', async () => {
    once('cold')
    const seed = Date.now() % 2 ** 31
    console.info(`      killing with seed ${seed}`)
    let state = seed
    const random = (): number => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31
    const startedAt = performance.now()
    once('cold')
    const wholeMs = performance.now() - startedAt
    let killed = 0
    for (let round = 0; round < 25; round++) {
      // New content each time, so that every build has something to write.
      for (const n of numbers) stage.write({ [`src/m${n}.words.js`]: `export const number = ${round * 1000 + n}\n` })
      const ends = await Promise.all([0, 1, 2, 3].map(child => killedBuild(child, 50 + random() * 2 * wholeMs)))
      killed += ends.filter(signal => signal === 'SIGKILL').length
      if (round % 5 === 4) {
        const plain = stage.run('once.mjs', 'off') as Built
        const { text, faults } = once()
        expect(text === plain.text).toBe(true)
        expect(faults).toEqual([])
      }
    }
    console.info(`      ${killed} of 100 were killed before they ended`)
    expect(killed).toBeGreaterThan(40)
  }, 600_000)

  it('eight processes at once gives each its right output, and the next one everything', async () => {
    const plain = stage.run('once.mjs', 'off') as Built
    const outputs = await Promise.all(numbers.slice(0, 8).map(child => completeBuild(child, join(stage.base, 'builds', 'shared'))))
    for (const { text, faults } of outputs) {
      expect(text === plain.text).toBe(true)
      expect(faults).toEqual([])
    }
    const next = await completeBuild(9, join(stage.base, 'builds', 'shared'))
    expect(next.outcomes).toMatchObject({ miss: 0, stale: 0, corrupt: 0 })
  }, 300_000)

  it('a clock that goes back ten years, or far ahead, or both in one build gives right builds, and forgets nothing', () => {
    const plain = stage.run('once.mjs', 'off') as Built
    once('cold')
    const years = 10 * 365 * 86_400_000
    for (const clock of [[-years, -years], [years, years], [years, -years], [-years, years], [0, -3_600_000], [0, 0]]) {
      stage.env['PITCREW_TEST_CLOCK'] = JSON.stringify(clock)
      const { text, outcomes, faults } = once()
      expect(text === plain.text, String(clock)).toBe(true)
      expect(outcomes, String(clock)).toMatchObject({ corrupt: 0, stale: 0, miss: 0 })
      expect(faults).toEqual([])
    }
    delete stage.env['PITCREW_TEST_CLOCK']
  }, 300_000)

  it.runIf(process.platform === 'linux' && process.getuid?.() === 0)('no room, and then no right to write, gives right builds', ({ skip }) => {
    const path = join(stage.base, 'small')
    mkdirSync(path)
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24k', 'tmpfs', path], { stdio: 'pipe' })
    } catch (error) {
      return skip(`a tmpfs cannot be mounted here (${String(error).split('\n')[0]})`)
    }
    try {
      const plain = stage.run('once.mjs', 'off') as Built
      stage.env['PITCREW_TEST_STORE'] = path
      const full = once()
      expect(full.text === plain.text).toBe(true)
      expect(full.faults.map(({ code }) => code)).toContain('STORE_WRITE_FAILED')
      execFileSync('mount', ['-o', 'remount,size=8m', path])
      const roomy = once()
      expect(roomy.text === plain.text).toBe(true)
      expect(roomy.faults).toEqual([])
      execFileSync('mount', ['-o', 'remount,ro', path])
      const readOnly = once()
      expect(readOnly.text === plain.text).toBe(true)
      expect(readOnly.outcomes).toMatchObject({ miss: 0, stale: 0, corrupt: 0 })
      expect(readOnly.faults.map(({ code }) => code)).toEqual(['STORE_READ_ONLY'])
    } finally {
      delete stage.env['PITCREW_TEST_STORE']
      execFileSync('umount', ['-l', path])
    }
  }, 120_000)
})

function start(child: number, store: string): ReturnType<typeof spawn> {
  const env = { ...process.env, NODE_ENV: undefined, VITEST: undefined, PITCREW_CACHE_DIR: store, PITCREW_REPORT_FILE: join(stage.base, 'builds', `report-${child}.json`) }
  return spawn(process.execPath, ['once.mjs'], { cwd: stage.root, env, stdio: ['ignore', 'pipe', 'ignore'] })
}

function killedBuild(child: number, afterMs: number): Promise<string | null> {
  const running = start(child, stage.cacheDir)
  running.stdout?.resume()
  const timer = setTimeout(() => running.kill('SIGKILL'), afterMs)
  return new Promise(resolve => running.on('close', (_code, signal) => {
    clearTimeout(timer)
    resolve(signal)
  }))
}

async function completeBuild(child: number, store: string): Promise<Built> {
  const running = start(child, store)
  const chunks: Buffer[] = []
  running.stdout?.on('data', (chunk: Buffer) => void chunks.push(chunk))
  const code = await new Promise(resolve => running.on('close', resolve))
  expect(code).toBe(0)
  return JSON.parse(Buffer.concat(chunks).toString('utf8').trimEnd().split('\n').at(-1)!) as Built
}
