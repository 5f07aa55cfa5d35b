/** The `analysis` option: its defaults, and its errors. Resolved once a build; what comes of it can be sent to a thread. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { GATE_NAMES } from '../analysis/project/gates.ts'
import type { GateLimits } from '../analysis/project/gates.ts'
import { digestParts } from '../hash.ts'

export type RuleWord = 'off' | 'low' | 'medium' | 'high'

export interface AnalysisOptions {
  /** Modules of packages as well. @default false */
  includeDependencies?: boolean
  /** Whether the end of a build waits until every module is analysed, as it does with `gates`. @default false */
  wait?: boolean
  /** By rule id: `off`, or another severity. @default {} */
  rules?: Record<string, RuleWord>
  /** Modules that export rules made with `defineRule`, absolute or relative to the root. @default [] */
  ruleFiles?: string[]
  /** Findings that are known; it need not exist. @default 'pitcrew-baseline.json' */
  baseline?: string
  /** Limits above which the build warns. @default {} */
  warn?: GateLimits
  /** Limits above which the build fails, with the bundler's own error. @default {} */
  gates?: GateLimits
}

export interface AnalysisSettings {
  readonly includeDependencies: boolean
  readonly wait: boolean
  readonly rules: ReadonlyMap<string, RuleWord>
  /** Absolute. */
  readonly ruleFiles: readonly string[]
  /** Of the text of these files: what they find depends on it. */
  readonly rulesDigest: string
  readonly baselineFile: string
  readonly gates: { readonly warn: GateLimits; readonly fail: GateLimits }
}

export const DEFAULT_BASELINE = 'pitcrew-baseline.json'

const isRecord = (value: unknown): value is Record<string, unknown> => value !== null && typeof value === 'object' && !Array.isArray(value)
const SEVERITIES: readonly unknown[] = ['low', 'medium', 'high']

interface Check {
  readonly accepts: string
  readonly check: (value: unknown) => boolean
}

const GATES: Check = {
  accepts: `an object of limits: newFindings and findings with 'low', 'medium' or 'high', and numbers for ${GATE_NAMES.slice(2).join(', ')}`,
  check: value => isRecord(value) && Object.entries(value).every(([name, limit]) => {
    const place = GATE_NAMES.findIndex(each => each === name)
    return limit === undefined || (place >= 0 && (place < 2 ? SEVERITIES.includes(limit) : typeof limit === 'number' && limit >= 0))
  }),
}

/** By path, in the form of the other options' rules. */
export const ANALYSIS_RULES: Readonly<Record<string, Check>> = {
  'analysis.includeDependencies': { accepts: 'true or false', check: value => typeof value === 'boolean' },
  'analysis.wait': { accepts: 'true or false', check: value => typeof value === 'boolean' },
  'analysis.rules': { accepts: "an object of rule ids and 'off', 'low', 'medium' or 'high'", check: value => isRecord(value) && Object.values(value).every(word => word === 'off' || SEVERITIES.includes(word)) },
  'analysis.ruleFiles': { accepts: 'an array of paths', check: value => Array.isArray(value) && value.every(path => typeof path === 'string' && path !== '') },
  'analysis.baseline': { accepts: 'a path that is not empty', check: value => typeof value === 'string' && value !== '' },
  'analysis.warn': GATES,
  'analysis.gates': GATES,
}

/** @returns Null for `false`, and by default: what it costs on a large application has not been shown to be small. */
export function resolveAnalysis(options: boolean | AnalysisOptions | undefined, root: string): AnalysisSettings | null {
  if (options === false || options === undefined) return null
  return resolveGiven(options === true ? {} : options, root)
}

const DEFAULTS: Required<AnalysisOptions> = { includeDependencies: false, wait: false, rules: {}, ruleFiles: [], baseline: DEFAULT_BASELINE, warn: {}, gates: {} }

function resolveGiven(options: AnalysisOptions, root: string): AnalysisSettings {
  const { includeDependencies, wait, rules, ruleFiles, baseline, warn, gates } = { ...DEFAULTS, ...given(options) }
  const files = ruleFiles.map(file => resolve(root, file))
  return {
    includeDependencies, wait: wait || Object.keys(gates).length > 0, rules: new Map(Object.entries(rules)), ruleFiles: files, rulesDigest: files.length === 0 ? '' : digestParts(files.map(textOf)),
    baselineFile: resolve(root, baseline), gates: { warn, fail: gates },
  }
}

/** Without those that are `undefined`. */
function given(options: AnalysisOptions): AnalysisOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]: [string, unknown]) => value !== undefined))
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    // That it is missing is said by whoever loads it.
    return ''
  }
}
