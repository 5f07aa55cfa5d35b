/**
 * Circuit breakers in whole builds: what Pitcrew does around one plugin, or with its store, goes wrong again and again. The
 * part goes off for the rest of the build, is said to once, and is tried again in the next one; all builds are the one that
 * there would have been.
 *
 * The faults are made where ours would be: a result of the plugin throws when Pitcrew, and nobody else, looks at it for the
 * record; a store throws, which its contract does not allow.
 */
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { BuildReport } from '../../src/report/build-report.ts'
import type { Store } from '../../src/store/store.ts'
import { forgetPlugins } from '../harness/new-process.ts'
import { requireDist } from '../harness/project.ts'
import { snapshotDirectory } from '../harness/snapshot.ts'
import type { Snapshot } from '../harness/snapshot.ts'
import { BUNDLERS, COUNT, NAMES, writeApplication } from './breaker-bundlers.ts'

requireDist()

const broken = vi.hoisted(() => ({ store: false, asked: 0, loader: `${process.cwd()}/dist/webpack-loader.js` }))
vi.mock('../../src/store/open.ts', async original => {
  const { openStore } = await original<typeof import('../../src/store/open.ts')>()
  const breaking = (store: Store): Store => new Proxy(store, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target)
      if (typeof value !== 'function') return value
      return (...args: unknown[]) => {
        if (broken.store && (name === 'get' || name === 'put')) {
          broken.asked += 1
          throw new RangeError('a mistake of ours')
        }
        return Reflect.apply(value, target, args)
      }
    },
  })
  return { openStore: (...args: Parameters<typeof openStore>) => breaking(openStore(...args)) }
})
// The loader that stands for a run is loaded by the bundler itself, which reads no TypeScript.
vi.mock('node:url', async original => {
  const url = await original<typeof import('node:url')>()
  return { ...url, fileURLToPath: (path: string | URL) => (String(path).endsWith('/webpack-loader.js') ? broken.loader : url.fileURLToPath(path)) }
})

let folder: string
let said: string[]
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'pitcrew-breakers-')))
  writeApplication(join(folder, 'app'))
  said = []
  Object.assign(broken, { store: false, asked: 0 })
  vi.spyOn(process.stderr, 'write').mockImplementation(text => Boolean(said.push(String(text))))
  for (const method of ['warn', 'error', 'info', 'log'] as const) vi.spyOn(console, method).mockImplementation(text => void said.push(String(text)))
})
afterEach(() => {
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true, force: true })
})

interface Built {
  readonly files: Snapshot
  readonly report: BuildReport | null
}

const HALF = COUNT / 2
const saidOff = (): string[] => said.filter(text => text.includes('is off for the rest of this build'))

describe.each(Object.entries(BUNDLERS))('%s', (_name, { run, nameOf }) => {
  async function build(sore: string | null, isOff: boolean = false): Promise<Built> {
    const reportFile = join(folder, 'report.json')
    const outDir = join(folder, 'out')
    for (const path of [reportFile, outDir]) rmSync(path, { recursive: true, force: true })
    forgetPlugins()
    await run({ root: join(folder, 'app'), outDir, sore, options: isOff ? null : { cacheDir: join(folder, 'cache'), reportFile, report: false, audit: { sample: 0 } } })
    return { files: snapshotDirectory(outDir), report: existsSync(reportFile) ? JSON.parse(readFileSync(reportFile, 'utf8')) as BuildReport : null }
  }
  const outcomesOf = ({ report }: Built, name: string): Readonly<Record<string, number>> => report!.plugins.find(each => each.name === nameOf(name))!.outcomes

  it('leaves a plugin alone around which faults come again and again', async () => {
    const off = await build(null, true)
    const sore = await build('first')
    expect(sore.files).toEqual(off.files)
    expect(sore.report!.off).toEqual([{ part: nameOf('first'), faults: 3 }])
    expect(saidOff()).toEqual([expect.stringContaining(`${nameOf('first')} is off`)])
    expect(sore.report!.faults).toEqual([expect.objectContaining({ code: 'MEMO_FAULT' })])
    // After that it was run as without us, counted or not; the other one is as ever.
    const { hit, miss, bypass } = outcomesOf(sore, 'first') as { hit: number; miss: number; bypass: number }
    expect([hit, miss, [0, HALF - 3].includes(bypass)]).toEqual([0, 3, true])
    expect(outcomesOf(sore, 'second')).toMatchObject({ miss: HALF })

    said = []
    const next = await build(null)
    expect(next.files).toEqual(off.files)
    expect(next.report!.off).toEqual([])
    expect(outcomesOf(next, 'first')).toMatchObject({ hit: 0, miss: HALF })
    expect(outcomesOf(next, 'second')).toMatchObject({ hit: HALF })
    expect(saidOff()).toEqual([])
    const warm = await build(null)
    expect(warm.files).toEqual(off.files)
    expect(outcomesOf(warm, 'first')).toMatchObject({ hit: HALF })
  })

  it('goes on without its store when that fails again and again', async () => {
    const off = await build(null, true)
    broken.store = true
    const sore = await build(null)
    expect(sore.files).toEqual(off.files)
    expect(sore.report!.off).toEqual([{ part: 'the store', faults: 3 }])
    expect(saidOff()).toEqual([expect.stringContaining('the store is off')])
    expect(broken.asked).toBe(3)

    broken.store = false
    said = []
    const next = await build(null)
    expect([next.files, next.report!.off, saidOff()]).toEqual([off.files, [], []])
    const warm = await build(null)
    expect(warm.files).toEqual(off.files)
    for (const plugin of NAMES) expect(outcomesOf(warm, plugin)).toMatchObject({ hit: HALF })
  })
})
