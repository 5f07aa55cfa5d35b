/**
 * What the monitor has to say, as rows of the terminal report: who became slower, what the machine did, what could be better.
 */
import type { ReportedAnomaly } from '../monitor/monitor-report.ts'
import type { BuildReport } from './build-report.ts'
import { formatMs, printable, wrapWords } from './format.ts'
import type { Row } from './paint.ts'

const SUMMARY_ROWS = 3
const SUMMARY_ADVICE = 1
const FULL_ROWS = 20
/** In a summary, advice must save this much. */
const NOTABLE_SAVING_MS = 100
const NOTABLE_SAVING_SHARE = 0.05

/** @param isFull Also explanations that alarm nobody, all advice, and the forecast. */
export function slowerRows(report: BuildReport, columns: number, isFull: boolean): Row[] {
  if (report.monitor === null) return []
  const { anomalies, recommendations } = report.monitor
  const shown = anomalies.filter(anomaly => isFull || isNotable(anomaly)).slice(0, isFull ? FULL_ROWS : SUMMARY_ROWS)
  const advice = recommendations.filter(({ savingMs }) => isFull || savingMs >= Math.max(NOTABLE_SAVING_MS, NOTABLE_SAVING_SHARE * report.wallMs)).slice(0, isFull ? FULL_ROWS : SUMMARY_ADVICE)
  return [
    ...shown.map((anomaly): Row => ({ label: labelOf(anomaly), lines: wrapWords(printable(anomaly.sentence), columns), tone: toneOf(anomaly) })),
    ...advice.map((item): Row => ({ label: 'advice', lines: wrapWords(printable(item.sentence), columns), tone: 'plain' })),
    ...(isFull ? [forecastRow(report, columns)] : []),
  ]
}

/** Whether the monitor makes a report worth its lines. */
export function hasNews({ monitor }: BuildReport): boolean {
  return monitor !== null && monitor.anomalies.some(isNotable)
}

/** What is no slower code is told only to those who ask for all; a machine that was slow explains what everybody has just waited for. */
function isNotable({ kind }: ReportedAnomaly): boolean {
  return kind === 'slower' || kind === 'everything-slower' || kind === 'machine'
}

function labelOf({ kind, severity }: ReportedAnomaly): string {
  if (severity === 'went-away') return 'faster'
  if (kind === 'slower') return 'slower'
  return kind === 'machine' || kind === 'everything-slower' ? 'machine' : 'changed'
}

function toneOf({ kind, severity }: ReportedAnomaly): Row['tone'] {
  if (severity === 'went-away') return 'good'
  return kind === 'slower' && severity === 'confirmed' ? 'bad' : 'plain'
}

function forecastRow({ monitor, wallMs }: BuildReport, columns: number): Row {
  const forecast = monitor?.forecast ?? null
  if (forecast === null) return { label: 'forecast', lines: [], tone: 'plain' }
  const { expectedMs, low, high } = forecast
  const outcome = wallMs < low ? 'faster than that' : wallMs > high ? 'slower than that' : 'as expected'
  const text = `${formatMs(expectedMs)} (${formatMs(low)} to ${formatMs(high)}) after ${monitor?.builds ?? 0} builds: ${outcome}`
  return { label: 'forecast', lines: wrapWords(text, columns), tone: 'plain' }
}
