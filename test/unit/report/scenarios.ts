/** The builds that a person meets, as reports. */
import type { BuildReport } from '../../../src/report/build-report.ts'
import type { ReportCollector } from '../../../src/report/collect.ts'
import { callEvent, calls, collect, MEMOIZED, timed, timings } from './reports.ts'

const STATE = { decision: 'refuse', reason: 'keeps state that other modules and renderChunk read', recipe: 'vite', remedy: null } as const
const SHAPE = {
  decision: 'refuse',
  reason: 'has generateBundle, so its transform may collect what that needs',
  recipe: null,
  remedy: "if it does not, set plugins: { 'acme:icons': true }",
} as const

function overhead(collector: ReportCollector): void {
  collector.overhead('setup', 2)
  collector.overhead('key', 3.2)
  collector.overhead('lookup', 2.6)
  collector.overhead('record', 0.4)
  collector.overhead('flush', 1.1)
}

function warm(collector: ReportCollector): void {
  overhead(collector)
  collector.policy('vite:vue', 'transform', MEMOIZED)
  collector.policy('vite:css', 'transform', MEMOIZED)
  collector.policy('vite:css-post', 'transform', STATE)
  collector.policy('vite:asset', 'load', STATE)
  calls(collector, 241, 100, 0.12, { recordedCostMs: 8.2 })
  calls(collector, 96, 150, 0.12, { plugin: 'vite:css', recordedCostMs: 3 })
  calls(collector, 8, 170, 0.2, { plugin: 'vite:css-post', outcome: 'refused' })
  calls(collector, 4, 180, 0.1, { plugin: 'vite:asset', hook: 'load', outcome: 'refused' })
}

function miss(collector: ReportCollector, id: string, costMs: number, event: Parameters<typeof callEvent>[0]): void {
  collector.call(callEvent({ id, outcome: 'miss', costMs, startMs: 300, endMs: 300 + costMs, ...event }))
}

export const scenarios: Readonly<Record<string, BuildReport>> = {
  'first run': collect((collector) => {
    overhead(collector)
    collector.policy('vite:vue', 'transform', MEMOIZED)
    collector.policy('vite:css-post', 'transform', STATE)
    calls(collector, 241, 100, 8.2, { outcome: 'miss', cause: { kind: 'new' } })
    calls(collector, 8, 2200, 0.2, { plugin: 'vite:css-post', outcome: 'refused' })
  }, { wallMs: 3120, timings: timings(3120, timed('vite:vue', 1976, { quality: 'bounded', minMs: 12, maxMs: 2010, likelyMaxMs: 2000 }), timed('vite:css-post', 1.6)), firstRun: true, store: { location: 'node_modules/.cache/pitcrew', state: 'ok', entryCount: 241, sizeBytes: 4_100_000, readBytes: 0, writtenBytes: 4_100_000 } }),

  'all hits': collect(warm, { timings: timings(840, timed('vite:css-post', 21), timed('vite:asset', 0.4, { hook: 'load' })) }),

  'some misses': collect((collector) => {
    warm(collector)
    miss(collector, 'src/Button.vue', 31, { cause: { kind: 'key', part: 'code' } })
    miss(collector, 'src/Button.vue', 4, { plugin: 'vite:css', cause: { kind: 'key', part: 'code' } })
    miss(collector, 'src/Card.vue', 12, { outcome: 'stale', cause: { kind: 'trace', what: 'file', path: 'src/types.ts' } })
    for (let index = 0; index < 14; index++) miss(collector, `src/styles/part-${index}.scss`, 6, { plugin: 'vite:css', outcome: 'stale', cause: { kind: 'trace', what: 'file', path: 'src/styles/_tokens.scss' } })
    miss(collector, 'src/New.vue', 9, { cause: { kind: 'new' } })
    miss(collector, 'src/Old.vue', 8, { outcome: 'corrupt', cause: { kind: 'corrupt', detail: 'checksum' } })
  }),

  'lockfile changed': collect((collector) => {
    overhead(collector)
    collector.policy('vite:vue', 'transform', MEMOIZED)
    calls(collector, 337, 100, 7.1, { outcome: 'miss', cause: { kind: 'key', part: 'lockfile' } })
    calls(collector, 12, 90, 0.1, { hook: 'load', outcome: 'hit', recordedCostMs: 0.4 })
  }, { wallMs: 3200 }),

  'refused list': collect((collector) => {
    warm(collector)
    collector.policy('unocss:global', 'transform', { ...STATE, reason: 'collects the classes of all modules into one stylesheet', recipe: 'unocss' })
    collector.policy('acme:icons', 'transform', SHAPE)
    collector.policy('acme:sprites', 'transform', SHAPE)
    collector.policy('vite:json', 'transform', { decision: 'bypass', reason: 'its calls are cheaper than remembering them', recipe: null, remedy: null })
    calls(collector, 340, 200, 0.9, { plugin: 'unocss:global', outcome: 'refused' })
    calls(collector, 120, 510, 0.4, { plugin: 'acme:icons', outcome: 'refused' })
    calls(collector, 20, 560, 0.4, { plugin: 'acme:sprites', outcome: 'refused' })
    calls(collector, 20, 570, 0.05, { plugin: 'vite:json', outcome: 'bypass' })
  }),

  'faults': collect((collector) => {
    warm(collector)
    for (let index = 0; index < 3; index++) collector.fault('STORE_WRITE_FAILED', 'no space left on the device while writing node_modules/.cache/pitcrew (ENOSPC); nothing more is recorded in this build; free some space')
    collector.fault('MEMO_FAULT', 'a key could not be made')
  }),

  'read-only store': collect((collector) => {
    calls(collector, 40, 100, 5, { outcome: 'miss', cause: { kind: 'new' } })
    collector.fault('STORE_READ_ONLY', 'node_modules/.cache/pitcrew cannot be written to (EROFS); what is stored there is used and nothing is added')
  }, { firstRun: true, wallMs: 900, store: { location: 'node_modules/.cache/pitcrew', state: 'read-only', entryCount: 0, sizeBytes: 0, readBytes: 0, writtenBytes: 0 } }),

  'restored by webpack': collect((collector) => {
    collector.policy('babel-loader', 'loader', MEMOIZED)
    calls(collector, 400, 100, 0, { plugin: 'babel-loader', hook: 'loader', outcome: 'restored' })
    calls(collector, 20, 100, 0.3, { plugin: 'babel-loader', hook: 'loader', outcome: 'hit', recordedCostMs: 12, id: 'src/a.jsx' })
  }, {}, { bundler: { name: 'webpack', version: '5.112.2' } }),

  'long ids': collect((collector) => {
    warm(collector)
    const id = `packages/design-system/${'very/deeply/nested/'.repeat(6)}components/navigation/BreadcrumbNavigationItem.vue?vue&type=style&index=0&scoped=3fa9c1d2&lang.scss`
    miss(collector, id, 31, { cause: { kind: 'key', part: 'code' } })
    miss(collector, `${id}2`, 22, { outcome: 'stale', cause: { kind: 'trace', what: 'file', path: `packages/tokens/${'sub/'.repeat(20)}_tokens.scss` } })
    miss(collector, '\0virtual:pages?\u001b[31mred', 12, { cause: { kind: 'new' } })
    miss(collector, 'src/部品/ボタン.vue', 10, { cause: { kind: 'new' } })
  }),

  'nothing to say': collect((collector) => {
    overhead(collector)
    collector.policy('vite:json', 'transform', { decision: 'bypass', reason: 'its calls are cheaper than remembering them', recipe: null, remedy: null })
    calls(collector, 20, 570, 0.05, { plugin: 'vite:json', outcome: 'bypass' })
  }),
}
