/**
 * Plugins that are not remembered: why, and what would change that. Grouped, because ten plugins often have one reason.
 */
import type { BuildReport, PluginReport } from './build-report.ts'
import { formatMs, plural, printable, wrapWords } from './format.ts'
import type { Row } from './paint.ts'
import { spentMs } from './time-row.ts'

const MAX_NAMES = 6

/** How many calls were refused, and whose they were, most of them first. */
export function refusedCounts(report: BuildReport): { readonly calls: number; readonly names: readonly string[] } {
  const byName = new Map<string, number>()
  for (const plugin of report.plugins) {
    if (plugin.outcomes.refused > 0) byName.set(plugin.name, (byName.get(plugin.name) ?? 0) + plugin.outcomes.refused)
  }
  const names = [...byName].sort(([, a], [, b]) => b - a).map(([name]) => printable(name))
  return { calls: report.outcomes.refused, names }
}

/** What the hooks that always run cost. */
export function refusedMs(report: BuildReport): number {
  return refusedPlugins(report).reduce((total, plugin) => total + spentMs(report, plugin), 0)
}

/** One row a reason, the most expensive first. @param maxGroups The others are left to the full report. */
export function policyRows(report: BuildReport, columns: number, maxGroups: number): Row[] {
  const refused = groupByReason(report, refusedPlugins(report))
  const bypassed = groupByReason(report, report.plugins.filter(plugin => plugin.policy.decision === 'bypass' && plugin.calls > 0))
  const row = (label: string) => (group: ReasonGroup): Row => ({ label, lines: wrapWords(describe(group), columns), tone: 'plain' })
  const rows = refused.slice(0, maxGroups).map(row('refused'))
  return maxGroups === Infinity ? [...rows, ...bypassed.map(row('bypassed'))] : rows
}

function refusedPlugins(report: BuildReport): PluginReport[] {
  return report.plugins.filter(plugin => plugin.policy.decision === 'refuse' && plugin.calls > 0)
}

interface ReasonGroup {
  readonly reason: string
  readonly remedy: string | null
  readonly plugins: PluginReport[]
  costMs: number
}

function groupByReason(report: BuildReport, plugins: readonly PluginReport[]): ReasonGroup[] {
  const groups = new Map<string, ReasonGroup>()
  for (const plugin of plugins) {
    const { reason, remedy } = plugin.policy
    const key = JSON.stringify([reason, remedy])
    const group = groups.get(key) ?? { reason, remedy, plugins: [], costMs: 0 }
    groups.set(key, group)
    group.plugins.push(plugin)
    group.costMs += spentMs(report, plugin)
  }
  return [...groups.values()].sort((a, b) => b.costMs - a.costMs)
}

function describe(group: ReasonGroup): string {
  const names = [...new Set(group.plugins.map(plugin => printable(plugin.name)))]
  const shown = names.slice(0, MAX_NAMES).join(', ')
  const more = names.length > MAX_NAMES ? ` and ${plural(names.length - MAX_NAMES, 'other')}` : ''
  const remedy = group.remedy === null ? '' : `; ${printable(group.remedy)}`
  return `${formatMs(group.costMs)} ${shown}${more}: ${printable(group.reason)}${remedy}`
}
