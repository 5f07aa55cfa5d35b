/**
 * What audits found, and which parts of Pitcrew were switched off. A plugin that has been in quarantine for longer is told
 * of by the reason for which it is refused.
 */
import type { AuditFinding, BuildReport, OffPart } from './build-report.ts'
import { formatMs, plural, printable, wrapWords } from './format.ts'
import type { Row } from './paint.ts'

export function isTrouble({ audit, off }: BuildReport): boolean {
  return audit.mismatches.length > 0 || off.length > 0
}

export function troubleRows(report: BuildReport, columns: number): Row[] {
  const found = report.audit.mismatches.map(finding => ({ label: 'audit', text: describeFinding(finding, isQuarantined(finding, report)) }))
  const off = report.off.map(part => ({ label: 'off', text: describeOff(part) }))
  return [...found, ...off].map(({ label, text }): Row => ({ label, lines: wrapWords(text, columns), tone: 'bad' }))
}

/** For a full report: how many calls were run again. */
export function auditRow({ audit }: BuildReport, columns: number): Row {
  const { audited, inconclusive, ms, quarantined } = audit
  const parts = audited > 0 ? [`${plural(audited, 'call')} run again in ${formatMs(ms)}, ${audit.mismatches.length === 0 ? 'all the same' : `${audit.mismatches.length} not the same`}`] : []
  if (inconclusive > 0) parts.push(`${inconclusive} without a result`)
  if (quarantined.length > 0) parts.push(`in quarantine: ${[...new Set(quarantined.map(({ plugin }) => printable(plugin)))].join(', ')}`)
  return { label: 'audit', lines: parts.length === 0 ? [] : wrapWords(parts.join('; '), columns), tone: 'plain' }
}

function isQuarantined({ plugin }: AuditFinding, { audit }: BuildReport): boolean {
  return audit.quarantined.some(entry => entry.plugin === plugin)
}

function describeFinding({ plugin, hook, module, difference }: AuditFinding, quarantined: boolean): string {
  const consequence = quarantined ? '; it is in quarantine now, build again without what it left' : ''
  return printable(`${plugin} ${hook} gave something else for ${module} when it was run again (${difference.where})`) + consequence
}

function describeOff({ part, faults }: OffPart): string {
  return `${printable(part)} after ${plural(faults, 'fault')} of Pitcrew; tried again in the next build`
}
