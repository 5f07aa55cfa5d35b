import { describe, expect, it } from 'vitest'
import type { BuildReport } from '../../../src/report/build-report.ts'
import { timeRow } from '../../../src/report/time-row.ts'
import { END, FACTS, collect, timed, timings } from './reports.ts'

const text = (report: BuildReport): string => timeRow(report, 200).lines.join('\n')
const wide = (selfMs: number, likelyMinMs: number, likelyMaxMs: number, quality: 'bounded' | 'withheld' = 'bounded') => ({ quality, minMs: likelyMinMs, maxMs: 9000, likelyMinMs, likelyMaxMs, selfMs })
const of = (wallMs: number, ...hooks: Parameters<typeof timings>[1][]): BuildReport => collect(() => undefined, { ...END, wallMs, timings: timings(wallMs, ...hooks) }, FACTS)

describe('the row about time', () => {
  it('has what was seen, by plugin, the most expensive first', () => {
    expect(text(of(1000, timed('a', 40), timed('b', 300), timed('a', 500, { hook: 'load' })))).toBe('a 540 ms, b 300 ms, vite and the rest 153 ms; pitcrew\'s own part 7 ms')
  })

  it('says about, where most of it is most likely the plugin’s', () => {
    expect(text(of(12_000, timed('babel', 7800, { quality: 'bounded', minMs: 40, maxMs: 8800, likelyMaxMs: 8000 })))).toBe('babel about 7.80 s, vite and the rest 4.19 s; pitcrew\'s own part 7 ms')
  })

  it('gives a plugin no number that may be another’s', () => {
    const report = of(12_000, timed('babel', 8000, { quality: 'bounded', minMs: 40, maxMs: 8800 }), timed('css', 1600, wide(1600, 17, 1640)), timed('html', 0, wide(0, 0.5, 900, 'withheld')))
    expect(text(report)).toBe('babel about 8.00 s, vite and the rest 3.99 s (in it css 17 ms to 1.64 s, html at most 900 ms); pitcrew\'s own part 7 ms')
  })

  it('is empty where nothing is timed', () => {
    expect(text(collect(() => undefined))).toBe('')
  })
})
