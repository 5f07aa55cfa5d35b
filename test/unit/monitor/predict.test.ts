import { describe, expect, it } from 'vitest'
import { predict } from '../../../src/monitor/predict.ts'
import { CALM, STRATUM, ordinaryBuild, ordinaryBuilds } from './builds.ts'

const planned = { stratum: STRATUM, work: null, calibration: null }

describe('predict', () => {
  it('has nothing to say before the first build', () => {
    expect(predict([], planned)).toBeNull()
    expect(predict(ordinaryBuilds(5), { ...planned, stratum: { ...STRATUM, mode: 'development' } })).toBeNull()
  })

  it('expects the usual and encloses it, narrowly when builds are alike', () => {
    const forecast = predict(ordinaryBuilds(40), planned)
    expect(forecast?.expectedMs).toBeCloseTo(4750, -2)
    expect(forecast?.low).toBeLessThan(forecast?.expectedMs ?? 0)
    expect((forecast?.high ?? 0) - (forecast?.low ?? 0)).toBeLessThan(0.06 * 4750)
  })

  it('is wider after one build than after forty, and wider when builds differ', () => {
    const width = (count: number, noise: number): number => {
      const forecast = predict(ordinaryBuilds(count, noise, noise), planned)
      return forecast === null ? NaN : (forecast.high - forecast.low) / forecast.expectedMs
    }
    expect(width(1, 0.02)).toBeGreaterThan(width(40, 0.02))
    expect(width(40, 0.2)).toBeGreaterThan(2 * width(40, 0.02))
  })

  it('covers about nine builds in ten', () => {
    const builds = ordinaryBuilds(150, 0.05, 0.05)
    const inside = builds.slice(30).filter((current, i) => {
      const forecast = predict(builds.slice(0, 30 + i), planned)
      return forecast !== null && current.wallMs >= forecast.low && current.wallMs <= forecast.high
    })
    expect(inside.length / 120).toBeGreaterThan(0.85)
    expect(inside.length / 120).toBeLessThan(0.97)
  })

  it('expects more of more modules, and of a slow machine', () => {
    const history = Array.from({ length: 30 }, (_, index) => ordinaryBuild(index, 0.02, 0, undefined, { calibration: CALM }))
    const usual = predict(history, { ...planned, calibration: CALM })?.expectedMs ?? 0
    const twice = predict(history, { ...planned, calibration: CALM, work: { calls: 2000, moduleCount: 800, bytes: 2e6 } })?.expectedMs ?? 0
    const busy = predict(history, { ...planned, calibration: { ...CALM, javascriptMs: 14, threadsMs: 14 } })?.expectedMs ?? 0
    expect(twice / usual).toBeGreaterThan(1.2)
    expect(busy / usual).toBeGreaterThan(1.6)
  })
})
