import { beforeEach, describe, expect, it } from 'vitest'
import { hostOf, siteOf } from './helpers/memo-bench.ts'
import type { FakeCall, MemoBench } from './helpers/memo-bench.ts'
import { useMemoScene } from './helpers/memo-scene.ts'

const scene = useMemoScene()

describe('what is not stored', () => {
  it.each<[string, FakeCall, string]>([
    ['a call that did what cannot be replayed', { run: trace => {
      trace?.refuse('it used this.load()')
      return 'text'
    } }, 'it used this.load()'],
    ['a result without a stored form', { encode: () => ({ ok: false, reason: 'its result is odd' }) }, 'its result is odd'],
  ])('%s', async (_what, call, reason) => {
    const [, second] = await scene.buildTwice(call)
    expect(second.runs).toBe(1)
    expect(scene.bench.outcomes()).toEqual(['miss', 'miss'])
    expect(scene.lastReport().reason).toBe(reason)
    expect(scene.bench.store.stats().entryCount).toBe(0)
  })

  it('a result that the recipe does not admit', async () => {
    await scene.build(hostOf({ code: 'url(a.png)' }), siteOf({ admitResult: (_call, code) => (code.includes('URL') ? 'it names assets' : null) }))
    expect(scene.lastReport()).toMatchObject({ outcome: 'miss', reason: 'it names assets', dependencyCount: 0 })
    expect(scene.bench.store.stats().entryCount).toBe(0)
  })

  it('a call of an unknown plugin that had work done elsewhere, whereas a recipe vouches for it', async () => {
    const call: FakeCall = { run: trace => {
      trace?.outsourced('it starts another process', true)
      scene.bench.clock.ms += 10
      return 'text'
    } }
    await scene.build(hostOf(call), siteOf({}, { decision: { kind: 'memoize', reason: 'nothing speaks against it', recipe: null, learning: true } }))
    expect(scene.lastReport().reason).toBe('it starts another process')
    await scene.buildTwice(call)
    expect(scene.bench.outcomes()).toEqual(['miss', 'miss', 'hit'])
  })

  it('a call of a known plugin in which another than its compiler had work done elsewhere', async () => {
    const call: FakeCall = { run: trace => {
      trace?.outsourced('its compiler is a process of its own', true)
      trace?.outsourced('it asks git')
      return 'text'
    } }
    await scene.buildTwice(call)
    expect(scene.bench.outcomes()).toEqual(['miss', 'miss'])
    expect(scene.lastReport().reason).toBe('it asks git')
  })

  it('a call after which the process is to end with an error code', async () => {
    const call: FakeCall = { run: () => {
      process.exitCode = 3
      return 'text'
    } }
    const { exitCode } = process
    try {
      await scene.buildTwice(call)
    } finally {
      process.exitCode = exitCode
    }
    expect(scene.bench.outcomes()).toEqual(['miss', 'miss'])
    expect(scene.lastReport().reason).toContain('error code')
  })

  it('a file that changed while it was being read', async () => {
    const path = scene.bench.project.write('a.ts', 'before')
    const now = scene.bench.again({ clock: { now: () => 0, wall: () => Date.now() } })
    await now.run(siteOf(), hostOf({ run: trace => {
      trace?.file(path)
      scene.bench.project.write('a.ts', 'after')
      return 'made of before'
    } }))
    expect(scene.lastReport()).toMatchObject({ outcome: 'miss', reason: expect.stringContaining('changed while') })
    expect(scene.bench.store.stats().entryCount).toBe(0)
  })
})

describe('recording later', () => {
  let tasks: (() => void)[]
  const deferring = (changes: Parameters<MemoBench['again']>[0] = {}): ReturnType<MemoBench['again']> => scene.bench.again({ defer: task => void tasks.push(task), ...changes })
  const drain = (): void => {
    for (const task of tasks.splice(0)) task()
  }

  beforeEach(() => {
    tasks = []
  })

  it('gives the result before anything is stored, and tells of it when it is', async () => {
    expect(await deferring().run(siteOf(), hostOf({ code: 'text' }))).toBe('TEXT')
    expect([scene.bench.store.stats().entryCount, scene.bench.reports.length]).toEqual([0, 0])
    drain()
    expect([scene.bench.store.stats().entryCount, scene.bench.outcomes()]).toEqual([1, ['miss']])
  })

  it.each<[string, () => { readonly result: { code: unknown; meta: unknown[] }; change(): void }]>([
    ['an object', () => {
      const result = { code: 'text', meta: ['a'] as unknown[] }
      return { result, change: () => {
        result.code = 'changed'
        result.meta.push('b')
      } }
    }],
    ['bytes', () => {
      const bytes = Buffer.from('text')
      return { result: { code: bytes, meta: ['a'] }, change: () => void bytes.fill(0) }
    }],
  ])('stores the result as it was given, whatever becomes of it afterwards: %s', async (_what, make) => {
    const { result, change } = make()
    const encode: NonNullable<FakeCall['encode']> = value => ({ ok: true, result: structuredClone((value as typeof result).meta), code: (value as typeof result).code as string, map: null })
    await deferring().run(siteOf(), hostOf({ run: () => result, encode }))
    change()
    drain()
    const seen = await scene.build(hostOf({ encode, replay: record => [String(record.code), record.result] }))
    expect(seen).toEqual(['text', ['a']])
  })

  it('does not store what changed between the call and its recording', async () => {
    const path = scene.bench.project.write('a.ts', 'before')
    const clock = { now: () => 0, wall: () => Date.now() }
    await deferring({ clock }).run(siteOf(), hostOf({ run: trace => {
      trace?.file(path)
      return 'made of before'
    } }))
    scene.bench.project.write('a.ts', 'after')
    drain()
    expect(scene.bench.store.stats().entryCount).toBe(0)
  })

  it('is given up for a plugin that went off meanwhile', async () => {
    let isOff = false
    await deferring({ isOff: () => isOff }).run(siteOf(), hostOf())
    isOff = true
    drain()
    expect([scene.bench.store.stats().entryCount, scene.lastReport().outcome, scene.lastReport().reason]).toEqual([0, 'miss', expect.stringContaining('repeated faults')])
  })

  it('does not keep an error, nor what a fault of ours left', async () => {
    const error = new Error('mine')
    await expect(deferring().run(siteOf(), hostOf({ run: () => { throw error } }))).rejects.toBe(error)
    await deferring().run(siteOf({ observe: () => { throw new Error('ours') } }), hostOf())
    drain()
    expect(scene.bench.store.stats().entryCount).toBe(0)
  })
})
