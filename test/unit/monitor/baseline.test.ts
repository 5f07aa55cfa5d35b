import { describe, expect, it } from 'vitest'
import { fitBaseline, judge, measurePast, pooledSigma } from '../../../src/monitor/baseline.ts'
import type { Sample } from '../../../src/monitor/series.ts'
import { wobble } from './builds.ts'

function sample(ms: number, x: readonly number[] = [0, 0, 0, 0, 0]): Sample {
  return { ms, calls: 1, offset: 0, machine: 0, y: Math.log(ms), x }
}

function baselineOf(samples: readonly Sample[]): ReturnType<typeof fitBaseline> {
  const raw = measurePast(samples)
  return fitBaseline(raw, pooledSigma([raw]))
}

describe('fitBaseline', () => {
  it('expects the median of a quiet past', () => {
    const baseline = baselineOf(Array.from({ length: 40 }, (_, i) => sample(1000 * (1 + 0.02 * wobble(i, 1)))))
    expect(judge(baseline, sample(1100)).error).toBeCloseTo(0.1, 1)
    expect(baseline.sigma).toBeGreaterThan(0.005)
    expect(baseline.sigma).toBeLessThan(0.03)
  })

  it('forgets what was before a confirmed change point', () => {
    const past = Array.from({ length: 40 }, (_, i) => sample((i < 30 ? 1000 : 700) * (1 + 0.01 * wobble(i, 1))))
    const baseline = baselineOf(past)
    expect(Math.exp(baseline.level)).toBeCloseTo(700, -1.5)
    expect(baseline.regimeBuilds).toBe(10)
  })

  it('believes an improvement after two builds, a slowdown only later', () => {
    const quiet = Array.from({ length: 30 }, (_, i) => sample(1000 * (1 + 0.01 * wobble(i, 1))))
    expect(Math.exp(baselineOf([...quiet, sample(800), sample(805)]).level)).toBeCloseTo(802, -1)
    expect(Math.exp(baselineOf([...quiet, sample(1250), sample(1245)]).level)).toBeCloseTo(1000, -2)
  })

  it('is not moved by one outlier', () => {
    const past = Array.from({ length: 20 }, (_, i) => sample(i === 19 ? 9000 : 1000 * (1 + 0.01 * wobble(i, 1))))
    expect(Math.exp(baselineOf(past).level)).toBeCloseTo(1000, -2)
  })

  it('never believes to know a metric better than the floor', () => {
    expect(baselineOf(Array.from({ length: 40 }, () => sample(1000))).sigma).toBeGreaterThanOrEqual(0.008)
  })

  it('lends a metric with little past the noise of the others', () => {
    const raw = measurePast([sample(100), sample(101)])
    expect(fitBaseline(raw, 0.2).sigma).toBeGreaterThan(fitBaseline(raw, 0.02).sigma)
  })

  it('learns from fifteen builds on how time follows a covariate, and not before', () => {
    const make = (count: number): Sample[] =>
      Array.from({ length: count }, (_, i) => sample(1000 * Math.exp(0.6 * wobble(i, 4) * 0.3 + 0.005 * wobble(i, 1)), [0, wobble(i, 4) * 0.3, 0, 0, 0]))
    expect(baselineOf(make(40)).coefficients[1]).toBeCloseTo(0.6, 1)
    expect(baselineOf(make(14)).coefficients).toEqual([0, 0, 0, 0, 0])
  })
})

describe('pooledSigma', () => {
  it('is 4 % when nothing is known', () => {
    expect(pooledSigma([])).toBeCloseTo(0.04, 12)
  })
})
