/**
 * Rows of the table of faults that are about whole builds: each ends with the output that it would have had, and says once
 * what happened. Rolldown in this process, with a plugin that takes its time. All other rows are tests of the store, the
 * memo and the adversaries, found by their number: `FAULTS 7: …`.
 */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rolldown } from 'rolldown'
import type { OutputChunk, Plugin } from 'rolldown'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import pitcrew from '../../adapters/rolldown.ts'
import type { BuildReport } from '../../src/report/build-report.ts'
import { Crew } from '../../src/guidance/crew.ts'
import type { JobSettings } from '../../src/guidance/protocol.ts'
import { forgetPlugins } from '../harness/new-process.ts'
import { REPOSITORY } from '../harness/playgrounds.ts'

const root = mkdtempSync(join(tmpdir(), 'pitcrew-faults-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
let cacheDir = ''
let reportFile = ''
let serial = 0
beforeEach(() => {
  cacheDir = join(root, String(serial), 'cache')
  reportFile = join(root, String(serial++), 'report.json')
})

/** Code by module id; the first is the entry. */
type Modules = Readonly<Record<string, string>>

/** Ids of any kind are given out here, by number. */
function virtual(modules: Modules, onLoad: (id: string) => void): Plugin {
  const ids = Object.keys(modules)
  return {
    name: 'virtual',
    resolveId: source => (source === 'entry' ? ids[0]! : source.startsWith('module:') ? ids[Number(source.slice(7))]! : null),
    load(id) {
      if (!(id in modules)) return null
      onLoad(id)
      return { code: id === ids[0] ? `${ids.slice(1).map((_, index) => `import 'module:${index + 1}'`).join('\n')}\n${modules[id]}` : modules[id]!, moduleType: 'js' }
    },
  }
}

/** @param more What it appends to each module, whose transform is dear enough to be remembered. */
const slow = (more = '', map: string | null = null): Plugin => ({
  name: 'slow',
  transform(code) {
    const until = performance.now() + 0.4
    while (performance.now() < until);
    return { code: `${code}\nglobalThis.slow('é→😀${more}')`, map, moduleType: 'js' }
  },
})

interface Built {
  readonly code: string
  readonly report: BuildReport | null
}

async function build(modules: Modules, { plugins = [slow()], isOff = false, onLoad = () => undefined }: { plugins?: Plugin[]; isOff?: boolean; onLoad?: (id: string) => void } = {}): Promise<Built> {
  forgetPlugins()
  rmSync(reportFile, { recursive: true, force: true })
  const ours = isOff ? [] : [pitcrew({ cacheDir, reportFile, report: false })]
  const bundle = await rolldown({ input: 'entry', cwd: root, plugins: [virtual(modules, onLoad), ...plugins, ...ours], logLevel: 'silent' })
  const { output } = await bundle.generate({ format: 'es' })
  await bundle.close()
  return { code: (output[0] as OutputChunk).code, report: existsSync(reportFile) ? JSON.parse(readFileSync(reportFile, 'utf8')) as BuildReport : null }
}

/** Rolldown's runtime is a module as well, and the plugin does not spare it. */
const RUNTIME = 1
const FEW: Modules = Object.fromEntries(['/a.js', '/b.js', '/c.js', '/d.js'].map(id => [id, `console.log('${id}')`]))
const codesIn = ({ report }: Built): string[] => (report?.faults ?? []).map(({ code }) => code)

it('every row has a test', () => {
  const names = readdirSync(join(REPOSITORY, 'test'), { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.test.ts'))
  const text = names.map(name => readFileSync(join(REPOSITORY, 'test', name), 'utf8')).join('\n')
  const rows = Array.from({ length: 25 }, (_, index) => index + 1)
  expect(rows.filter(row => !new RegExp(`FAULTS (?:\\d+, )*${row}\\b`).test(text))).toEqual([])
})

describe('FAULTS 21: a worker of ours', () => {
  const settings = { root, ruleFiles: [], rules: [], gates: { warn: {}, fail: {} }, baselineFile: null, reportFile: null, suspects: [] } as unknown as JobSettings
  it.each([
    ['that ends at once', 'process.exit(3)'],
    ['that throws', 'throw new Error("broken")'],
    ['that dies on its first message', "require('node:worker_threads').parentPort.on('message', () => process.exit(4))"],
    ['that rejects', 'Promise.reject(new Error("later"))'],
    ['whose script is none', '{{{'],
  ])('%s is begun again once, and then done without', async (_how, script) => {
    const path = join(root, `worker-${serial}.cjs`)
    writeFileSync(path, script)
    const deaths: string[] = []
    const crew = new Crew({ script: path, onDeath: reason => deaths.push(reason) })
    try {
      expect(await crew.ask({ kind: 'open', settings, pack: null })).toBeNull()
      expect(await crew.ask({ kind: 'analyse', ids: [] })).toEqual([])
      expect(deaths).toHaveLength(2)
    } finally {
      await crew.close()
    }
  })
})

describe('FAULTS 11: a cache directory that is deleted', () => {
  it('during a build costs what was not written yet at most', async () => {
    const off = await build(FEW, { isOff: true })
    await build(FEW)
    const during = await build(FEW, { onLoad: id => (id === '/c.js' ? rmSync(cacheDir, { recursive: true, force: true }) : undefined) })
    expect(during.code).toBe(off.code)
    expect(codesIn(during)).toEqual([])
    const after = await build(FEW)
    expect(after.code).toBe(off.code)
    expect((await build(FEW)).report!.outcomes).toMatchObject({ hit: 4 + RUNTIME, miss: 0 })
  })
})

describe('FAULTS 12: a cache directory that cannot be one', () => {
  it.each(['a file', '/proc/pitcrew/cache', '/dev/null'])('because it is %s: the build goes on without it', async where => {
    if (where.startsWith('/') && process.platform !== 'linux') return
    if (where === 'a file') {
      mkdirSync(join(cacheDir, '..'), { recursive: true })
      writeFileSync(cacheDir, 'not a directory')
    } else {
      cacheDir = where
    }
    const off = await build(FEW, { isOff: true })
    const built = await build(FEW)
    expect(built.code).toBe(off.code)
    expect(codesIn(built)).toEqual(['STORE_UNAVAILABLE'])
    expect(built.report!.outcomes.hit).toBe(0)
  })
})

describe('FAULTS 24: history, ledgers and reports', () => {
  const damages: readonly (readonly [how: string, damage: (path: string) => void])[] = [
    ['garbage', path => writeFileSync(path, Buffer.alloc(500, '\0garbage{'))],
    ['cut in the middle', path => writeFileSync(path, readFileSync(path).subarray(0, Math.floor(readFileSync(path).length / 2)))],
    ['empty', path => writeFileSync(path, '')],
    ['a directory', path => {
      rmSync(path)
      mkdirSync(join(path, 'deep'), { recursive: true })
    }],
  ]

  it.each(damages)('that are %s cost nothing but themselves', async (_how, damage) => {
    const off = await build(FEW, { isOff: true })
    await build(FEW)
    const beside = readdirSync(cacheDir, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile() && !/\.(?:pack|idx)$/.test(entry.name)).map(entry => join(entry.parentPath, entry.name))
    expect(beside.length).toBeGreaterThan(0)
    for (const path of beside) damage(path)
    const built = await build(FEW)
    expect(built.code).toBe(off.code)
    expect(built.report!.outcomes).toMatchObject({ hit: 4 + RUNTIME, miss: 0 })
    expect(new Set(codesIn(built)).size).toBe(codesIn(built).length)
    expect((await build(FEW)).code).toBe(off.code)
  })

  it('that cannot be written because the place is taken are given up, said once', async () => {
    const off = await build(FEW, { isOff: true })
    mkdirSync(join(reportFile, 'in-the-way'), { recursive: true })
    const bundle = await rolldown({ input: 'entry', cwd: root, plugins: [virtual(FEW, () => undefined), slow(), pitcrew({ cacheDir, reportFile, report: false })], logLevel: 'silent' })
    const { output } = await bundle.generate({ format: 'es' })
    await bundle.close()
    expect(output[0].code).toBe(off.code)
    rmSync(reportFile, { recursive: true })
  })

  it.runIf(process.platform === 'linux' && process.getuid?.() === 0)('on a device that is always full are given up', async () => {
    const off = await build(FEW, { isOff: true })
    const bundle = await rolldown({ input: 'entry', cwd: root, plugins: [virtual(FEW, () => undefined), slow(), pitcrew({ cacheDir, reportFile: '/dev/full', report: false })], logLevel: 'silent' })
    const { output } = await bundle.generate({ format: 'es' })
    await bundle.close()
    expect(output[0].code).toBe(off.code)
  })
})

describe('FAULTS 25: large and odd things', () => {
  const ids = ['\0virtual', '\0with?query=1&raw', '/with space.js', '/a#b.js', '/a%20b.js', '/%zz', '/what?.js', '/a?b#c%d e.js', '/é→😀.js', '/\u0001\u0002.js', `/${'long/'.repeat(819)}x.js`, '/\u202ertl.js', '/a\nb.js', 'C:\\x\\y.js', 'data:text/javascript,1', '/__proto__', '/constructor']
  it('are module ids with NUL, spaces, ?, #, %, letters of any script, and of 4,096 characters', async () => {
    expect(Math.max(...ids.map(id => id.length))).toBeGreaterThanOrEqual(4096)
    const modules = Object.fromEntries(['/entry.js', ...ids].map((id, index) => [id, `console.log(${index})`]))
    const off = await build(modules, { isOff: true })
    const cold = await build(modules)
    const warm = await build(modules)
    expect(cold.code).toBe(off.code)
    expect(warm.code).toBe(off.code)
    expect(warm.report!.outcomes).toMatchObject({ hit: ids.length + 1 + RUNTIME, miss: 0 })
    expect([...codesIn(cold), ...codesIn(warm)]).toEqual([])
  })

  it('are a module of 10 MB and a source map of 50 MB', { timeout: 180_000 }, async () => {
    const modules = { '/entry.js': 'console.log(0)', '/large.js': `globalThis.x = ${JSON.stringify('é'.repeat(5 * 1024 * 1024))}` }
    const map = JSON.stringify({ version: 3, sources: ['large.js'], names: [], sourcesContent: ['m'.repeat(50 * 1024 * 1024)], mappings: 'AAAA' })
    const plugins = (): Plugin[] => [slow('', map)]
    const off = await build(modules, { isOff: true, plugins: plugins() })
    expect((await build(modules, { plugins: plugins() })).code === off.code).toBe(true)
    const warm = await build(modules, { plugins: plugins() })
    expect(warm.code === off.code).toBe(true)
    expect(codesIn(warm)).toEqual([])
    expect(warm.report!.outcomes.hit).toBe(2 + RUNTIME)
  })
})

it.runIf(process.platform === 'linux')('FAULTS 10: a cache directory that lost its rights in between is used for reading, or not at all', async () => {
  const off = await build(FEW, { isOff: true })
  await build(FEW)
  chmodSync(join(cacheDir, 'v1'), 0o555)
  try {
    expect((await build(FEW)).code).toBe(off.code)
  } finally {
    chmodSync(join(cacheDir, 'v1'), 0o755)
  }
})
