import { describe, expect, it } from 'vitest'
import type { Anomaly } from '../../../src/monitor/anomalies/anomaly.ts'
import { describeAnomaly, duration } from '../../../src/monitor/anomalies/describe.ts'

const slow: Anomaly = {
  kind: 'slower',
  severity: 'confirmed',
  isAlert: true,
  isPlain: true,
  subject: { kind: 'hook', plugin: 'vite:css', hook: 'transform' },
  observedMs: 2976,
  expectedMs: 1152,
  limitMs: 1300,
  deltaMs: 1824,
  ratio: 2.583,
  pValue: 1e-9,
  baselineBuilds: 20,
  observed: { calls: 96, perCallMs: 31 },
  expected: { calls: 96, perCallMs: 12 },
  counterparts: [],
  evidence: [{ kind: 'package-version', name: 'sass-embedded', from: '1.97', to: '1.98' }],
}

describe('describeAnomaly', () => {
  it('says who, how much, than what, how sure, at which cost a call and what coincides', () => {
    expect(describeAnomaly(slow)).toBe(
      'vite:css (transform) is 2.6× slower than its last 20 builds (+1.8 s, p < .001): 31 ms a call, was 12 ms; the same 96 calls; sass-embedded went 1.97 -> 1.98.',
    )
  })

  it.each<[string, Partial<Anomaly>]>([
    ['vite:css (transform) may be 12 % slower than its last 20 builds (+140 ms, p = .004): 31 ms a call, was 12 ms; 96 calls, was 90.', { severity: 'suspected', ratio: 1.12, deltaMs: 140, pValue: 0.004, expected: { calls: 90, perCallMs: 12 }, evidence: [] }],
    ['vite:css (transform) is back to 1.2 s, as before it became slower.', { severity: 'went-away', isAlert: false, observedMs: 1160 }],
    ['the machine was about 1.6× slower than usual (+1.8 s): no plugin is to blame.', { kind: 'machine', subject: { kind: 'build' }, ratio: 1.6, evidence: [] }],
    ['the build is 20 % slower than its last 20 builds (+1.8 s, p < .001): most plugins alike, so none of them is to blame; look at the machine, Node and the bundler; Node went 20.1.0 -> 20.2.0.', { kind: 'everything-slower', subject: { kind: 'build' }, ratio: 1.2, evidence: [{ kind: 'node', from: '20.1.0', to: '20.2.0' }] }],
    ['vite:css (transform) took 1.8 s longer because it had more to do: 200 calls, was 96, as fast a call as before.', { kind: 'more-work', observed: { calls: 200, perCallMs: 12 }, evidence: [] }],
    ['vite:css (transform) is new and took 1.8 s in 1 call; the config changed.', { kind: 'new', observed: { calls: 1, perCallMs: 1824 }, evidence: [{ kind: 'config' }] }],
    ['1.8 s moved into vite:css (transform) from time outside all plugins: the build is no slower for it.', { kind: 'moved', counterparts: [{ kind: 'rest' }], evidence: [] }],
  ])('%s', (sentence, change) => {
    expect(describeAnomaly({ ...slow, ...change })).toBe(sentence)
  })
})

describe('duration', () => {
  it.each([[0.123, '0.12 ms'], [4.56, '4.6 ms'], [12.4, '12 ms'], [999, '999 ms'], [1234, '1.2 s'], [12_345, '12 s']])('%f ms is %s', (ms, text) => {
    expect(duration(ms)).toBe(text)
  })
})
