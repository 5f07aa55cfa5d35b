import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { CaseSeries } from '../../../benchmarks/detection/build-times.ts'
import { loadCases } from '../../../benchmarks/detection/build-times.ts'
import { slowMachine, slowPhase } from '../../../benchmarks/detection/inject.ts'
import { detectAnomalies } from '../../../src/monitor/anomalies/detect.ts'
import type { Anomaly } from '../../../src/monitor/anomalies/anomaly.ts'
import type { BuildRecord } from '../../../src/monitor/build-record.ts'

const cases = loadCases(join(import.meta.dirname, '../../fixtures/build-times'))
const quiet = cases.find((series) => series.name === 'threejs_production-mode_10x_persistent-cold')

/** One in three of the same-commit pairs with sixty builds before them. */
function pairs(series: CaseSeries | undefined): readonly { readonly history: readonly BuildRecord[]; readonly build: BuildRecord }[] {
  return (series?.sameCommit ?? []).filter((index, i) => index >= 60 && i % 3 === 0).flatMap((index) => {
    const build = series?.builds[index]
    return build === undefined ? [] : [{ history: series?.builds.slice(index - 60, index) ?? [], build }]
  })
}

function named(anomalies: readonly Anomaly[]): readonly string[] {
  return anomalies.flatMap(({ isAlert, subject }) => (isAlert && subject.kind === 'hook' ? [subject.plugin] : []))
}

describe('real same-commit pairs of a quiet project', () => {
  const trials = pairs(quiet)

  it('are enough to mean something', () => {
    expect(cases.length).toBe(10)
    expect(trials.length).toBeGreaterThan(8)
  })

  it('show a phase that takes a fifth longer, by name', () => {
    const found = trials.filter(({ history, build }) => {
      const ms = build.metrics.find((metric) => metric.plugin === 'Compilation.process assets')?.selfMs ?? 0
      return named(detectAnomalies(history, slowPhase(build, 'Compilation.process assets', 0.2 * ms))).includes('Compilation.process assets')
    })
    expect(found.length).toBe(trials.length)
  })

  it('hardly ever blame a phase for a machine that is a third slower', () => {
    const blamed = trials.filter(({ history, build }) => named(detectAnomalies(history, slowMachine(build, 1.33))).length > 0)
    expect(blamed.length / trials.length).toBeLessThan(0.1)
  })
})
