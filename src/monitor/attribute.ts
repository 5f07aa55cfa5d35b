/**
 * Whose doing a change is: an exact additive decomposition of `after - before` over plugin, hook and module.
 *
 * Guaranteed: parts add up to the change of their hook, hooks to their plugin, plugins and the remainder to the build (up to the rounding
 * of doubles). What the machine did to everything is a part of its own, so that a slow machine is not a slow plugin; more calls are not
 * slower calls; cost that turns up in one hook as it leaves others is called moved. Not guaranteed: that a cause is among the hooks.
 */
import type { BuildRecord, HookMetric } from './build-record.ts'
import { metricKey } from './build-record.ts'
import type { ModuleChange } from './attribute-modules.ts'
import { moduleChanges } from './attribute-modules.ts'
import { commonShift } from './common-shift.ts'
import { groupBy, weightedMedian } from './stats.ts'

/** What is compared; a whole record or what `typicalBuild` makes of many. */
export type Costs = Pick<BuildRecord, 'wallMs' | 'metrics' | 'calibration'>

/** Log standard deviation of a hook's time between two builds of the same thing. */
export type NoiseOf = (plugin: string, hook: string) => number

/** Milliseconds; they add up to the change. */
export interface ChangeParts {
  /** What the shift that all plugins share did to this hook. */
  readonly machineMs: number
  readonly moreCallsMs: number
  readonly slowerCallsMs: number
  readonly newMs: number
  readonly removedMs: number
}

export type ChangeKind = 'slower' | 'faster' | 'more-work' | 'less-work' | 'new' | 'removed' | 'moved' | 'unchanged'

export interface HookChange {
  readonly plugin: string
  readonly hook: string
  readonly kind: ChangeKind
  readonly beforeMs: number
  readonly afterMs: number
  readonly deltaMs: number
  readonly parts: ChangeParts
  readonly calls: { readonly before: number; readonly after: number }
  /** Largest change first; they and `otherModulesMs` add up to `deltaMs`. */
  readonly modules: readonly ModuleChange[]
  readonly otherModulesMs: number
  /** How much and how surely this hook changed by itself; only its order means something. */
  readonly suspicion: number
}

export interface PluginChange {
  readonly plugin: string
  readonly deltaMs: number
  readonly parts: ChangeParts
  readonly hooks: readonly HookChange[]
}

export interface Attribution {
  readonly beforeMs: number
  readonly afterMs: number
  readonly deltaMs: number
  /** How much slower everything was alike; 1 when nothing is known to be common. */
  readonly machineRatio: number
  /** Largest change of its own first. */
  readonly plugins: readonly PluginChange[]
  /** Change of what no hook accounts for. */
  readonly restMs: number
  /** Hooks whose cost rose by itself, likeliest culprit first; those of kind `moved` made nothing slower and count half. */
  readonly suspects: readonly HookChange[]
}

/** Noise to assume between two single builds of which nothing else is known, plus timer noise on small hooks. */
const UNKNOWN_SIGMA = 0.04
/** Added to every noise: no timer and no machine is better than that. */
const SUSPICION_FLOOR = 0.01
/** Kernels closer than this are the same machine. */
const MACHINE_SAME = 0.06
const UNCHANGED_RATIO = 0.02
const UNCHANGED_MS = 1
const MOVED_SHARE = 0.7
/** Both sides of a move must be beyond noise, or every fluctuation would excuse a real slowdown. */
const MOVED_SIGMAS = 3
/** Equal amounts may also coincide, so a moved rise stays a suspect, behind those that nothing excuses. */
const MOVED_SUSPICION = 0.5

/** Decomposes the change from `before` to `after`. @param noiseOf @default 4 % for every hook */
export function attribute(before: Costs, after: Costs, noiseOf: NoiseOf = () => UNKNOWN_SIGMA): Attribution {
  const pairs = pairHooks(before.metrics, after.metrics)
  const shift = sharedShift(before, after, pairs, noiseOf)
  const hooks = markMoved(pairs.map((pair) => changeOf(pair, shift, noiseOf)), noiseOf)
  const plugins = [...groupBy(hooks, (hook) => hook.plugin)].map(([plugin, own]) => pluginChange(plugin, own))
  const deltaMs = after.wallMs - before.wallMs
  return {
    beforeMs: before.wallMs,
    afterMs: after.wallMs,
    deltaMs,
    machineRatio: Math.exp(shift),
    plugins: plugins.sort((a, b) => Math.abs(ownMs(b.parts)) - Math.abs(ownMs(a.parts))),
    restMs: deltaMs - plugins.reduce((sum, plugin) => sum + plugin.deltaMs, 0),
    suspects: hooks.filter((hook) => hook.suspicion > 0).sort((a, b) => b.suspicion - a.suspicion),
  }
}

interface Pair {
  readonly before: HookMetric
  readonly after: HookMetric
}

function pairHooks(before: readonly HookMetric[], after: readonly HookMetric[]): readonly Pair[] {
  const olds = new Map(before.map((metric) => [metricKey(metric.plugin, metric.hook), metric]))
  const news = new Map(after.map((metric) => [metricKey(metric.plugin, metric.hook), metric]))
  return [...new Set([...olds.keys(), ...news.keys()])].flatMap((key) => {
    const [old, now] = [olds.get(key), news.get(key)]
    if (old !== undefined) return [{ before: old, after: now ?? nothing(old) }]
    return now === undefined ? [] : [{ before: nothing(now), after: now }]
  })
}

function nothing(like: HookMetric): HookMetric {
  return { plugin: like.plugin, hook: like.hook, selfMs: 0, calls: 0, bytes: 0, modules: [] }
}

/** Kernels where they differ beyond noise, as far as hooks show it, too; otherwise what the plugins have in common. */
function sharedShift(before: Costs, after: Costs, pairs: readonly Pair[], noiseOf: NoiseOf): number {
  const inBoth = pairs.filter((pair) => pair.before.calls > 0 && pair.after.calls > 0 && pair.before.selfMs > 0 && pair.after.selfMs > 0)
  const deviations = inBoth.map((pair) => ({ group: pair.before.plugin, error: perCallLog(pair), sigma: noiseOf(pair.before.plugin, pair.before.hook) }))
  if (before.calibration !== null && after.calibration !== null) {
    const kernel = Math.log(after.calibration.javascriptMs / before.calibration.javascriptMs)
    const shown = weightedMedian(deviations.map(({ error, sigma }) => ({ value: error, weight: 1 / (sigma + SUSPICION_FLOOR) })))
    if (Math.abs(kernel) > MACHINE_SAME && kernel * shown > 0) return Math.sign(kernel) * Math.min(Math.abs(kernel), Math.abs(shown))
  }
  return commonShift(deviations)
}

function perCallLog({ before, after }: Pair): number {
  return Math.log(after.selfMs / after.calls / (before.selfMs / before.calls))
}

function changeOf(pair: Pair, shift: number, noiseOf: NoiseOf): HookChange {
  const { before, after } = pair
  const parts = partsOf(pair, shift)
  const deltaMs = after.selfMs - before.selfMs
  const modules = moduleChanges(before.modules, after.modules)
  return {
    plugin: after.plugin,
    hook: after.hook,
    kind: kindOf(parts, before.selfMs),
    beforeMs: before.selfMs,
    afterMs: after.selfMs,
    deltaMs,
    parts,
    calls: { before: before.calls, after: after.calls },
    modules,
    otherModulesMs: deltaMs - modules.reduce((sum, module) => sum + module.deltaMs, 0),
    suspicion: suspicionOf(parts, before.selfMs, noiseOf(after.plugin, after.hook)),
  }
}

/** With u ms a call and c calls: machine c·u·(G−1), more calls (c'−c)·u·G, slower calls c'·(u'−u·G); their sum is c'·u' − c·u. */
function partsOf({ before, after }: Pair, shift: number): ChangeParts {
  const none = { machineMs: 0, moreCallsMs: 0, slowerCallsMs: 0, newMs: 0, removedMs: 0 }
  if (before.calls === 0) return { ...none, newMs: after.selfMs - before.selfMs }
  if (after.calls === 0) return { ...none, removedMs: after.selfMs - before.selfMs }
  const expectedPerCall = (before.selfMs / before.calls) * Math.exp(shift)
  return {
    ...none,
    machineMs: before.calls * expectedPerCall - before.selfMs,
    moreCallsMs: (after.calls - before.calls) * expectedPerCall,
    slowerCallsMs: after.selfMs - after.calls * expectedPerCall,
  }
}

/** What a hook did by itself: everything but the machine's part. */
export function ownMs({ moreCallsMs, slowerCallsMs, newMs, removedMs }: ChangeParts): number {
  return moreCallsMs + slowerCallsMs + newMs + removedMs
}

function kindOf(parts: ChangeParts, beforeMs: number): ChangeKind {
  if (parts.newMs !== 0) return 'new'
  if (parts.removedMs !== 0) return 'removed'
  if (Math.abs(ownMs(parts)) < Math.max(UNCHANGED_MS, UNCHANGED_RATIO * beforeMs)) return 'unchanged'
  if (Math.abs(parts.moreCallsMs) > Math.abs(parts.slowerCallsMs)) return parts.moreCallsMs > 0 ? 'more-work' : 'less-work'
  return parts.slowerCallsMs > 0 ? 'slower' : 'faster'
}

/**
 * Log rise over noise, times the root of the milliseconds: of two equally sure suspects the costlier one, of two equally costly ones the
 * surer. Milliseconds alone would blame the largest hook for its noise.
 */
function suspicionOf(parts: ChangeParts, beforeMs: number, sigma: number): number {
  const own = ownMs(parts)
  if (own <= 0) return 0
  const expectedMs = beforeMs + parts.machineMs
  // A hook that was not there cannot be noise; count it as a doubling.
  const rise = expectedMs > 0 ? Math.log1p(own / expectedMs) : Math.LN2
  return (rise / (sigma + SUSPICION_FLOOR)) * Math.sqrt(own)
}

/** Rises that fall elsewhere by about as much, greedily from the largest; both sides are marked. */
function markMoved(hooks: readonly HookChange[], noiseOf: NoiseOf): readonly HookChange[] {
  const moved = new Set<HookChange>()
  const changed = hooks
    .filter((hook) => Math.abs(ownMs(hook.parts)) > MOVED_SIGMAS * noiseOf(hook.plugin, hook.hook) * Math.max(hook.beforeMs, UNCHANGED_MS))
    .sort((a, b) => ownMs(b.parts) - ownMs(a.parts))
  const falls = changed.filter((hook) => ownMs(hook.parts) < 0).reverse()
  for (const rise of changed.filter((hook) => ownMs(hook.parts) > 0)) {
    const source = falls.find((fall) => !moved.has(fall) && isAboutEqual(-ownMs(fall.parts), ownMs(rise.parts)))
    if (source === undefined) continue
    moved.add(source)
    moved.add(rise)
  }
  return hooks.map((hook) => (moved.has(hook) ? { ...hook, kind: 'moved', suspicion: MOVED_SUSPICION * hook.suspicion } : hook))
}

function isAboutEqual(a: number, b: number): boolean {
  return Math.min(a, b) >= MOVED_SHARE * Math.max(a, b)
}

function pluginChange(plugin: string, hooks: readonly HookChange[]): PluginChange {
  const sum = (of: (hook: HookChange) => number): number => hooks.reduce((total, hook) => total + of(hook), 0)
  return {
    plugin,
    deltaMs: sum((hook) => hook.deltaMs),
    parts: {
      machineMs: sum((hook) => hook.parts.machineMs),
      moreCallsMs: sum((hook) => hook.parts.moreCallsMs),
      slowerCallsMs: sum((hook) => hook.parts.slowerCallsMs),
      newMs: sum((hook) => hook.parts.newMs),
      removedMs: sum((hook) => hook.parts.removedMs),
    },
    hooks: [...hooks].sort((a, b) => Math.abs(ownMs(b.parts)) - Math.abs(ownMs(a.parts))),
  }
}
