import { describe, expect, it } from 'vitest'
import type { BuildEntry } from '../../../src/monitor/build-entry.ts'
import type { BuildRecord } from '../../../src/monitor/build-record.ts'
import { reviewBuild } from '../../../src/monitor/review.ts'
import type { Review } from '../../../src/monitor/review.ts'
import { ordinaryBuild, slower } from './builds.ts'
import type { BuildOptions } from './builds.ts'

const commit = (index: number): BuildOptions => ({ provenance: { commit: String(index).padStart(40, '0') } })

/** Builds one after the other, each reviewed with what was kept of those before. */
function live(builds: readonly BuildRecord[]): readonly Review[] {
  const entries: BuildEntry[] = []
  return builds.map(record => {
    const review = reviewBuild(entries, record)
    entries.push({ record, findings: review.findings, forecast: null })
    return review
  })
}

const calm = Array.from({ length: 15 }, (_, index) => ordinaryBuild(index, 0.02, 0, hook => hook, commit(index)))
const slow = (index: number, options: BuildOptions = commit(index)): BuildRecord => ordinaryBuild(index, 0.02, 0, slower('vite:css', 1.5), options)
const aboutCss = (review: Review | undefined): Review['anomalies'][number] | undefined => review?.anomalies.find(({ plugin }) => plugin === 'vite:css')

describe('a plugin that becomes slower and stays so', () => {
  const reviews = live([...calm, slow(15), slow(16), slow(17), ordinaryBuild(18, 0.02, 0, hook => hook, commit(18))]).slice(15)

  it('alarms when it is first seen and when it is confirmed, and then nobody any more', () => {
    expect(reviews.slice(0, 3).map(review => aboutCss(review)).map(found => [found?.severity, found?.isAlert, found?.isWarning]))
      .toEqual([['suspected', true, true], ['confirmed', true, true], ['confirmed', false, false]])
  })

  it('is told of once more when it is over', () => {
    expect(aboutCss(reviews[3])?.severity).toBe('went-away')
  })

  it('is said with who, how much, and since what', () => {
    expect(aboutCss(reviews[1])?.sentence).toMatch(/^vite:css \(transform\) is 1\.5× slower than its last \d+ builds \(\+\d+ ms, p < \.001\): 19 ms a call, was 13 ms; the same 96 calls; the commit went 0{10} -> 0{10}\.$/)
  })

  it('is where the difference to a usual build lies, which adds up', () => {
    const { change } = reviews[0]!
    expect(change?.hooks[0]).toMatchObject({ plugin: 'vite:css', kind: 'slower' })
    const parts = (change?.hooks ?? []).reduce((sum, hook) => sum + hook.deltaMs, (change?.otherHooksMs ?? 0) + (change?.restMs ?? 0))
    expect(parts).toBeCloseTo((change?.afterMs ?? 0) - (change?.beforeMs ?? 0), 6)
  })
})

describe('a change that nobody reads', () => {
  const entries = calm.map((record): BuildEntry => ({ record, findings: [], forecast: null }))

  it('is not taken apart where there is nothing to say', () => {
    const ordinary = ordinaryBuild(15, 0.02, 0, hook => hook, commit(15))
    expect(reviewBuild(entries, ordinary, true)).toMatchObject({ anomalies: [], change: { hooks: expect.any(Array) as unknown } })
    expect(reviewBuild(entries, ordinary, false)).toMatchObject({ anomalies: [], change: null })
  })

  it('is, where there is: the same is said', () => {
    expect(reviewBuild(entries, slow(15), false)).toEqual(reviewBuild(entries, slow(15), true))
  })
})

describe('builds of the very same sources', () => {
  it('are no news when the first of them was already slower', () => {
    const [first, again] = live([...calm, slow(15, commit(15)), slow(16, commit(15))]).slice(15)
    expect(aboutCss(first)?.isAlert).toBe(true)
    expect(aboutCss(again)).toMatchObject({ severity: 'confirmed', isAlert: false })
  })

  it('are news when it has become worse', () => {
    const worse = ordinaryBuild(16, 0.02, 0, slower('vite:css', 2.2), commit(15))
    expect(aboutCss(live([...calm, slow(15), worse]).at(-1))?.isAlert).toBe(true)
  })

  it('are compared with one another where the first was faster than ever', () => {
    const fast = ordinaryBuild(15, 0.02, 0, slower('vite:css', 0.8), commit(15))
    const normal = ordinaryBuild(16, 0.02, 0, hook => hook, commit(15))
    expect(aboutCss(live([...calm, fast, normal]).at(-1))?.isAlert).toBe(true)
    expect(aboutCss(live([...calm, fast, { ...normal, provenance: { ...normal.provenance, commit: 'f'.repeat(40) } }]).at(-1))).toBeUndefined()
  })
})

describe('a review', () => {
  it('names the module that most of it happened in', () => {
    const withModule = (index: number, ms: number): BuildRecord => ordinaryBuild(index, 0.02, 0, hook => (hook.plugin === 'vite:css' ? { ...hook, selfMs: hook.selfMs - 100 + ms, modules: [{ id: 'src/theme.scss', selfMs: ms, calls: 1 }] } : hook))
    const reviews = live([...Array.from({ length: 15 }, (_, index) => withModule(index, 100)), withModule(15, 700)])
    expect(aboutCss(reviews.at(-1))?.sentence).toMatch(/; 600 ms of it in src\/theme\.scss\.$/)
  })

  it('says that the plugin itself was changed, where that is known', () => {
    const digests = (source: string): BuildOptions => ({ provenance: { pluginDigests: { 'vite:css': { source, options: 'o' } } } })
    const before = Array.from({ length: 15 }, (_, index) => ordinaryBuild(index, 0.02, 0, hook => hook, digests('a')))
    expect(aboutCss(live([...before, slow(15, digests('b'))]).at(-1))?.sentence).toMatch(/; its own code changed\.$/)
  })

  it('of a project of which little is known says little', () => {
    expect(reviewBuild([], calm[0]!)).toEqual({ anomalies: [], change: null, findings: [] })
  })
})
