/** The error that a gate makes of a build, for hosts to raise in their bundler's own way. */
import { PitcrewError } from '../errors.ts'
import type { BuildReport } from '../report/build-report.ts'

/** @returns Null when every gate is open, or nothing was analysed. */
export function gateFailure(report: BuildReport | null | undefined): PitcrewError | null {
  const breached = report?.analysis?.gates.filter(({ action }) => action === 'fail') ?? []
  if (breached.length === 0) return null
  const lines = breached.map(({ gate, message, where }) => `  ${gate}: ${message}${where === null ? '' : ` (${where})`}`)
  return new PitcrewError('ANALYSIS_GATE', `${lines.length === 1 ? 'a gate' : `${lines.length} gates`} of your configuration (analysis.gates) closed:\n${lines.join('\n')}\nnpx pitcrew findings lists everything. [ANALYSIS_GATE]`, { id: breached[0]?.where ?? undefined })
}
