import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { History } from '../../../src/history/history.ts'
import type { BuildEntry } from '../../../src/monitor/build-entry.ts'
import { ordinaryBuild, PLUGINS, slower } from '../monitor/builds.ts'
import { run as runCommand } from './command-line.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'pitcrew-cli-history-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

/** Told in the time of the machine. */
const at = new Date(2026, 0, 5, 10).getTime()
const modules = (ms: number): { readonly id: string; readonly selfMs: number; readonly calls: number }[] => [{ id: 'src/a.scss', selfMs: ms, calls: 1 }]

async function remember(): Promise<void> {
  const history = new History(join(root, 'node_modules/.cache/pitcrew'))
  for (let index = 0; index < 3; index++) {
    const hook = index === 2 ? slower('vite:css', 2) : slower('vite:css', 1)
    const record = ordinaryBuild(index, 0, 0, item => ({ ...hook(item), modules: item.plugin === 'vite:css' ? modules(index === 2 ? 1300 : 100) : [] }), { provenance: { commit: `${index}`.repeat(40) } })
    const entry: BuildEntry = {
      record: { ...record, id: `${'abc'[index]}000000${index}`, startedAtMs: at + index * 3_600_000 },
      findings: index === 2 ? [{ kind: 'slower', subject: { kind: 'hook', plugin: 'vite:css', hook: 'transform' }, observedMs: 2400, expectedMs: 1200, limitMs: 1300 }] : [],
      forecast: index === 0 ? null : { expectedMs: 4750, low: 4500, high: 5000 },
    }
    await history.append('app', entry)
  }
}

describe('pitcrew history', () => {
  it('lists builds, the newest last, with what became slower', async () => {
    await remember()
    const { code, out } = await runCommand(['history', '--root', root, '--limit', '2'])
    expect(code).toBe(0)
    expect(out).toMatch(/^build +began +took +expected +what +caches +commit +slower\n/)
    expect(out).toMatch(/b0000001 +2026-01-05 11:00 +4\.75 s +4\.75 s +vite@8 build production +cold +11111111\n/)
    expect(out).toMatch(/c0000002 +2026-01-05 12:00 +5\.95 s .* +22222222 +vite:css \(transform\)\n/)
    expect(out).toContain('1 earlier build is not shown')
  })

  it('gives all of it to programs', async () => {
    await remember()
    const { out } = await runCommand(['history', '--root', root, '--json'])
    const { version, builds } = JSON.parse(out) as { version: number; builds: { id: string; wallMs: number; metrics: unknown[] }[] }
    expect(version).toBe(1)
    expect(builds.map(({ id, metrics }) => [id, metrics.length])).toEqual([['a0000000', PLUGINS.length], ['b0000001', PLUGINS.length], ['c0000002', PLUGINS.length]])
  })

  it('says where it looked when there is none', async () => {
    const { code, err } = await runCommand(['history', '--root', root])
    expect(code).toBe(1)
    expect(err).toContain(join(root, 'node_modules/.cache/pitcrew'))
  })

  it.each([['history', '--limit', 'x'], ['history', 'all']])('%s %s is wrong usage', async (...args) => {
    expect((await runCommand([...args, '--root', root])).code).toBe(2)
  })
})

describe('pitcrew compare', () => {
  it('takes the difference apart, down to modules', async () => {
    await remember()
    const { code, out } = await runCommand(['compare', 'b', 'last', '--root', root])
    expect(code).toBe(0)
    expect(out).toMatch(/^b0000001 took 4\.75 s, c0000002 5\.95 s: \+1\.2 s\n/)
    expect(out).toMatch(/\+1\.2 s {2}vite:css\n +\+1\.2 s {2}transform: 2\.4 s, was 1\.2 s \(slower a call; 96 calls\)\n +\+1\.2 s {2}src\/a\.scss\n/)
    expect(out).toContain('outside all plugins')
    expect(out).toContain('what else differs: the commit went 1111111111 -> 2222222222')
  })

  it('adds up, as JSON', async () => {
    await remember()
    const { out } = await runCommand(['compare', 'prev', 'last', '--json', '--root', root])
    const { deltaMs, plugins, restMs } = JSON.parse(out) as { deltaMs: number; restMs: number; plugins: { deltaMs: number }[] }
    expect(plugins.reduce((sum, plugin) => sum + plugin.deltaMs, restMs)).toBeCloseTo(deltaMs, 6)
  })

  it('takes for `prev` the newest build that may be compared with the last', async () => {
    await remember()
    const record = ordinaryBuild(3)
    const update: BuildEntry = { record: { ...record, id: 'd0000003', startedAtMs: at + 1.5 * 3_600_000, stratum: { ...record.stratum, command: 'update' } }, findings: [], forecast: null }
    await new History(join(root, 'node_modules/.cache/pitcrew')).append('app', update)
    expect((await runCommand(['compare', 'prev', 'last', '--root', root])).out).toContain('b0000001 took')
    expect((await runCommand(['compare', '~1', 'last', '--root', root])).out).toContain('not of one kind')
  })

  it.each([[['compare', 'a']], [['compare', 'a', 'zzz']], [['compare', 'a', 'b', 'c']], [['compare', '~9', 'last']]])('%j is wrong usage', async args => {
    await remember()
    expect((await runCommand([...args, '--root', root])).code).toBe(2)
  })
})
