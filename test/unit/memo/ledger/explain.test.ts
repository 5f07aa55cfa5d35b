import { describe, expect, it } from 'vitest'
import { keyOfParts } from '../../../../src/hash.ts'
import { explainModule, matchModules } from '../../../../src/memo/ledger/explain.ts'
import type { TraceRead, TracedDependency } from '../../../../src/memo/ledger/explain.ts'
import type { Ledger, LedgerCall, LedgerPlugin } from '../../../../src/memo/ledger/ledger.ts'

const IDS = ['src/App.vue', 'src/App.vue?vue&type=style&index=0', 'lib/App.vue', 'src/NotApp.vue', '?odd', 'virtual:pages']

describe('matchModules', () => {
  it.each<[string, Record<string, string[]>]>([
    ['src/App.vue', { 'src/App.vue': ['src/App.vue', 'src/App.vue?vue&type=style&index=0'] }],
    ['./src/App.vue', { 'src/App.vue': ['src/App.vue', 'src/App.vue?vue&type=style&index=0'] }],
    ['src\\App.vue', { 'src/App.vue': ['src/App.vue', 'src/App.vue?vue&type=style&index=0'] }],
    ['App.vue', { 'src/App.vue': ['src/App.vue', 'src/App.vue?vue&type=style&index=0'], 'lib/App.vue': ['lib/App.vue'] }],
    ['tApp.vue', { 'src/NotApp.vue': ['src/NotApp.vue'] }],
    ['src/App.vue?vue&type=style&index=0', { 'src/App.vue': ['src/App.vue?vue&type=style&index=0'] }],
    ['App.vue?vue&type=style&index=0', { 'src/App.vue': ['src/App.vue?vue&type=style&index=0'] }],
    ['?odd', { '?odd': ['?odd'] }],
    ['virtual:pages', { 'virtual:pages': ['virtual:pages'] }],
    ['none.vue', {}],
  ])('%s', (query, expected) => {
    expect(Object.fromEntries(matchModules(IDS, query))).toEqual(expected)
  })
})

describe('explainModule', () => {
  const plugin: LedgerPlugin = { name: 'vite:vue', hook: 'transform', parts: { options: 'o2' } }
  const post: LedgerPlugin = { name: 'vite:css-post', hook: 'transform', parts: {} }
  const key = keyOfParts(['x']).toString('hex')
  const redone: LedgerCall = {
    plugin, id: 'src/App.vue', outcome: 'miss', key, inputs: { code: 'c2' }, cause: { kind: 'key', part: 'options' }, reason: null, costMs: 9, dependencyCount: 1,
  }
  const refused: LedgerCall = { ...redone, plugin: post, outcome: 'refused', key: null, inputs: {}, cause: null, reason: 'it keeps maps' }

  function ledgerOf(calls: readonly LedgerCall[], build: Ledger['build'], outlines: Ledger['outlines'] = {}): Ledger {
    const plugins = calls.map(call => call.plugin)
    return {
      pitcrew: '0.1.0', root: '', startedAt: '2026-01-05T10:00:00.000Z', bundler: 'vite@8.3.8', command: 'build', mode: 'production',
      build, plugins, outlines, ids: [...new Set(calls.map(call => call.id))], callCount: calls.length, droppedCount: 0,
      find: (index, id) => calls.find(call => call.plugin === plugins[index] && call.id === id) ?? null,
    }
  }

  const trace: TraceRead = { status: 'found', variants: [{ dependencies: [{ kind: 'file', name: 'src/types.ts', seen: 'd' }], costMs: 9 }] }
  const asked: string[] = []
  const traces = { read: (hex: string): TraceRead => (asked.push(hex), trace) }
  const ledger = ledgerOf([redone, refused], { bundler: 'vite@8.3.8', lockfile: 'l' })

  it('tells the outcome, the parts of the key and the trace of each call', () => {
    const explanation = explainModule('src/App.vue', ['src/App.vue'], null, { ledger, previous: null, traces })
    expect(explanation.build).toEqual({ pitcrew: '0.1.0', startedAt: '2026-01-05T10:00:00.000Z', bundler: 'vite@8.3.8', command: 'build', mode: 'production' })
    expect(explanation.calls).toEqual([
      {
        id: 'src/App.vue', plugin: 'vite:vue', hook: 'transform', outcome: 'miss', cause: { kind: 'key', part: 'options' }, reason: null, costMs: 9,
        key: {
          hex: key, trace,
          parts: [
            { of: 'build', label: 'bundler', value: 'vite@8.3.8', before: 'unknown', options: [] },
            { of: 'build', label: 'lockfile', value: 'l', before: 'unknown', options: [] },
            { of: 'plugin', label: 'options', value: 'o2', before: 'unknown', options: [] },
            { of: 'call', label: 'code', value: 'c2', before: 'unknown', options: [] },
          ],
        },
        traceChanges: [],
      },
      { id: 'src/App.vue', plugin: 'vite:css-post', hook: 'transform', outcome: 'refused', cause: null, reason: 'it keeps maps', costMs: 9, key: null, traceChanges: [] },
    ])
    expect(asked).toEqual([key])
    expect(JSON.parse(JSON.stringify(explanation))).toEqual(explanation)
  })

  it('tells what differs from the build before', () => {
    const previous = ledgerOf([{ ...redone, plugin: { ...plugin, parts: { options: 'o1', gone: 'g' } } }], { bundler: 'vite@8.3.7' })
    const [call] = explainModule('src/App.vue', ['src/App.vue'], 'vite:vue', { ledger, previous, traces }).calls
    expect(call?.key?.parts.map(({ label, value, before }) => [label, value, before])).toEqual([
      ['bundler', 'vite@8.3.8', { value: 'vite@8.3.7' }],
      ['lockfile', 'l', { value: null }],
      ['options', 'o2', { value: 'o1' }],
      ['gone', null, { value: 'g' }],
      ['code', 'c2', 'same'],
    ])
  })

  it('names the options that are others now', () => {
    const before = ledgerOf([{ ...redone, plugin: { ...plugin, parts: { options: 'o1' } } }], {}, { o1: { mode: 'x', rules: 'y', 'rules[0]': 'y' } })
    const now = ledgerOf([redone], {}, { o2: { mode: 'x', rules: 'z', 'rules[0]': 'z' } })
    const optionsWith = (previous: Ledger): unknown => explainModule('src/App.vue', ['src/App.vue'], null, { ledger: now, previous, traces }).calls[0]?.key?.parts.find(({ label }) => label === 'options')?.options
    expect(optionsWith(before)).toEqual(['rules[0]'])
    expect(optionsWith({ ...before, outlines: {} })).toEqual([])
  })

  it('tells what was read that is another now', () => {
    const variant = (...dependencies: TracedDependency[]): TraceRead => ({ status: 'found', variants: [{ dependencies, costMs: 9 }] })
    const [earlier, later] = [
      variant({ kind: 'file', name: 'a.ts', seen: 'a1' }, { kind: 'file', name: 'b.ts', seen: 'b' }, { kind: 'absent', name: 'c.ts', seen: null }, { kind: 'env', name: 'OLD', seen: 'x' }),
      variant({ kind: 'file', name: 'a.ts', seen: 'a2' }, { kind: 'file', name: 'b.ts', seen: 'b' }, { kind: 'file', name: 'c.ts', seen: 'c' }),
    ]
    const oldKey = keyOfParts(['y']).toString('hex')
    const previous = ledgerOf([{ ...redone, key: oldKey }], { bundler: 'vite@8.3.8', lockfile: 'l' })
    const changesWith = (inputs: { previous: Ledger; read: (hex: string) => TraceRead; call?: LedgerCall }) =>
      explainModule('src/App.vue', ['src/App.vue'], 'vite:vue', { ledger: ledgerOf([inputs.call ?? redone], ledger.build), previous: inputs.previous, traces: { read: inputs.read } })
        .calls[0]!.traceChanges.map(({ kind, name, before, now }) => [kind, name, before?.seen, now?.seen])
    const expected = [['file', 'a.ts', 'a1', 'a2'], ['file', 'c.ts', null, 'c'], ['env', 'OLD', 'x', undefined]]
    expect(changesWith({ previous, read: hex => (hex === oldKey ? earlier : later) })).toEqual(expected)

    // Redone under the same key: both records are there.
    const both: TraceRead = { status: 'found', variants: [later, earlier].flatMap(read => (read.status === 'found' ? read.variants : [])) }
    const same = ledgerOf([redone], ledger.build)
    expect(changesWith({ previous: same, read: () => both, call: { ...redone, outcome: 'stale' } })).toEqual(expected)
    expect(changesWith({ previous: same, read: () => both, call: { ...redone, outcome: 'hit' } })).toEqual([])
    expect(changesWith({ previous, read: hex => (hex === oldKey ? { status: 'unknown', reason: 'gone' } : later) })).toEqual([])
  })

  it('does not compare with a build that did not have the call', () => {
    const previous = ledgerOf([{ ...redone, id: 'src/Other.vue' }], { bundler: 'vite@8.3.7', lockfile: 'x' })
    const [call] = explainModule('src/App.vue', ['src/App.vue'], 'vite:vue', { ledger, previous, traces }).calls
    expect(call?.key?.parts.every(({ before }) => before === 'unknown')).toBe(true)
  })

  it('takes only the plugin that was asked for', () => {
    expect(explainModule('src/App.vue', ['src/App.vue'], 'vite:css-post', { ledger, previous: null, traces }).calls).toHaveLength(1)
    expect(explainModule('src/App.vue', ['src/App.vue'], 'none', { ledger, previous: null, traces }).calls).toEqual([])
  })
})
