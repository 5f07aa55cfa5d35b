import { describe, expect, it } from 'vitest'
import { MIN_SEGMENT, changePoints } from '../../../src/monitor/change-points.ts'
import { wobble } from './builds.ts'

const noise = (count: number, size = 0.02): number[] => Array.from({ length: count }, (_, i) => 8 + size * wobble(i, 3))

describe('changePoints', () => {
  it('finds no change in noise, none in an empty or short series', () => {
    expect(changePoints(noise(80))).toEqual([])
    expect(changePoints([])).toEqual([])
    expect(changePoints([1, 1, 1, 9, 9])).toEqual([])
  })

  it('finds a step at its first build, with both levels', () => {
    const [point, ...others] = changePoints(noise(60).map((value, i) => (i < 25 ? value : value + 0.1)))
    expect(others).toEqual([])
    expect(point?.index).toBe(25)
    expect(point?.before).toBeCloseTo(8, 1)
    expect((point?.after ?? 0) - (point?.before ?? 0)).toBeCloseTo(0.1, 1)
  })

  it('finds steps up and down again', () => {
    const values = noise(70).map((value, i) => (i >= 20 && i < 45 ? value + 0.15 : value))
    expect(changePoints(values).map((point) => point.index)).toEqual([20, 45])
  })

  it('does not take a spike of one or two builds for a level', () => {
    expect(changePoints(noise(60).map((value, i) => (i === 30 || i === 31 ? value + 0.5 : value)))).toEqual([])
  })

  it(`needs ${MIN_SEGMENT} builds at the new level`, () => {
    const values = noise(40)
    const step = (builds: number): number[] => values.map((value, i) => (i < 40 - builds ? value : value + 0.3))
    expect(changePoints(step(MIN_SEGMENT - 1))).toEqual([])
    expect(changePoints(step(MIN_SEGMENT)).map((point) => point.index)).toEqual([40 - MIN_SEGMENT])
  })
})
