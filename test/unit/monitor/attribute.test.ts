import { describe, expect, it } from 'vitest'
import fc from 'fast-check'
import { attribute } from '../../../src/monitor/attribute.ts'
import type { ChangeParts } from '../../../src/monitor/attribute.ts'
import { learn } from '../../../src/monitor/model.ts'
import { typicalBuild } from '../../../src/monitor/typical-build.ts'
import { PLUGINS, STRATUM, build, ordinaryBuild, ordinaryBuilds, slower } from './builds.ts'

const total = (parts: ChangeParts): number => parts.machineMs + parts.moreCallsMs + parts.slowerCallsMs + parts.newMs + parts.removedMs

describe('attribute', () => {
  it('splits the change of a hook into more calls and slower calls', () => {
    const before = build(0, [{ plugin: 'css', selfMs: 100, calls: 10 }])
    const after = build(1, [{ plugin: 'css', selfMs: 480, calls: 40 }])
    const hook = attribute(before, after).plugins[0]?.hooks[0]
    expect(hook).toMatchObject({ kind: 'more-work', deltaMs: 380, parts: { moreCallsMs: 300, slowerCallsMs: 80, machineMs: 0 } })
  })

  it('tells new and removed hooks from slower ones', () => {
    const { plugins } = attribute(build(0, [{ plugin: 'old', selfMs: 100 }]), build(1, [{ plugin: 'new', selfMs: 900 }]))
    expect(plugins.map((plugin) => [plugin.plugin, plugin.hooks[0]?.kind, plugin.deltaMs])).toEqual([['new', 'new', 900], ['old', 'removed', -100]])
  })

  it('gives the machine its share, so that only the rest is anybody’s own', () => {
    const after = PLUGINS.map((hook) => ({ ...hook, selfMs: hook.selfMs * (hook.plugin === 'svgr' ? 2.4 : 1.2) }))
    const { machineRatio, suspects } = attribute(build(0, PLUGINS), build(1, after, { restMs: 960 }))
    expect(machineRatio).toBeCloseTo(1.2, 6)
    expect(suspects[0]).toMatchObject({ plugin: 'svgr', kind: 'slower' })
    expect(suspects[0]?.parts.machineMs).toBeCloseTo(60, 6)
    expect(suspects[0]?.parts.slowerCallsMs).toBeCloseTo(360, 6)
  })

  it('calls cost that left one hook for another moved', () => {
    const after = PLUGINS.map((hook) => ({ ...hook, selfMs: hook.selfMs + ({ mdx: 300, 'vite:vue': -300 }[hook.plugin] ?? 0) }))
    const { plugins } = attribute(build(0, PLUGINS), build(1, after))
    expect(plugins.slice(0, 2).map((plugin) => plugin.hooks[0]?.kind)).toEqual(['moved', 'moved'])
  })

  it('goes down to modules', () => {
    const before = build(0, [{ plugin: 'css', selfMs: 100, modules: [{ id: 'a.scss', selfMs: 60, calls: 1 }, { id: 'b.scss', selfMs: 30, calls: 1 }] }])
    const after = build(1, [{ plugin: 'css', selfMs: 190, modules: [{ id: 'a.scss', selfMs: 140, calls: 1 }, { id: 'c.scss', selfMs: 35, calls: 1 }] }])
    const hook = attribute(before, after).plugins[0]?.hooks[0]
    expect(hook?.modules).toEqual([
      { id: 'a.scss', kind: 'changed', beforeMs: 60, afterMs: 140, deltaMs: 80 },
      { id: 'c.scss', kind: 'new', beforeMs: 0, afterMs: 35, deltaMs: 35 },
      { id: 'b.scss', kind: 'removed', beforeMs: 30, afterMs: 0, deltaMs: -30 },
    ])
    expect(hook?.otherModulesMs).toBe(5)
  })

  it('puts the surer of two suspects first, not the larger noise', () => {
    const history = ordinaryBuilds(30)
    const typical = typicalBuild(history, STRATUM, learn(history, STRATUM))
    expect(typical).not.toBeNull()
    if (typical === null) return
    const { suspects } = attribute(typical.costs, ordinaryBuild(30, 0.02, 0, slower('alias', 1.4)), typical.noiseOf)
    expect(suspects[0]?.plugin).toBe('alias')
  })

  it('adds up exactly, whatever changed', () => {
    const hook = fc.record({
      plugin: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g'),
      hook: fc.constantFrom('load', 'transform'),
      // No clock tells less than microseconds apart; what is smaller by hundreds of digits only tests floating point.
      selfMs: fc.integer({ min: 0, max: 1e8 }).map(us => us / 1000),
      calls: fc.integer({ min: 1, max: 5000 }),
    })
    const hooks = fc.uniqueArray(hook, { selector: (item) => `${item.plugin}/${item.hook}`, maxLength: 14 })
    fc.assert(
      fc.property(hooks, hooks, fc.integer({ min: 0, max: 5000 }), (before, after, restMs) => {
        const change = attribute(build(0, before), build(1, after, { restMs }))
        const close = (a: number, b: number): void => expect(Math.abs(a - b)).toBeLessThan(1e-6)
        close(change.plugins.reduce((sum, plugin) => sum + plugin.deltaMs, 0) + change.restMs, change.afterMs - change.beforeMs)
        for (const plugin of change.plugins) {
          close(total(plugin.parts), plugin.deltaMs)
          for (const item of plugin.hooks) close(total(item.parts), item.deltaMs)
        }
      }),
    )
  })
})
