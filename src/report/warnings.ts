/** What of a report is said through the bundler's own channel for warnings, too. */
import type { BuildReport } from './build-report.ts'
import { printable } from './format.ts'

/** One sentence each; empty unless somebody became slower for sure, or the code passed a limit that the user set. */
export function warningsOf(report: BuildReport | null): readonly string[] {
  const anomalies = report?.monitor?.anomalies ?? []
  const limits = (report?.analysis?.gates ?? []).filter(({ action }) => action === 'warn')
  return [
    ...anomalies.filter(anomaly => anomaly.isWarning).map(anomaly => `pitcrew: ${printable(anomaly.sentence)}`),
    ...limits.map(({ gate, message, where }) => `pitcrew: ${printable(`${gate}: ${message}${where === null ? '' : ` (${where})`}`)}`),
  ]
}
