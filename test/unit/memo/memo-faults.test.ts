import { describe, expect, it } from 'vitest'
import { digest } from '../../../src/hash.ts'
import { PortableText } from '../../../src/memo/record/portable-text.ts'
import { encodeRecord } from '../../../src/memo/record/record.ts'
import type { Store, StoreRead } from '../../../src/store/store.ts'
import { hostOf, siteOf } from './helpers/memo-bench.ts'
import type { FakeCall, MemoBench } from './helpers/memo-bench.ts'
import { useMemoScene } from './helpers/memo-scene.ts'

const scene = useMemoScene()

describe('a damaged store', () => {
  const storeWith = (reads: () => Iterable<StoreRead>): Store => ({ ...scene.bench.store, stats: () => scene.bench.store.stats(), put: () => undefined, get: reads } as Store)

  it('costs a corrupt outcome, and the plugin runs', async () => {
    const host = hostOf({ code: 'text' })
    const store = storeWith(() => [{ status: 'corrupt', reason: 'its digest is wrong' }])
    expect(await scene.bench.again({ store }).run(siteOf(), host)).toBe('TEXT')
    expect(scene.lastReport()).toMatchObject({ outcome: 'corrupt', cause: { kind: 'corrupt', detail: 'its digest is wrong' } })
  })

  it('gives an older intact value', async () => {
    const good = encodeRecord({ dependencies: [], effects: [], result: null, code: 'good', map: null, costMs: 1, outsourced: false })
    const store = storeWith(() => [{ status: 'corrupt', reason: 'bad' }, { status: 'ok', value: good }])
    expect(await scene.bench.again({ store }).run(siteOf(), hostOf())).toBe('good')
  })

  it('gives an older intact value where the newer is none of our records', async () => {
    const good = encodeRecord({ dependencies: [], effects: [], result: null, code: 'good', map: null, costMs: 1, outsourced: false })
    const store = storeWith(() => [{ status: 'ok', value: Buffer.from('foreign') }, { status: 'ok', value: good }])
    expect(['good', 'CODE']).toContain(await scene.bench.again({ store }).run(siteOf(), hostOf()))
  })

  it.each<[string, () => Iterable<StoreRead>]>([
    ['foreign bytes', () => [{ status: 'ok', value: Buffer.from('these are no record') }]],
    ['a dependency of an unknown kind', () => [{ status: 'ok', value: encodeRecord({ dependencies: [['moon', 'full'] as never], effects: [], result: null, code: 'WRONG', map: null, costMs: 1, outsourced: false }) }]],
    ['a path token of another layout', () => [{ status: 'ok', value: encodeRecord({ dependencies: [], effects: [], result: null, code: '\u0001z/a', map: null, costMs: 1, outsourced: false }) }]],
    ['a store that throws', () => { throw new Error('disk on fire') }],
    ['a store that throws while it is read', function* () {
      yield { status: 'corrupt', reason: 'bad' }
      throw new Error('disk on fire')
    }],
  ])('%s: the plugin runs', async (_what, reads) => {
    expect(await scene.bench.again({ store: storeWith(reads) }).run(siteOf(), hostOf({ code: 'text' }))).toBe('TEXT')
    expect(scene.bench.outcomes()).not.toContain('hit')
  })

  it('that cannot be written to costs nothing but the memo', async () => {
    const store = { ...storeWith(() => []), put: () => { throw new Error('no space') } }
    expect(await scene.bench.again({ store }).run(siteOf(), hostOf({ code: 'text' }))).toBe('TEXT')
    expect(scene.bench.faults).toMatchObject([{ where: 'record' }])
  })
})

describe('a fault of ours', () => {
  const broken = (): never => {
    throw new Error('ours')
  }
  const brokenLater = (): Promise<never> => Promise.reject(new Error('ours, later'))

  it.each<[string, Parameters<typeof siteOf>[0]]>([
    ['concerns', { concerns: broken }],
    ['admit', { admit: broken }],
    ['inputs', { inputs: broken }],
    ['claimPrints', { claimPrints: broken }],
    ['prepare', { prepare: broken }],
    ['prepare, later', { prepare: brokenLater }],
    ['observe', { observe: broken }],
    ['admitResult', { admitResult: broken }],
    ['admit, and then prepare', { admit: broken, prepare: brokenLater }],
  ])('in %s of a recipe never reaches the caller', async (_where, recipe) => {
    const host = hostOf({ code: 'text' })
    expect(await scene.build(host, siteOf(recipe))).toBe('TEXT')
    expect(host.runs).toBe(1)
    expect(scene.bench.faults.length).toBeGreaterThan(0)
  })

  it.each<[string, Parameters<typeof siteOf>[0]]>([['observe', { observe: broken }], ['admitResult', { admitResult: broken }]])('in %s leaves nothing in the store', async (_where, recipe) => {
    await scene.build(hostOf(), siteOf(recipe))
    expect(scene.bench.store.stats().entryCount).toBe(0)
  })

  it.each<[string, FakeCall]>([
    ['encode', { encode: broken }],
    ['check', { check: broken, run: trace => {
      trace?.resolutions.set('["a"]', 'x')
      return 'CODE'
    } }],
    ['check, later', { check: brokenLater, run: trace => {
      trace?.resolutions.set('["a"]', 'x')
      return 'CODE'
    } }],
    ['replay', { replay: broken }],
    ['replay, later', { replay: brokenLater }],
  ])('in %s of a host never reaches the caller', async (_where, call) => {
    for (let time = 0; time < 2; time++) {
      const host = hostOf(call)
      expect(await scene.build(host)).toBe('CODE')
      expect(host.runs).toBe(1)
    }
    expect(scene.bench.faults.length).toBeGreaterThan(0)
    expect(scene.bench.outcomes()).not.toContain('hit')
  })

  it('in making a key never reaches the caller', async () => {
    class Broken extends PortableText {
      override tokenise = broken
    }
    expect(await scene.bench.again({ portable: new Broken([]) }).run(siteOf(), hostOf({ code: 'text' }))).toBe('TEXT')
    expect(scene.bench.outcomes()).toEqual(['bypass'])
  })

  it('in served does not take the result away, nor its effects twice', async () => {
    const call: FakeCall = { run: trace => {
      trace?.effects.push({ kind: 'watch', path: '/a' })
      return 'CODE'
    } }
    await scene.build(hostOf(call))
    const host = hostOf(call)
    expect(await scene.build(host, siteOf({ served: broken }))).toBe('CODE')
    expect(host.replayed.length + host.runs).toBe(1)
  })

  describe('in what listens to outcomes', () => {
    const site = siteOf()
    const refused = siteOf({}, { decision: { kind: 'refuse', reason: 'by shape', recipe: null, remedy: null } })
    const deaf = (): ReturnType<MemoBench['again']> => scene.bench.again({ onCall: broken })

    it('never reaches the caller of a miss, and the result is stored', async () => {
      expect(await deaf().run(site, hostOf({ code: 'text' }))).toBe('TEXT')
      const next = hostOf({ code: 'text' })
      await scene.build(next)
      expect(next.runs).toBe(0)
    })

    it('never reaches the caller of a hit, whose effects are replayed once', async () => {
      await scene.build(hostOf({ code: 'text' }))
      const host = hostOf({ code: 'text' })
      expect(await deaf().run(site, host)).toBe('TEXT')
      expect(host.runs).toBe(0)
    })

    it('never reaches the caller of a refused call', () => {
      expect(deaf().run(refused, hostOf({ run: () => 'at once' }))).toBe('at once')
    })

    it('does not take the place of the error of the plugin', async () => {
      const error = new Error('mine')
      await expect(deaf().run(site, hostOf({ run: () => { throw error } }))).rejects.toBe(error)
      expect(() => deaf().run(refused, hostOf({ run: () => { throw error } }))).toThrow(error)
    })
  })

  it('does not keep a plugin from being timed that throws at once after it was prepared', async () => {
    const error = new Error('mine')
    const site = siteOf({ admit: () => 'not this one', prepare: () => Promise.resolve() })
    await expect(scene.build(hostOf({ run: () => { throw error } }), site)).rejects.toBe(error)
    expect(scene.bench.outcomes()).toEqual(['refused'])
  })
})
