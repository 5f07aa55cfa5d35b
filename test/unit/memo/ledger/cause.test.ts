import { describe, expect, it } from 'vitest'
import { digest, keyOfParts } from '../../../../src/hash.ts'
import { causeOfMiss } from '../../../../src/memo/ledger/cause.ts'
import type { MissedCall } from '../../../../src/memo/ledger/cause.ts'
import { shortenInput, shortenPart } from '../../../../src/memo/ledger/ledger-document.ts'
import type { Ledger, LedgerCall, LedgerPlugin, Parts } from '../../../../src/memo/ledger/ledger.ts'

const LONG = 'linux node 20 and a text that is longer than what a ledger keeps of a part of an identity'
const BUILD = { bundler: 'vite@8.3.8', lockfile: digest('lockfile'), long: LONG }
const VUE: LedgerPlugin = { name: 'vite:vue', hook: 'transform', parts: { options: digest('options'), occurrence: '0' } }
const INPUTS = { code: digest('code'), moduleType: '=js' }
const CALL: MissedCall = { build: BUILD, plugin: VUE, id: 'src/App.vue', inputs: INPUTS }

interface KnownCall {
  readonly plugin: LedgerPlugin
  readonly id: string
  readonly inputs?: Parts
  readonly key?: string | null
  readonly reason?: string | null
}

/** A ledger in memory: what a written one would give back. */
function ledgerOf(calls: readonly KnownCall[], build: Parts = BUILD): Ledger {
  const shorten = (parts: Parts, cut: (value: string) => string): Parts => Object.fromEntries(Object.entries(parts).map(([label, value]) => [label, cut(value)]))
  const plugins = [...new Set(calls.map(call => call.plugin))]
  return {
    pitcrew: '0.1.0', root: '', startedAt: '', bundler: '', command: '', mode: '', build: shorten(build, shortenPart),
    outlines: { [digest('options')]: { isProduction: 'a', 'template.compilerOptions': 'b' } },
    plugins: plugins.map(plugin => ({ ...plugin, parts: shorten(plugin.parts, shortenPart) })),
    ids: calls.map(call => call.id), callCount: calls.length, droppedCount: 0,
    find(index, id): LedgerCall | null {
      const call = calls.find(one => one.plugin === plugins[index] && one.id === id)
      return call === undefined ? null : {
        plugin: call.plugin, id, outcome: 'hit', key: call.key === undefined ? keyOfParts([id]).toString('hex') : call.key,
        inputs: shorten(call.inputs ?? INPUTS, shortenInput), cause: null, reason: call.reason ?? null, costMs: 1, dependencyCount: 0,
      }
    },
  }
}

const SAME = ledgerOf([{ plugin: VUE, id: 'src/App.vue' }])

describe('causeOfMiss', () => {
  it.each<[string, Ledger | null, Partial<MissedCall>, ReturnType<typeof causeOfMiss>]>([
    ['there is no ledger', null, {}, { kind: 'new' }],
    ['the last build did not have the module', SAME, { id: 'src/Other.vue' }, { kind: 'new' }],
    ['the last build did not have the plugin', SAME, { plugin: { ...VUE, name: 'other' } }, { kind: 'new' }],
    ['the last build had the module in another hook', SAME, { plugin: { ...VUE, hook: 'load' } }, { kind: 'new' }],
    ['nothing differs', SAME, {}, { kind: 'not-stored', detail: '' }],
    ['the lockfile differs', SAME, { build: { ...BUILD, lockfile: digest('other') } }, { kind: 'key', part: 'lockfile' }],
    ['the end of a long part differs', SAME, { build: { ...BUILD, long: `${LONG}!` } }, { kind: 'key', part: 'long' }],
    ['the options differ', SAME, { plugin: { ...VUE, parts: { ...VUE.parts, options: digest('other') } } }, { kind: 'key', part: 'options' }],
    ['the code differs', SAME, { inputs: { ...INPUTS, code: digest('other') } }, { kind: 'key', part: 'code' }],
    ['a short input differs', SAME, { inputs: { ...INPUTS, moduleType: '=ts' } }, { kind: 'key', part: 'moduleType' }],
    ['there is one part more', SAME, { build: { ...BUILD, salt: 'x' } }, { kind: 'key', part: 'salt' }],
    ['there is one part less', SAME, { inputs: { code: INPUTS.code } }, { kind: 'key', part: 'moduleType' }],
    ['build, plugin and code differ', SAME, { build: { ...BUILD, lockfile: 'x' }, plugin: { ...VUE, parts: {} }, inputs: {} }, { kind: 'key', part: 'lockfile' }],
    ['plugin and code differ', SAME, { plugin: { ...VUE, parts: { ...VUE.parts, options: 'x' } }, inputs: {} }, { kind: 'key', part: 'options' }],
    ['it was not stored then', ledgerOf([{ plugin: VUE, id: 'src/App.vue', reason: 'emits a chunk' }]), {}, { kind: 'not-stored', detail: 'emits a chunk' }],
    ['it had no key then', ledgerOf([{ plugin: VUE, id: 'src/App.vue', key: null, inputs: {}, reason: 'refused' }]), {}, { kind: 'not-stored', detail: 'refused' }],
  ])('%s', (_name, previous, changes, expected) => {
    expect(causeOfMiss(previous, { ...CALL, ...changes })).toEqual(expected)
  })

  it('names the options that differ, where it knows them', () => {
    const other = { ...VUE, parts: { ...VUE.parts, options: digest('other') } }
    const causeWith = (outline: Readonly<Record<string, string>> | null): ReturnType<typeof causeOfMiss> => causeOfMiss(SAME, { ...CALL, plugin: other, outlineOf: () => outline })
    expect(causeWith({ isProduction: 'a', 'template.compilerOptions': 'c' })).toEqual({ kind: 'options', part: 'options', names: ['template.compilerOptions'], moreCount: 0 })
    expect(causeWith({ a: '1', b: '2' })).toEqual({ kind: 'options', part: 'options', names: ['a', 'b', 'isProduction'], moreCount: 1 })
    expect(causeWith(null)).toEqual({ kind: 'key', part: 'options' })
  })

  it('names options rather than the text of the configuration, which is another one with them', () => {
    const withConfig = (config: string, options: string): LedgerPlugin => ({ ...VUE, parts: { config, options } })
    const previous = ledgerOf([{ plugin: withConfig('a', digest('options')), id: 'src/App.vue' }])
    const causeWith = (options: string): ReturnType<typeof causeOfMiss> => causeOfMiss(previous, { ...CALL, plugin: withConfig('b', options), outlineOf: () => ({ isProduction: 'a', 'template.compilerOptions': options === digest('options') ? 'b' : 'c' }) })
    expect(causeWith(digest('other'))).toMatchObject({ kind: 'options', names: ['template.compilerOptions'] })
    expect(causeWith(digest('options'))).toEqual({ kind: 'key', part: 'config' })
  })

  describe('with a plugin that is used twice', () => {
    const client: LedgerPlugin = { ...VUE, parts: { ...VUE.parts, environment: 'client' } }
    const ssr: LedgerPlugin = { ...VUE, parts: { ...VUE.parts, environment: 'ssr' } }
    const both = ledgerOf([
      { plugin: client, id: 'src/App.vue', inputs: { ...INPUTS, code: digest('client') } },
      { plugin: ssr, id: 'src/App.vue', inputs: { ...INPUTS, code: digest('ssr') } },
      { plugin: client, id: 'src/client.ts' },
    ])

    it('compares with the one that has the same parts', () => {
      expect(causeOfMiss(both, { ...CALL, plugin: ssr, inputs: { ...INPUTS, code: digest('ssr') } })).toEqual({ kind: 'not-stored', detail: '' })
      expect(causeOfMiss(both, { ...CALL, plugin: client, inputs: { ...INPUTS, code: digest('ssr') } })).toEqual({ kind: 'key', part: 'code' })
    })

    it('compares with the other when only that had the module', () => {
      expect(causeOfMiss(both, { ...CALL, id: 'src/client.ts', plugin: ssr })).toEqual({ kind: 'key', part: 'environment' })
    })
  })
})
