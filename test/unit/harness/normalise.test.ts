import { describe, expect, it } from 'vitest'
import { normaliseOutput, normaliseWarnings, splitReport } from '../../harness/normalise.ts'

const PATHS = { root: '/w/app', outDir: '/tmp/x/out', cacheDir: '/tmp/x/cache' }
const REPORT = 'pitcrew  built in 0.84 s; without it 3.1 s\n  memo     337 of 340 calls\n           and more\n  time     rolldown 690 ms'

describe('normaliseWarnings', () => {
  it('takes out colours, places and durations, and nothing else', () => {
    expect(normaliseWarnings(['\u001B[33m/w/app/src/a.vue took 1.25s\u001B[0m, see /tmp/x/out/a.js'], PATHS)).toEqual(['<root>/src/a.vue took <duration>, see <out>/a.js'])
  })

  it('drops the hint that comes with a busy machine', () => {
    expect(normaliseWarnings(['\u001B[33m[PLUGIN_TIMINGS] \u001B[0mJavaScript callbacks ran for 2.9s', 'real'], PATHS)).toEqual(['real'])
  })

  it('takes out the time of day that Vite puts before a line, and no other', () => {
    expect(normaliseWarnings(['10:21:31 AM [svelte] at 10:21:31 AM'], PATHS)).toEqual(['[svelte] at 10:21:31 AM'])
  })

  it('keeps a fault of Pitcrew', () => {
    expect(normaliseWarnings(['pitcrew: a fault in record. [MEMO_FAULT]'], PATHS)).toHaveLength(1)
  })
})

describe('normaliseOutput', () => {
  it('drops the report and keeps what plugins printed around it', () => {
    expect(normaliseOutput(`DEPRECATION WARNING\n  at a.scss\n\n${REPORT}\nafter`, PATHS)).toEqual(['DEPRECATION WARNING', '  at a.scss', 'after'])
  })
})

describe('splitReport', () => {
  it('finds the report', () => {
    expect(splitReport(`before\n${REPORT}\nafter`).report).toEqual(REPORT.split('\n'))
  })

  it("finds it in webpack's log, and leaves a warning there alone", () => {
    const logged = `<i> [pitcrew] ${REPORT.replaceAll('\n', '\n<i> ')}\n<w> [pitcrew] pitcrew: a fault`
    expect(splitReport(logged)).toEqual({ report: REPORT.split('\n'), others: ['<w> [pitcrew] pitcrew: a fault'] })
  })
})
