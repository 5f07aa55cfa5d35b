/**
 * Circuit breakers in whole builds: what Pitcrew does around one plugin, or with its store, goes wrong again and again. The
 * part goes off for the rest of the build, is said to once, and is tried again in the next one; all builds are the one that
 * there would have been.
 *
 * The faults are made where ours would be: a result of the plugin throws when Pitcrew, and nobody else, looks at it for the
 * record; a store throws, which its contract does not allow.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rolldown } from 'rolldown'
import { rollup } from 'rollup'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import rolldownPitcrew from '../../adapters/rolldown.ts'
import rollupPitcrew from '../../adapters/rollup.ts'
import type { BuildReport } from '../../src/report/build-report.ts'
import type { Store } from '../../src/store/store.ts'

const broken = vi.hoisted(() => ({ store: false, asked: 0 }))
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

const COUNT = 24
/** Modules that follow one after the other, so that not all calls have begun when the third fails. */
const MODULES: Readonly<Record<string, string>> = Object.fromEntries(Array.from({ length: COUNT }, (_, index) => [`/${index}.js`, `${index + 1 < COUNT ? `import '/${index + 1}.js'\n` : ''}console.log(${index})`]))
const ENTRY = "import '/0.js'"
const OWN = /\/src\/memo\/|rollup-result/

interface Plugin {
  name: string
  resolveId?(source: string): string | null
  load?(id: string): string | null
  transform?: { filter: { id: RegExp }; handler(code: string): unknown }
}
const virtual: Plugin = { name: 'virtual', resolveId: source => (source === 'entry' || source in MODULES ? source : null), load: id => (id === 'entry' ? ENTRY : MODULES[id] ?? null) }

/** @param isSore What Pitcrew does around it fails. */
const slow = (name: string, isSore: boolean): Plugin => ({
  name,
  transform: { filter: { id: /^\/\d+\.js$/ }, handler(code) {
    const until = performance.now() + 0.6
    while (performance.now() < until);
    const result = { code: `${code};console.log('${name}')` }
    Object.defineProperty(result, 'map', {
      enumerable: true,
      get() {
        if (isSore && OWN.test(new Error().stack ?? '')) throw new RangeError('a mistake of ours')
        return null
      },
    })
    return result
  } },
})

let folder: string
let said: string[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pitcrew-breakers-'))
  said = []
  Object.assign(broken, { store: false, asked: 0 })
  vi.spyOn(process.stderr, 'write').mockImplementation(text => Boolean(said.push(String(text))))
})
afterEach(() => {
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true, force: true })
})

interface Built {
  readonly code: string
  readonly report: BuildReport | null
}

const BUNDLERS = {
  rolldown: { bundle: rolldown, pitcrew: rolldownPitcrew },
  rollup: { bundle: rollup, pitcrew: rollupPitcrew },
} as unknown as Readonly<Record<string, { bundle: (options: object) => Promise<{ generate(options: object): Promise<{ output: { code: string }[] }>; close(): Promise<void> }>; pitcrew: (options: object) => Plugin }>>

async function build(bundler: string, sore: string | null, isOff: boolean = false): Promise<Built> {
  const { bundle, pitcrew } = BUNDLERS[bundler]!
  const reportFile = join(folder, 'report.json')
  rmSync(reportFile, { force: true })
  const ours = isOff ? [] : [pitcrew({ cacheDir: join(folder, 'cache'), reportFile, report: false, audit: { sample: 0 } })]
  const made = await bundle({ input: 'entry', plugins: [...ours, virtual, ...['first', 'second'].map(name => slow(name, name === sore))] })
  const { output } = await made.generate({ format: 'es' })
  await made.close()
  return { code: output[0]!.code, report: existsSync(reportFile) ? JSON.parse(readFileSync(reportFile, 'utf8')) as BuildReport : null }
}

const outcomesOf = ({ report }: Built, plugin: string): Readonly<Record<string, number>> => report!.plugins.find(each => each.name === plugin)!.outcomes
const saidOff = (): string[] => said.filter(text => text.includes('is off for the rest of this build'))

describe.each(Object.keys(BUNDLERS))('%s', bundler => {
  it('leaves a plugin alone around which faults come again and again', async () => {
    const off = await build(bundler, null, true)
    const sore = await build(bundler, 'first')
    expect(sore.code).toBe(off.code)
    expect(sore.report!.off).toEqual([{ part: 'first', faults: 3 }])
    expect(saidOff()).toEqual([expect.stringContaining('first is off')])
    expect(sore.report!.faults).toEqual([expect.objectContaining({ code: 'MEMO_FAULT' })])
    // After that it was run as without us; the other one is as ever.
    expect(outcomesOf(sore, 'first')).toMatchObject({ hit: 0, miss: 3, bypass: 0 })
    expect(outcomesOf(sore, 'second')).toMatchObject({ miss: COUNT })

    said = []
    const next = await build(bundler, null)
    expect(next.code).toBe(off.code)
    expect(next.report!.off).toEqual([])
    expect(outcomesOf(next, 'first')).toMatchObject({ hit: 0, miss: COUNT })
    expect(outcomesOf(next, 'second')).toMatchObject({ hit: COUNT })
    expect(saidOff()).toEqual([])
    const warm = await build(bundler, null)
    expect(warm.code).toBe(off.code)
    expect(outcomesOf(warm, 'first')).toMatchObject({ hit: COUNT })
  })

  it('goes on without its store when that fails again and again', async () => {
    const off = await build(bundler, null, true)
    broken.store = true
    const sore = await build(bundler, null)
    expect(sore.code).toBe(off.code)
    expect(sore.report!.off).toEqual([{ part: 'the store', faults: 3 }])
    expect(saidOff()).toEqual([expect.stringContaining('the store is off')])
    expect(broken.asked).toBe(3)

    broken.store = false
    said = []
    const next = await build(bundler, null)
    expect([next.code, next.report!.off, saidOff()]).toEqual([off.code, [], []])
    const warm = await build(bundler, null)
    expect(warm.code).toBe(off.code)
    for (const plugin of ['first', 'second']) expect(outcomesOf(warm, plugin)).toMatchObject({ hit: COUNT })
  })
})
