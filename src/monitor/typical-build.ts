/**
 * What a build usually costs, as something that a build can be compared with: the "before" of an attribution against history.
 *
 * Each hook has the median time, calls and bytes of the builds that its baseline rests on; a module, of the newest builds that list it.
 * Medians do not add up, so the build's own median is kept and the difference ends up in the remainder.
 */
import type { Costs, NoiseOf } from './attribute.ts'
import type { BuildRecord, Calibration, ModuleCost, Stratum } from './build-record.ts'
import { comparable, metricKey } from './build-record.ts'
import type { Model } from './model.ts'
import { groupBy, median } from './stats.ts'

/** Modules come and go faster than hooks change. */
const MODULE_BUILDS = 5
/** Hooks that are missing from this many newest builds are gone and not "removed" by the present build. */
const PRESENT_BUILDS = 3

export interface TypicalBuild {
  readonly costs: Costs
  readonly noiseOf: NoiseOf
}

/** `null` before the first build of the stratum. @param history Oldest first, the one that `model` was learnt from. */
export function typicalBuild(history: readonly BuildRecord[], stratum: Stratum, model: Model): TypicalBuild | null {
  const past = comparable(history, stratum)
  const build = model.metrics.get('build')
  if (build === undefined) return null
  const recent = past.slice(-MODULE_BUILDS)
  const present = new Map(past.slice(-PRESENT_BUILDS).flatMap((record) => record.metrics.map((metric) => [metricKey(metric.plugin, metric.hook), metric])))
  const metrics = [...present].map(([key, metric]) => ({
    ...metric,
    selfMs: model.metrics.get(key)?.typicalMs ?? metric.selfMs,
    calls: model.metrics.get(key)?.typicalCalls ?? metric.calls,
    modules: typicalModules(recent, key),
  }))
  return {
    costs: { wallMs: build.typicalMs, metrics, calibration: typicalCalibration(past) },
    noiseOf: (plugin, hook) => model.metrics.get(metricKey(plugin, hook))?.sigma ?? build.sigma,
  }
}

function typicalModules(recent: readonly BuildRecord[], key: string): readonly ModuleCost[] {
  const seen = recent.flatMap((record) => record.metrics.filter((metric) => metricKey(metric.plugin, metric.hook) === key))
  const last = new Set(seen.at(-1)?.modules.map((module) => module.id))
  const costs = seen.flatMap((metric) => metric.modules).filter((module) => last.has(module.id))
  return [...groupBy(costs, (module) => module.id)].map(([id, same]) => ({
    id,
    selfMs: median(same.map((module) => module.selfMs)),
    calls: median(same.map((module) => module.calls)),
  }))
}

function typicalCalibration(past: readonly BuildRecord[]): Calibration | null {
  const known = past.flatMap((record) => (record.calibration === null ? [] : [record.calibration]))
  if (known.length === 0) return null
  const typical = (name: keyof Calibration): number => median(known.map((item) => item[name]))
  return {
    javascriptMs: typical('javascriptMs'), threadsMs: typical('threadsMs'), fileSystemMs: typical('fileSystemMs'),
    mainWaitRatio: typical('mainWaitRatio'), threadWaitRatio: typical('threadWaitRatio'),
  }
}
