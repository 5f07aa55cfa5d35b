/** Build records for tests: a project whose costs are known exactly, with noise that is a fixed sequence. */
import type { BuildRecord, Calibration, HookMetric, ModuleCost, Provenance, Stratum } from '../../../src/monitor/build-record.ts'

export const STRATUM: Stratum = {
  command: 'build', mode: 'production', variant: '', bundler: 'vite@8', cache: 'cold', cpuModel: 'test', nodeMajor: 20, site: 'local',
}

export const PROVENANCE: Provenance = {
  commit: null, branch: 'main', lockfileDigest: 'lock-1', configDigest: 'config-1', nodeVersion: '20.20.0',
  pluginVersions: { 'vite:css': '8.3.0' }, pluginDigests: {}, packageVersions: { 'sass-embedded': '1.97', react: '19.1.0' }, changedFiles: [],
}

/** A machine that nobody else wants. */
export const CALM: Calibration = { javascriptMs: 7, threadsMs: 7, fileSystemMs: 7, mainWaitRatio: 1, threadWaitRatio: 1 }

export interface Hook {
  readonly plugin: string
  readonly hook?: string
  readonly selfMs: number
  readonly calls?: number
  readonly bytes?: number
  readonly modules?: readonly ModuleCost[]
}

export interface BuildOptions {
  readonly restMs?: number
  readonly calibration?: Partial<Calibration> | null
  readonly provenance?: Partial<Provenance>
  readonly stratum?: Stratum
  readonly moduleCount?: number
}

export function build(index: number, hooks: readonly Hook[], options: BuildOptions = {}): BuildRecord {
  const metrics = hooks.map(metric)
  const selfMs = metrics.reduce((sum, item) => sum + item.selfMs, 0)
  return {
    id: `build-${index}`,
    startedAtMs: index,
    stratum: options.stratum ?? STRATUM,
    wallMs: selfMs + (options.restMs ?? 800),
    work: { calls: 1000, moduleCount: options.moduleCount ?? 400, bytes: 1e6 },
    calibration: options.calibration ? { ...CALM, ...options.calibration } : null,
    metrics,
    provenance: { ...PROVENANCE, ...options.provenance },
  }
}

function metric({ plugin, hook = 'transform', selfMs, calls = 100, bytes = 1e5, modules = [] }: Hook): HookMetric {
  return { plugin, hook, selfMs, calls, bytes, modules }
}

/** Seven plugins between 150 and 1200 ms. */
export const PLUGINS: readonly Hook[] = [
  { plugin: 'vite:css', selfMs: 1200, calls: 96 },
  { plugin: 'vite:vue', selfMs: 900 },
  { plugin: 'babel', selfMs: 700 },
  { plugin: 'mdx', selfMs: 500 },
  { plugin: 'svgr', selfMs: 300 },
  { plugin: 'icons', selfMs: 200 },
  { plugin: 'alias', hook: 'resolveId', selfMs: 150, calls: 4000 },
]

/** A number in [-1, 1] for each pair; the same in every run. */
export function wobble(a: number, b: number): number {
  const x = Math.sin(a * 12.9898 + b * 78.233) * 43758.5453
  return 2 * (x - Math.floor(x)) - 1
}

/** `count` ordinary builds in which each cost varies by up to `noise`, and all together by up to `shared`. */
export function ordinaryBuilds(count: number, noise = 0.02, shared = 0): BuildRecord[] {
  return Array.from({ length: count }, (_, index) => ordinaryBuild(index, noise, shared))
}

export function ordinaryBuild(index: number, noise = 0.02, shared = 0, change: (hook: Hook) => Hook = (hook) => hook, options: BuildOptions = {}): BuildRecord {
  const factor = 1 + shared * wobble(index, 99)
  const hooks = PLUGINS.map((hook, i) => change({ ...hook, selfMs: hook.selfMs * factor * (1 + noise * wobble(index, i)) }))
  return build(index, hooks, { restMs: 800 * factor * (1 + noise * wobble(index, 50)), ...options })
}

/** A change of one plugin's time, for `ordinaryBuild`. */
export function slower(plugin: string, factor: number): (hook: Hook) => Hook {
  return (hook) => (hook.plugin === plugin ? { ...hook, selfMs: hook.selfMs * factor } : hook)
}
