/**
 * What one build leaves behind for the monitor: the input of baselines, anomalies, attribution and prediction.
 *
 * Guaranteed by whoever fills it in: `selfMs` is main-thread time that belongs to that hook alone (nested work is the callee's), so
 * hooks add up, and what is left to `wallMs` is native, idle or somebody else's time. What a hook waited for a processor is not in it. Nothing here is computed; records are plain JSON.
 * Only records of one stratum are ever compared: what differs between strata is never called a regression.
 */

/** What must be equal before two builds may be compared at all. */
export interface Stratum {
  readonly command: string
  readonly mode: string
  /** What tells builds of one project apart that one configuration makes: an environment, a format, a name; mostly empty. */
  readonly variant: string
  /** Name and major version, such as `vite@8`. */
  readonly bundler: string
  readonly cache: 'cold' | 'partly-warm' | 'warm'
  readonly cpuModel: string
  readonly nodeMajor: number
  readonly site: 'ci' | 'local'
}

/** Work of the whole build: modules really transformed, not restored or remembered. */
export interface Work {
  readonly calls: number
  readonly moduleCount: number
  readonly bytes: number
}

/** How the machine was around and during this build; the larger, the slower it was just then. */
export interface Calibration {
  /** Milliseconds that fixed kernels took when nobody interrupted them. */
  readonly javascriptMs: number
  readonly threadsMs: number
  readonly fileSystemMs: number
  /** The build's time over what it would have been had other processes not had the main thread's processor; 1 where that is not known. */
  readonly mainWaitRatio: number
  /** The same of the time that all other threads ran. */
  readonly threadWaitRatio: number
}

export interface ModuleCost {
  /** Relative to the root. */
  readonly id: string
  readonly selfMs: number
  readonly calls: number
}

/** One hook of one plugin, or one loader, over the whole build. */
export interface HookMetric {
  readonly plugin: string
  readonly hook: string
  readonly selfMs: number
  readonly calls: number
  readonly bytes: number
  /** The most expensive modules; may be empty. What they leave of `selfMs` counts as other modules. */
  readonly modules: readonly ModuleCost[]
}

export interface PluginDigests {
  readonly source: string
  readonly options: string
}

/** What may explain a change, as far as it is known. Digests are opaque: only their equality means something. */
export interface Provenance {
  readonly commit: string | null
  readonly branch: string | null
  readonly lockfileDigest: string | null
  readonly configDigest: string | null
  readonly nodeVersion: string
  /** Version of each plugin whose package is known, by plugin name. */
  readonly pluginVersions: Readonly<Record<string, string>>
  /** Digests of each plugin's own functions and of its visible options, by plugin name. */
  readonly pluginDigests: Readonly<Record<string, PluginDigests>>
  /** Resolved version of each package that the lockfile names and that a plugin may use. */
  readonly packageVersions: Readonly<Record<string, string>>
  /** Files that differ from the build before, relative to the root. */
  readonly changedFiles: readonly string[]
}

export interface BuildRecord {
  readonly id: string
  /** Milliseconds since the epoch; records are given oldest first. */
  readonly startedAtMs: number
  readonly stratum: Stratum
  readonly wallMs: number
  readonly work: Work
  /** `null` when the kernels did not run. */
  readonly calibration: Calibration | null
  readonly metrics: readonly HookMetric[]
  readonly provenance: Provenance
}

/** A plugin and a hook as one string; neither part can be mistaken for the other. */
export function metricKey(plugin: string, hook: string): string {
  return JSON.stringify([plugin, hook])
}

/** Two builds may be compared when their keys are equal. */
export function stratumKey(stratum: Stratum): string {
  const { command, mode, variant, bundler, cache, cpuModel, nodeMajor, site } = stratum
  return JSON.stringify([command, mode, variant, bundler, cache, cpuModel, nodeMajor, site])
}

/** Earlier builds that may be compared with `current`, oldest first. */
export function comparable(history: readonly BuildRecord[], stratum: Stratum): readonly BuildRecord[] {
  const key = stratumKey(stratum)
  return history.filter((record) => stratumKey(record.stratum) === key)
}
