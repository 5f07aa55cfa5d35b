/** Limits that the user set, held against what was found. A gate without a limit is open. */
import type { ProjectModule } from './graph.ts'
import type { DuplicatePackage, GateResult, ReportedFinding } from './project-report.ts'

/** A name and a limit; the limit itself still passes. */
export interface GateLimits {
  /** Findings that are not in the baseline, of this severity or above. */
  readonly newFindings?: 'low' | 'medium' | 'high'
  /** The same of all findings, also those in the baseline. */
  readonly findings?: 'low' | 'medium' | 'high'
  readonly cyclomatic?: number
  readonly cognitive?: number
  /** Of a module, 0–100; below is bad. */
  readonly maintainability?: number
  readonly cycles?: number
  readonly duplicatePackages?: number
}

export const GATE_NAMES = ['newFindings', 'findings', 'cyclomatic', 'cognitive', 'maintainability', 'cycles', 'duplicatePackages'] as const

interface Measured {
  readonly findings: readonly ReportedFinding[]
  readonly modules: readonly ProjectModule[]
  readonly cycleCount: number
  readonly firstCycle: string | null
  readonly duplicates: readonly DuplicatePackage[]
}

interface Breach {
  readonly message: string
  readonly where: string | null
}

const SEVERITIES = ['low', 'medium', 'high'] as const

/** @returns What was breached, failures first. */
export function checkGates({ warn, fail }: { readonly warn: GateLimits; readonly fail: GateLimits }, measured: Measured): GateResult[] {
  const check = (limits: GateLimits, action: GateResult['action']): GateResult[] =>
    GATE_NAMES.flatMap((gate): GateResult[] => {
      const limit = limits[gate]
      const breach = limit === undefined ? null : breachOf(gate, limit, measured)
      return breach === null ? [] : [{ gate, action, ...breach }]
    })
  return [...check(fail, 'fail'), ...check(warn, 'warn')]
}

function breachOf(gate: (typeof GATE_NAMES)[number], limit: string | number, measured: Measured): Breach | null {
  switch (gate) {
    case 'newFindings':
      return findingsBreach(measured.findings.filter(({ isNew }) => isNew), String(limit), 'new ')
    case 'findings':
      return findingsBreach(measured.findings, String(limit), '')
    case 'cyclomatic':
    case 'cognitive':
      return functionBreach(measured.modules, gate, Number(limit))
    case 'maintainability':
      return moduleBreach(measured.modules, Number(limit))
    case 'cycles':
      return cyclesBreach(measured, Number(limit))
    case 'duplicatePackages':
      return duplicatesBreach(measured.duplicates, Number(limit))
  }
}

function cyclesBreach({ cycleCount, firstCycle }: Measured, limit: number): Breach | null {
  return cycleCount > limit ? { message: `there are ${cycleCount} import cycles, more than ${limit}`, where: firstCycle } : null
}

function duplicatesBreach(duplicates: readonly DuplicatePackage[], limit: number): Breach | null {
  if (duplicates.length <= limit) return null
  return { message: `${duplicates.length} packages are there in several versions, more than ${limit}: ${duplicates.map(({ name }) => name).join(', ')}`, where: null }
}

function findingsBreach(findings: readonly ReportedFinding[], least: string, word: string): Breach | null {
  const rank = (severity: string): number => SEVERITIES.findIndex(each => each === severity)
  const bad = findings.filter(({ severity }) => rank(severity) >= rank(least))
  const [first] = bad
  if (!first) return null
  const more = bad.length > 1 ? `, and ${bad.length - 1} more` : ''
  return { message: `${bad.length} ${word}findings of severity ${least}${least === 'high' ? '' : ' or above'}: ${first.title} (${first.ruleId})${more}`, where: `${first.id}:${first.line}` }
}

function functionBreach(modules: readonly ProjectModule[], metric: 'cyclomatic' | 'cognitive', limit: number): Breach | null {
  const bad = modules.flatMap(({ id, facts }) => facts.functions.filter(each => each[metric] > limit).map(each => ({ id, each })))
  const worst = bad.sort((a, b) => b.each[metric] - a.each[metric])[0]
  if (!worst) return null
  return { message: `${bad.length} functions have a ${metric} complexity above ${limit}; ${worst.each.name} has ${worst.each[metric]}`, where: `${worst.id}:${worst.each.line}` }
}

function moduleBreach(modules: readonly ProjectModule[], limit: number): Breach | null {
  const bad = modules.filter(({ facts }) => facts.functionCount > 0 && facts.maintainability < limit)
  const worst = bad.sort((a, b) => a.facts.maintainability - b.facts.maintainability)[0]
  if (!worst) return null
  return { message: `${bad.length} modules have a maintainability below ${limit}; the lowest is ${worst.facts.maintainability}`, where: worst.id }
}
