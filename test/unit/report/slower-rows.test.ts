import { describe, expect, it } from 'vitest'
import type { MonitorReport, ReportedAnomaly } from '../../../src/monitor/monitor-report.ts'
import type { BuildReport } from '../../../src/report/build-report.ts'
import { slowerRows } from '../../../src/report/slower-rows.ts'
import { isWorthSaying, renderTerminal } from '../../../src/report/terminal.ts'
import { warningsOf } from '../../../src/report/warnings.ts'
import { STRATUM } from '../monitor/builds.ts'
import { collect } from './reports.ts'

function anomaly(changes: Partial<ReportedAnomaly>): ReportedAnomaly {
  return {
    kind: 'slower', severity: 'suspected', isAlert: true, isWarning: false, plugin: 'vite:css', hook: 'transform', observedMs: 300, expectedMs: 120, deltaMs: 180, ratio: 2.5,
    pValue: 1e-6, evidence: [], sentence: 'vite:css (transform) may be 2.5× slower.', ...changes,
  }
}

function reportWith(changes: Partial<MonitorReport>): BuildReport {
  return { ...collect(() => undefined), monitor: { id: 'a', stratum: STRATUM, builds: 20, forecast: null, anomalies: [], change: null, recommendations: [], ...changes } }
}

const labels = (report: BuildReport, isFull: boolean): readonly string[] => slowerRows(report, 100, isFull).filter(row => row.lines.length > 0).map(row => row.label)

describe('rows of the monitor', () => {
  it('name who is slower and what the machine did, and in full what explains a number', () => {
    const report = reportWith({ anomalies: [anomaly({}), anomaly({ kind: 'machine', plugin: null, hook: null }), anomaly({ kind: 'more-work' }), anomaly({ severity: 'went-away' })] })
    expect(labels(report, false)).toEqual(['slower', 'machine', 'faster'])
    expect(labels(report, true)).toEqual(['slower', 'machine', 'changed', 'faster'])
  })

  it('give advice that saves much in a summary, all of it in full', () => {
    const advice = { kind: 'filter', plugin: 'svgr', hook: 'load', sentence: 'svgr (load) did nothing.' } as const
    const report = reportWith({ recommendations: [{ ...advice, savingMs: 140 }, { ...advice, savingMs: 30 }] })
    expect(labels(report, false)).toEqual(['advice'])
    expect(labels(report, true)).toEqual(['advice', 'advice'])
  })

  it('hold the forecast against what came', () => {
    const [row] = slowerRows(reportWith({ forecast: { expectedMs: 700, low: 650, high: 760 } }), 100, true)
    expect(row?.lines).toEqual(['700 ms (650 ms to 760 ms) after 20 builds: slower than that'])
  })

  it('make a report worth its lines, without control characters of anybody', () => {
    const report = reportWith({ anomalies: [anomaly({ sentence: 'a\u001b[31mb is slower.' })] })
    expect(isWorthSaying(report, 'summary')).toBe(true)
    expect(isWorthSaying(reportWith({}), 'summary')).toBe(false)
    expect(renderTerminal(report, 'summary', { color: false, columns: 100 })).toContain('slower   a\\u{1b}[31mb is slower.')
  })
})

describe('warnings', () => {
  it('are what is beyond doubt', () => {
    expect(warningsOf(reportWith({ anomalies: [anomaly({}), anomaly({ isWarning: true, sentence: 'x is slower.' })] }))).toEqual(['pitcrew: x is slower.'])
    expect(warningsOf(collect(() => undefined))).toEqual([])
    expect(warningsOf(null)).toEqual([])
  })
})
