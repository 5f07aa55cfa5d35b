import { describe, expect, it } from 'vitest'
import { recommend } from '../../../src/monitor/recommend.ts'
import type { BuildUse, HookUse } from '../../../src/monitor/recommend.ts'

function use(hook: Partial<HookUse>, build: Partial<BuildUse> = {}): BuildUse {
  const whole: HookUse = {
    plugin: 'svgr', hook: 'load', calls: 100, noopCalls: 0, filterSavingMs: 0, selfMs: 40, isKnown: true, hits: 0, savedMs: 0, isRefused: false, remedy: null,
    moduleIds: new Map(), ...hook,
  }
  return { command: 'build', wallMs: 3000, isBundlerNative: true, hooks: [whole], lostMs: 0, store: { sizeBytes: 0, maxBytes: 1e9 }, otherEnvironment: null, ...build }
}

const said = (build: BuildUse): readonly string[] => recommend(build).map(({ sentence }) => sentence)

describe('what is recommended', () => {
  it.each<[string, BuildUse, string]>([
    ['a filter', use({ noopCalls: 98, filterSavingMs: 140 }), 'svgr (load) did nothing in 98 of its 100 calls: a hook filter would save at least 140 ms.'],
    ['an end of work that is for builds', use({ noopCalls: 100, filterSavingMs: 60, isRefused: true }, { command: 'dev' }), "svgr (load) did nothing in all of its 100 calls in dev: if it is for builds alone, `apply: 'build'` saves at least 60 ms."],
    ['less on the main thread', use({ selfMs: 1200 }), "svgr keeps the main thread busy for 1.2 s, 40 % of the build, and the bundler's threads wait for it: let it do less (load), or in a worker."],
    ['a plugin that gains nothing from a memo', use({ hits: 300, savedMs: 0 }), 'svgr (load) gains nothing from being remembered, 300 times in this build: `plugins: { "svgr": false }` leaves it alone.'],
    ['a plugin that would be worth it', use({ selfMs: 400, isRefused: true, remedy: '`plugins: { svgr: true }` remembers it' }), 'svgr (load) takes 400 ms in every build and is not remembered; `plugins: { svgr: true }` remembers it.'],
    ['a larger store', use({}, { lostMs: 900, store: { sizeBytes: 950e6, maxBytes: 1e9 } }), 'The store is full (950 of 1000 MB) and had dropped what took 900 ms to do again: raise `store.maxBytes`.'],
  ])('is %s', (_what, build, sentence) => {
    expect(said(build)).toEqual([sentence])
  })

  it('is work that two environments both do', () => {
    const twin = use({ moduleIds: new Map([['a.svg', 80], ['b.svg', 90], ['c.svg', 5]]) }).hooks
    const [found] = recommend(use({ moduleIds: new Map([['a.svg', 70], ['b.svg', 100], ['d.svg', 9]]) }, { otherEnvironment: { name: 'ssr', hooks: twin } }))
    expect(found).toMatchObject({ kind: 'duplicate-work', savingMs: 160 })
    expect(found?.sentence).toMatch(/^svgr \(load\) did 2 of the same modules for ssr too, 160 ms twice/)
  })

  it.each<[string, BuildUse]>([
    ['saves less than anybody notices', use({ noopCalls: 98, filterSavingMs: 15 })],
    ['saves less than a hundredth', use({ noopCalls: 98, filterSavingMs: 80 }, { wallMs: 10_000 })],
    ['is about a hook that mostly does something', use({ noopCalls: 40, filterSavingMs: 80 })],
    ['nobody can act upon', use({ selfMs: 400, isRefused: true })],
    ['rests on a number that is not known', use({ selfMs: 1200, isKnown: false })],
    ['would not matter where the bundler has one thread anyway', use({ selfMs: 1200 }, { isBundlerNative: false })],
    ['is lost for other reasons than room', use({}, { lostMs: 900 })],
  ])('is nothing that %s', (_what, build) => {
    expect(said(build)).toEqual([])
  })
})
