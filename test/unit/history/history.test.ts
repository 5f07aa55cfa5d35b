import { appendFileSync, chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { History } from '../../../src/history/history.ts'
import type { BuildEntry } from '../../../src/monitor/build-entry.ts'
import { build, ordinaryBuild, STRATUM } from '../monitor/builds.ts'

let cacheDir: string
beforeEach(() => {
  cacheDir = mkdtempSync(join(tmpdir(), 'pitcrew-history-'))
})
afterEach(() => rmSync(cacheDir, { recursive: true, force: true }))

function entry(index: number, record = ordinaryBuild(index)): BuildEntry {
  return { record: { ...record, id: `build-${index}`, startedAtMs: index }, findings: [], forecast: null }
}

/** As it comes back: whole microseconds, hooks by name, and the costliest modules. */
function rounded({ record, ...rest }: BuildEntry): BuildEntry {
  const metrics = record.metrics
    .map(metric => ({ ...metric, selfMs: Math.round(metric.selfMs * 1000) / 1000 }))
    .sort((a, b) => (a.plugin + a.hook < b.plugin + b.hook ? -1 : 1))
  return { record: { ...record, metrics }, ...rest }
}

const files = (): string[] => readdirSync(join(cacheDir, 'history', 'v1')).sort().map(name => join(cacheDir, 'history', 'v1', name))
const ids = async (): Promise<string[]> => (await new History(cacheDir).read('app', STRATUM)).entries.map(({ record }) => record.id)

describe('a history', () => {
  it('gives back what was appended, oldest first, to another process too', async () => {
    const history = new History(cacheDir)
    const entries = [0, 1, 2].map(index => entry(index))
    for (const item of entries) expect(await history.append('app', item)).toBeNull()
    expect(await new History(cacheDir).read('app', STRATUM)).toEqual({ entries: entries.map(rounded), fault: null })
  })

  it('keeps findings, forecasts, modules and packages', async () => {
    const record = build(1, [{ plugin: 'vite:css', selfMs: 12.5, modules: [{ id: 'src/a.css', selfMs: 8.25, calls: 2 }] }])
    const full: BuildEntry = {
      record,
      findings: [{ kind: 'slower', subject: { kind: 'hook', plugin: 'vite:css', hook: 'transform' }, observedMs: 12, expectedMs: 6, limitMs: 8 }],
      forecast: { expectedMs: 800, low: 700, high: 900 },
    }
    await new History(cacheDir).append('app', full)
    expect((await new History(cacheDir).read('app', STRATUM)).entries).toEqual([full])
  })

  it('never mixes strata or projects, and can list them all', async () => {
    const history = new History(cacheDir)
    await history.append('app', entry(1))
    await history.append('app', entry(2, build(2, [], { stratum: { ...STRATUM, cache: 'warm' } })))
    await history.append('other', entry(3))
    expect(await ids()).toEqual(['build-1'])
    expect((await history.readAll()).entries.map(({ record }) => record.id)).toEqual(['build-1', 'build-2', 'build-3'])
  })

  it('decodes no more than is asked for', async () => {
    const history = new History(cacheDir)
    for (let index = 0; index < 5; index++) await history.append('app', entry(index))
    expect((await history.read('app', STRATUM, 2)).entries.map(({ record }) => record.id)).toEqual(['build-3', 'build-4'])
  })

  it('is empty before the first build', async () => {
    expect(await new History(cacheDir).read('app', STRATUM)).toEqual({ entries: [], fault: null })
  })

  it('takes builds that end at once', async () => {
    await Promise.all(Array.from({ length: 12 }, (_, index) => new History(cacheDir).append('app', entry(index))))
    expect((await ids()).sort()).toEqual(Array.from({ length: 12 }, (_, index) => `build-${index}`).sort())
  })
})

describe('a history of five hundred builds of two hundred hooks', () => {
  it('takes at most two megabytes, and ten milliseconds a build', async () => {
    const history = new History(cacheDir)
    const hooks = Array.from({ length: 200 }, (_, index) => ({ plugin: `vite-plugin-${index % 70}`, hook: ['transform', 'load', 'resolveId'][index % 3]! }))
    const times: number[] = []
    for (let index = 0; index < 500; index++) {
      const record = build(index, hooks.map((hook, i) => ({
        ...hook, selfMs: 1000 * Math.abs(Math.sin(index * 7.1 + i)), calls: 300 + i, bytes: 1e5 + 977 * i,
        modules: Array.from({ length: 3 }, (_, m) => ({ id: `src/views/section-${i}/page-${m}.vue`, selfMs: Math.abs(Math.cos(i + m + index)), calls: 1 })),
      })))
      const item = entry(index, record)
      const from = performance.now()
      await history.append('app', item)
      times.push(performance.now() - from)
    }
    const bytes = files().reduce((sum, file) => sum + statSync(file).size, 0)
    expect(bytes).toBeLessThan(2_000_000)
    expect((await ids()).length).toBeGreaterThan(330)
    // Wanted is 10 ms; a machine that runs all tests at once is given more.
    expect(times.sort((a, b) => a - b)[250]).toBeLessThan(60)
  })
})

describe('a history file', () => {
  it('that is full is followed by another, and the one before is kept', async () => {
    const history = new History(cacheDir, 4_000)
    for (let index = 0; index < 40; index++) await history.append('app', entry(index))
    expect(files()).toHaveLength(2)
    expect(files().every(file => statSync(file).size <= 4_000)).toBe(true)
    const kept = await ids()
    expect(kept.length).toBeGreaterThan(5)
    expect(kept.at(-1)).toBe('build-39')
  })

  it('with a torn end costs that build and one warning, and is written anew', async () => {
    for (let index = 0; index < 3; index++) await new History(cacheDir).append('app', entry(index))
    truncateSync(files()[0]!, statSync(files()[0]!).size - 7)
    const history = new History(cacheDir)
    expect((await history.read('app', STRATUM)).fault?.code).toBe('HISTORY_CORRUPT')
    expect(await history.append('app', entry(3))).toBeNull()
    expect(await new History(cacheDir).read('app', STRATUM)).toMatchObject({ entries: [{}, {}, { record: { id: 'build-3' } }], fault: null })
    expect(files()).toHaveLength(1)
  })

  it('with a flipped byte anywhere never gives back anything that was not written', async () => {
    const entries = [0, 1, 2].map(index => entry(index))
    for (const item of entries) await new History(cacheDir).append('app', item)
    const [path] = files() as [string]
    const whole = readFileSync(path)
    const known = entries.map(rounded)
    for (let at = 0; at < whole.length; at += 11) {
      const damaged = Buffer.from(whole)
      damaged[at]! ^= 0x41
      writeFileSync(path, damaged)
      for (const found of (await new History(cacheDir).read('app', STRATUM)).entries) expect(known).toContainEqual(found)
    }
  })

  it('of foreign bytes is survived', async () => {
    await new History(cacheDir).append('app', entry(0))
    writeFileSync(files()[0]!, 'this is no history')
    const history = new History(cacheDir)
    expect(await history.read('app', STRATUM)).toMatchObject({ entries: [], fault: { code: 'HISTORY_CORRUPT' } })
    expect(await history.append('app', entry(1))).toBeNull()
    expect(await ids()).toEqual(['build-1'])
  })

  it('may be torn by one build while others go on', async () => {
    await new History(cacheDir).append('app', entry(0))
    appendFileSync(files()[0]!, readFileSync(files()[0]!).subarray(0, 60))
    const other = new History(cacheDir)
    await other.append('app', entry(1))
    expect(await ids()).toEqual(['build-0', 'build-1'])
  })

  it.skipIf(process.getuid?.() === 0)('that may not be written is a fault that is told', async () => {
    await new History(cacheDir).append('app', entry(0))
    chmodSync(files()[0]!, 0o444)
    expect((await new History(cacheDir).append('app', entry(1)))?.code).toBe('HISTORY_FAILED')
  })

  it('in a place that is none is a fault that is told', async () => {
    writeFileSync(join(cacheDir, 'history'), '')
    expect((await new History(cacheDir).append('app', entry(1)))?.code).toBe('HISTORY_FAILED')
    expect(await ids()).toEqual([])
  })

  it('that cannot be read is a fault that is told, and another takes its place', async () => {
    await new History(cacheDir).append('app', entry(0))
    const [path] = files() as [string]
    rmSync(path)
    mkdirSync(path)
    const history = new History(cacheDir)
    expect((await history.read('app', STRATUM)).fault?.code).toBe('HISTORY_FAILED')
    expect(await history.append('app', entry(1))).toBeNull()
    expect(await ids()).toEqual(['build-1'])
  })

  it('makes room when there are too many strata', async () => {
    const history = new History(cacheDir)
    for (let index = 0; index < 70; index++) await history.append(`app-${index}`, entry(index))
    expect(files()).toHaveLength(64)
    expect((await history.readAll()).entries.at(-1)?.record.id).toBe('build-69')
  })
})
