/**
 * Options -> ResolvedOptions: every default in one place, every error collected and reported once.
 */
import { join, resolve } from 'node:path'
import { inspect } from 'node:util'
import { PitcrewError } from './errors.ts'
import { MONITOR_RULES, resolveMonitor } from './monitor/monitor-options.ts'
import type { MonitorOptions, MonitorSettings } from './monitor/monitor-options.ts'
import { ANALYSIS_RULES, resolveAnalysis } from './guidance/settings.ts'
import type { AnalysisOptions, AnalysisSettings } from './guidance/settings.ts'

export type ReportMode = false | 'summary' | 'full'
export type TimingsMode = boolean | 'deep'

export interface Options {
  /**
   * Whether Pitcrew does anything at all. The environment variable `PITCREW=off` turns it off as well.
   * @default true
   */
  enabled?: boolean
  /**
   * Where memos are kept, absolute or relative to the root. The environment variable `PITCREW_CACHE_DIR` wins over the
   * default and loses against this option. Keep it outside node_modules where `npm ci` runs between builds.
   * @default 'node_modules/.cache/pitcrew'
   */
  cacheDir?: string
  store?: {
    /** Bytes on disk; what was not used for longest goes first. @default 1 GB */
    maxBytes?: number
  }
  vfs?: {
    /** Bytes of file content kept in memory. @default 100 MB */
    maxBytes?: number
  }
  audit?: {
    /**
     * Share of the remembered calls (0–1) that are run again when the build is over, and compared with what was served;
     * 1 takes the time that it takes. The environment variable `PITCREW_AUDIT` (`all`, `off` or a share) wins.
     * @default 0.01
     */
    sample?: number
  }
  /** What is printed at build end. @default 'summary' */
  report?: ReportMode
  /** Where the report is written as JSON, absolute or relative to the root. @default none */
  reportFile?: string
  /** Where every call is written as a Chrome trace, which Perfetto opens; absolute or relative to the root. @default none */
  traceFile?: string
  /**
   * Whether every other plugin's hooks are timed. `'deep'` also follows them through their `await`s, at a cost.
   * @default true
   */
  timings?: TimingsMode
  /**
   * The user's word about a plugin or loader, by name: `false` never remembers it; `true` does although its shape speaks
   * against it (recipes still apply).
   * @default {}
   */
  plugins?: Record<string, boolean>
  /**
   * Anything else that results depend on, such as the version of a service that a plugin asks. Part of every key.
   * @default []
   */
  salt?: string[]
  /** The analysis of the project's own modules; `true` turns it on. @default false */
  analysis?: boolean | AnalysisOptions
  /** The history of builds and what is said about it; `false` turns it off. @default {} */
  monitor?: boolean | MonitorOptions
  /** Address of an OpenTelemetry collector (OTLP/JSON over HTTP) that each build is sent to. @default none */
  otlpEndpoint?: string
}

export interface ResolvedOptions {
  readonly enabled: boolean
  /** Absolute. */
  readonly cacheDir: string
  readonly storeMaxBytes: number
  readonly vfsMaxBytes: number
  readonly auditSample: number
  readonly report: ReportMode
  /** Absolute. */
  readonly reportFile: string | null
  readonly timings: TimingsMode
  /** Absolute. */
  readonly traceFile: string | null
  readonly plugins: ReadonlyMap<string, boolean>
  readonly salt: readonly string[]
  /** Null: off. */
  readonly analysis: AnalysisSettings | null
  /** Null: off. */
  readonly monitor: MonitorSettings | null
  readonly otlpEndpoint: string | null
}

type Check = (value: unknown) => boolean
interface Rule {
  readonly accepts: string
  readonly check: Check
}

const isRecord = (value: unknown): value is Record<string, unknown> => value !== null && typeof value === 'object' && !Array.isArray(value)
const BYTES: Rule = { accepts: 'a positive number of bytes', check: value => typeof value === 'number' && Number.isFinite(value) && value > 0 }
const TEXT: Rule = { accepts: 'a path that is not empty', check: value => typeof value === 'string' && value !== '' }

const isShare: Check = value => typeof value === 'number' && value >= 0 && value <= 1

const RULES: Readonly<Record<string, Rule>> = {
  enabled: { accepts: 'true or false', check: value => typeof value === 'boolean' },
  cacheDir: TEXT,
  'store.maxBytes': BYTES,
  'vfs.maxBytes': BYTES,
  'audit.sample': { accepts: 'a share from 0 to 1', check: isShare },
  report: { accepts: "false, 'summary' or 'full'", check: value => value === false || value === 'summary' || value === 'full' },
  reportFile: TEXT,
  traceFile: TEXT,
  timings: { accepts: "true, false or 'deep'", check: value => typeof value === 'boolean' || value === 'deep' },
  plugins: { accepts: 'an object of plugin names and true or false', check: value => isRecord(value) && Object.values(value).every(word => typeof word === 'boolean') },
  salt: { accepts: 'an array of strings', check: value => Array.isArray(value) && value.every(part => typeof part === 'string') },
  ...ANALYSIS_RULES,
  ...MONITOR_RULES,
  otlpEndpoint: { accepts: 'an http or https address', check: value => typeof value === 'string' && /^https?:\/\/./.test(value) },
}
const GROUPS = new Set(['store', 'vfs', 'audit', 'analysis', 'monitor'])
/** Groups that may be turned on and off as a whole. */
const SWITCHES = new Set(['analysis', 'monitor'])

/** @throws PitcrewError OPTIONS_INVALID that names every option that is wrong and what it accepts. */
export function validateOptions(options: unknown): asserts options is Options | undefined {
  if (options === undefined) return
  const problems = isRecord(options) ? problemsOf(options, '') : ['the options must be an object']
  if (problems.length === 0) return
  throw new PitcrewError('OPTIONS_INVALID', `pitcrew cannot start with these options:\n${problems.map(problem => `  - ${problem}`).join('\n')}`)
}

function problemsOf(options: Record<string, unknown>, prefix: string): string[] {
  return Object.entries(options).flatMap(([name, value]) => {
    const path = prefix + name
    if (value === undefined) return []
    if (SWITCHES.has(path) && typeof value === 'boolean') return []
    if (GROUPS.has(path)) return isRecord(value) ? problemsOf(value, `${path}.`) : [`${path} is ${show(value)}, but must be an object`]
    const rule = Object.hasOwn(RULES, path) ? RULES[path] : undefined
    if (!rule) return [`${path} is not an option; there are ${Object.keys(RULES).join(', ')}`]
    return rule.check(value) ? [] : [`${path} is ${show(value)}, but must be ${rule.accepts}`]
  })
}

function show(value: unknown): string {
  if (typeof value === 'function') return 'a function'
  if (typeof value === 'number' || typeof value === 'bigint') return inspect(value)
  try {
    return JSON.stringify(value) ?? String(value)
  } catch {
    // A cycle, or a bigint somewhere inside.
    return inspect(value, { depth: 1, breakLength: Infinity })
  }
}

const MB = 1_000_000

/** @param root Absolute root of the application, which relative paths are relative to. */
export function resolveOptions(options: Options | undefined, root: string, env: NodeJS.ProcessEnv): ResolvedOptions {
  return resolveGiven(options ?? {}, root, env)
}

function resolveGiven(options: Options, root: string, env: NodeJS.ProcessEnv): ResolvedOptions {
  const verify = verifyOrders(env['PITCREW_VERIFY'])
  return {
    enabled: (options.enabled ?? true) && env['PITCREW'] !== 'off',
    ...placesOf(options, verify, root, env),
    ...amountsOf(options, env),
    report: options.report ?? 'summary',
    timings: options.timings ?? true,
    plugins: pluginsOf(options, verify),
    salt: options.salt ?? [],
    analysis: resolveAnalysis(options.analysis, root),
    monitor: resolveMonitor(options.monitor),
    otlpEndpoint: options.otlpEndpoint ?? null,
  }
}

function placesOf({ cacheDir, reportFile, traceFile }: Options, verify: VerifyOrders | null, root: string, env: NodeJS.ProcessEnv): Pick<ResolvedOptions, 'cacheDir' | 'reportFile' | 'traceFile'> {
  const fileAt = (path: string | undefined): string | null => path === undefined ? null : resolve(root, path)
  // An empty variable is how CI systems write an unset one.
  const usualDir = env['PITCREW_CACHE_DIR'] || join('node_modules', '.cache', 'pitcrew')
  return { cacheDir: resolve(root, verify?.cacheDir ?? cacheDir ?? usualDir), reportFile: verify?.reportFile ?? fileAt(reportFile), traceFile: fileAt(traceFile) }
}

function amountsOf({ store, vfs, audit }: Options, env: NodeJS.ProcessEnv): Pick<ResolvedOptions, 'storeMaxBytes' | 'vfsMaxBytes' | 'auditSample'> {
  return {
    storeMaxBytes: store?.maxBytes ?? 1000 * MB,
    vfsMaxBytes: vfs?.maxBytes ?? 100 * MB,
    auditSample: auditSample(env['PITCREW_AUDIT']) ?? audit?.sample ?? 0.01,
  }
}

function pluginsOf({ plugins }: Options, verify: VerifyOrders | null): ResolvedOptions['plugins'] {
  const without = (verify?.without ?? []).map((name): [string, boolean] => [name, false])
  return new Map([...Object.entries(plugins ?? {}), ...without])
}

/** What the environment says about audits; `null` where it says nothing, or nothing that makes sense. */
function auditSample(word: string | undefined): number | null {
  if (word === 'off') return 0
  if (word === 'all') return 1
  const share = word === undefined || word.trim() === '' ? NaN : Number(word)
  return isShare(share) ? share : null
}

/** What `pitcrew verify` tells the builds that it runs, as JSON in `PITCREW_VERIFY`. It wins over all options. */
export interface VerifyOrders {
  /** Absolute. */
  readonly cacheDir: string
  /** Absolute. */
  readonly reportFile: string
  /** Plugins and loaders that are not to be remembered, by name. */
  readonly without: readonly string[]
}

/** `null` without any, and for what nobody but a person can have written there. */
function verifyOrders(text: string | undefined): VerifyOrders | null {
  try {
    const orders: unknown = JSON.parse(text ?? 'null')
    return isRecord(orders) && TEXT.check(orders['cacheDir']) && TEXT.check(orders['reportFile']) && Array.isArray(orders['without']) ? orders as unknown as VerifyOrders : null
  } catch {
    return null
  }
}
