import { describe, expect, it } from 'vitest'
import { detectAnomalies } from '../../../src/monitor/anomalies/detect.ts'
import type { Anomaly } from '../../../src/monitor/anomalies/anomaly.ts'
import type { PastFinding } from '../../../src/monitor/build-entry.ts'
import type { BuildRecord, Calibration } from '../../../src/monitor/build-record.ts'
import { PLUGINS, STRATUM, build, ordinaryBuild, ordinaryBuilds, slower } from './builds.ts'

const alerts = (history: readonly BuildRecord[], current: BuildRecord): readonly Anomaly[] =>
  detectAnomalies(history, current).filter((anomaly) => anomaly.isAlert)
const names = (anomalies: readonly Anomaly[]): readonly string[] =>
  anomalies.map(({ subject }) => (subject.kind === 'hook' ? subject.plugin : subject.kind))

describe('an ordinary build', () => {
  it('raises nothing, whatever its number', () => {
    const builds = ordinaryBuilds(60)
    const raised = builds.flatMap((current, index) => detectAnomalies(builds.slice(0, index), current))
    expect(raised).toEqual([])
  })

  it('raises nothing without a history, or with one of another stratum', () => {
    expect(detectAnomalies([], ordinaryBuild(0))).toEqual([])
    const dev = { ...STRATUM, command: 'serve' }
    expect(detectAnomalies(ordinaryBuilds(30), ordinaryBuild(30, 0.02, 0, slower('vite:css', 5), { stratum: dev }))).toEqual([])
  })

  it('gives the same answer twice', () => {
    const history = ordinaryBuilds(30)
    const current = ordinaryBuild(30, 0.02, 0, slower('vite:css', 1.5))
    expect(detectAnomalies(history, current)).toEqual(detectAnomalies(history, current))
  })
})

describe('a plugin that became slower', () => {
  it('is the only one named, with its hook and how much', () => {
    const [first, ...others] = alerts(ordinaryBuilds(30), ordinaryBuild(30, 0.02, 0, slower('mdx', 1.5)))
    expect(others).toEqual([])
    expect(first).toMatchObject({ kind: 'slower', severity: 'suspected', subject: { kind: 'hook', plugin: 'mdx', hook: 'transform' } })
    expect(first?.ratio).toBeCloseTo(1.5, 0)
    expect(first?.deltaMs).toBeGreaterThan(200)
    expect(first?.deltaMs).toBeLessThan(300)
  })

  it('is found at +10 % when it is large and quiet', () => {
    expect(names(alerts(ordinaryBuilds(30), ordinaryBuild(30, 0.02, 0, slower('vite:css', 1.1))))).toEqual(['vite:css'])
  })

  it('is not reported below 5 %, nor below 50 ms', () => {
    expect(alerts(ordinaryBuilds(30, 0.001), ordinaryBuild(30, 0.001, 0, slower('vite:css', 1.045)))).toEqual([])
    expect(alerts(ordinaryBuilds(30, 0.001), ordinaryBuild(30, 0.001, 0, slower('alias', 1.3)))).toEqual([])
  })

  it('is confirmed by the second of three builds, and said to be over once', () => {
    const history = ordinaryBuilds(30)
    const slow = [30, 31].map((index) => ordinaryBuild(index, 0.02, 0, slower('mdx', 1.5)))
    const all = [...history, ...slow, ordinaryBuild(32), ordinaryBuild(33)]
    const severities = [30, 31, 32, 33].map((index) => {
      const current = all[index]
      return current === undefined ? [] : detectAnomalies(all.slice(0, index), current).map((anomaly) => anomaly.severity)
    })
    expect(severities).toEqual([['suspected'], ['confirmed'], ['went-away'], []])
  })

  it('goes away also when it has become normal meanwhile, or when a little of it stays', () => {
    const slow = Array.from({ length: 6 }, (_, index) => ordinaryBuild(30 + index, 0.02, 0, slower('mdx', 1.5)))
    const kept: PastFinding[][] = []
    const all = [...ordinaryBuilds(30), ...slow]
    slow.forEach((build, index) => kept.unshift([...detectAnomalies(all.slice(0, 30 + index), build, kept.slice(0, 20))]))
    expect(kept[0]).toEqual([])
    const over = detectAnomalies(all, ordinaryBuild(36, 0.02, 0, slower('mdx', 1.05)), kept)
    expect(over.map(({ severity, subject }) => [severity, subject.kind === 'hook' && subject.plugin])).toContainEqual(['went-away', 'mdx'])
    expect(detectAnomalies([...all, ordinaryBuild(36)], ordinaryBuild(37), [[], ...kept])).toEqual([])
  })

  it('is found in the third build at the latest where noise is too large for one', () => {
    const noisy = (from: number, count: number, change?: ReturnType<typeof slower>): BuildRecord[] => Array.from({ length: count }, (_, index) => ordinaryBuild(from + index, 0.12, 0, change))
    const builds = [...noisy(0, 30), ...noisy(30, 3, slower('mdx', 1.22))]
    const found = [30, 31, 32].map((index) => names(detectAnomalies(builds.slice(0, index), builds[index] ?? ordinaryBuild(index)).filter(({ isAlert }) => isAlert)))
    expect(found[0]).toEqual([])
    expect(found.flat()).toEqual(['mdx'])
  })

  it('is not found in one that is slow by chance, just before one that is a little slow', () => {
    const noisy = Array.from({ length: 30 }, (_, index) => ordinaryBuild(index, 0.12))
    const spike = ordinaryBuild(30, 0.12, 0, slower('mdx', 2))
    expect(names(alerts([...noisy, spike], ordinaryBuild(31, 0.12, 0, slower('mdx', 1.08))))).toEqual([])
  })

  it('is judged the same from findings that were kept', () => {
    const slow = [30, 31].map((index) => ordinaryBuild(index, 0.02, 0, slower('mdx', 1.5)))
    const [first = ordinaryBuild(30), second = ordinaryBuild(31)] = slow
    const kept = detectAnomalies(ordinaryBuilds(30), first)
    const history = [...ordinaryBuilds(30), first]
    expect(detectAnomalies(history, second, [kept, [], []])).toEqual(detectAnomalies(history, second))
    expect(detectAnomalies(history, second, [[], [], []])[0]?.severity).toBe('suspected')
  })

  it('becomes the new normal, and then the old speed is not needed to be quiet', () => {
    const builds = Array.from({ length: 45 }, (_, index) => ordinaryBuild(index, 0.02, 0, index < 30 ? (hook) => hook : slower('mdx', 1.5)))
    const last = builds.at(-1)
    expect(last === undefined ? ['missing'] : detectAnomalies(builds.slice(0, -1), last)).toEqual([])
  })

  it('brings the evidence of the build in which it began', () => {
    const history = ordinaryBuilds(30)
    const provenance = { packageVersions: { 'sass-embedded': '1.98', react: '19.2.0' } }
    const slow = [30, 31].map((index) => ordinaryBuild(index, 0.02, 0, slower('vite:css', 1.5), { provenance }))
    const [first] = alerts([...history, ...slow.slice(0, 1)], slow[1] ?? ordinaryBuild(31))
    expect(first?.severity).toBe('confirmed')
    expect(first?.evidence[0]).toEqual({ kind: 'package-version', name: 'sass-embedded', from: '1.97', to: '1.98' })
  })
})

describe('cold start', () => {
  it('says nothing below five builds unless half as slow again and a second', () => {
    expect(alerts(ordinaryBuilds(4), ordinaryBuild(4, 0.02, 0, slower('vite:vue', 1.6)))).toEqual([])
    expect(names(alerts(ordinaryBuilds(4), ordinaryBuild(4, 0.02, 0, slower('vite:css', 3))))).toContain('vite:css')
  })

  it('only suspects below ten builds, even the second time', () => {
    const history = [...ordinaryBuilds(8), ordinaryBuild(8, 0.02, 0, slower('vite:css', 2))]
    const found = alerts(history, ordinaryBuild(9, 0.02, 0, slower('vite:css', 2)))
    expect(found.map((anomaly) => anomaly.severity)).toEqual(['suspected'])
  })
})

describe('a number that rose without anybody being slower', () => {
  it('is the machine when its kernels were slower too', () => {
    const kernels = (factor: number): Partial<Calibration> => ({ javascriptMs: 7 * factor, threadsMs: 6 * factor, fileSystemMs: 5 })
    const history = Array.from({ length: 30 }, (_, index) => ordinaryBuild(index, 0.02, 0, undefined, { calibration: kernels(1) }))
    const everything = PLUGINS.map((hook) => ({ ...hook, selfMs: hook.selfMs * 1.6 }))
    const anomalies = detectAnomalies(history, build(30, everything, { restMs: 1280, calibration: kernels(1.6) }))
    expect(anomalies.map((anomaly) => [anomaly.kind, anomaly.isAlert])).toEqual([['machine', false]])
  })

  it('is the machine when others had its processors, whose calls take as long as ever', () => {
    const busy = (ratio: number): Partial<Calibration> => ({ mainWaitRatio: ratio, threadWaitRatio: ratio })
    const history = Array.from({ length: 30 }, (_, index) => ordinaryBuild(index, 0.02, 0, undefined, { calibration: busy(1.02) }))
    const hooksMs = PLUGINS.reduce((sum, { selfMs }) => sum + selfMs, 0)
    // What native code took longer for, and what the main thread waited.
    const current = build(30, PLUGINS, { restMs: 1800 + 2 * (hooksMs + 1800), calibration: busy(3) })
    const anomalies = detectAnomalies(history, current)
    expect(anomalies.map((anomaly) => [anomaly.kind, anomaly.isAlert])).toEqual([['machine', false]])
    expect(anomalies[0]?.ratio).toBeGreaterThan(2)
  })

  it('is no fall elsewhere when a busy machine explains more than there is to explain', () => {
    const history = Array.from({ length: 30 }, (_, index) => ordinaryBuild(index, 0.02, 0, undefined, { calibration: { threadWaitRatio: 1.02 } }))
    const hooks = PLUGINS.map((hook) => ({ ...hook, selfMs: hook.selfMs * (hook.plugin === 'mdx' ? 2 : 1) }))
    expect(names(alerts(history, build(30, hooks, { calibration: { threadWaitRatio: 6 } })))).toEqual(['mdx'])
  })

  it('is everything when all plugins are slower and no kernels say why', () => {
    const everything = PLUGINS.map((hook) => ({ ...hook, selfMs: hook.selfMs * 1.4 }))
    const anomalies = detectAnomalies(ordinaryBuilds(30), build(30, everything, { restMs: 1120 }))
    expect(anomalies.map((anomaly) => anomaly.kind)).toEqual(['everything-slower'])
  })

  it('still names the plugin that is slower than the slow machine', () => {
    const kernels = (factor: number): Partial<Calibration> => ({ javascriptMs: 7 * factor, threadsMs: 7 * factor, fileSystemMs: 5 })
    const history = Array.from({ length: 30 }, (_, index) => ordinaryBuild(index, 0.02, 0, undefined, { calibration: kernels(1) }))
    const hooks = PLUGINS.map((hook) => ({ ...hook, selfMs: hook.selfMs * (hook.plugin === 'mdx' ? 3.2 : 1.6) }))
    const current = build(30, hooks, { restMs: 1280, calibration: kernels(1.6) })
    expect(names(alerts(history, current))).toEqual(['mdx'])
  })

  it('is more work when the calls grew and each took as long as before', () => {
    const twice = PLUGINS.map((hook) => (hook.plugin === 'mdx' ? { ...hook, selfMs: hook.selfMs * 2, calls: 200 } : hook))
    const anomalies = detectAnomalies(ordinaryBuilds(30), build(30, twice))
    expect(anomalies.map((anomaly) => anomaly.kind)).toEqual(['more-work'])
    expect(anomalies[0]).toMatchObject({ isAlert: false, observed: { calls: 200 }, expected: { calls: 100 } })
  })

  it('is moved when another hook lost as much', () => {
    const moved = PLUGINS.map((hook) => {
      if (hook.plugin === 'mdx') return { ...hook, selfMs: hook.selfMs + 400 }
      return hook.plugin === 'vite:vue' ? { ...hook, selfMs: hook.selfMs - 400 } : hook
    })
    const [first, ...others] = detectAnomalies(ordinaryBuilds(30), build(30, moved))
    expect(others).toEqual([])
    expect(first).toMatchObject({ kind: 'moved', isAlert: false, counterparts: [{ plugin: 'vite:vue' }] })
  })

  it('is a new plugin when no earlier build had it', () => {
    const anomalies = detectAnomalies(ordinaryBuilds(30), build(30, [...PLUGINS, { plugin: 'imagemin', selfMs: 900 }]))
    expect(anomalies.map(({ kind, isAlert }) => [kind, isAlert])).toEqual([['new', false]])
  })
})
