/**
 * Recommendations from use: what this build shows could be done better, with what that would save where it is known. Pure.
 *
 * Nothing is said below `MIN_SAVING_MS` or a hundredth of the build: advice that saves nothing costs attention.
 */
import { duration } from './anomalies/describe.ts'
import type { Recommendation } from './monitor-report.ts'
import { groupBy } from './stats.ts'

const MIN_SAVING_MS = 20
const MIN_BUILD_SHARE = 0.01
/** A hook that does something half of the time has nothing to filter. */
const NOOP_SHARE = 0.5
const MIN_NOOP_CALLS = 20
const BLOCKING_SHARE = 0.25
const BLOCKING_MS = 500
const REFUSED_SHARE = 0.05
const MIN_HITS = 50
const FULL_STORE_SHARE = 0.8
const MAX_RECOMMENDATIONS = 10

/** One hook of one plugin in this build. */
export interface HookUse {
  readonly plugin: string
  readonly hook: string
  /** Calls that were really made. */
  readonly calls: number
  readonly noopCalls: number
  readonly filterSavingMs: number
  /** What it took at least, without doubt. */
  readonly selfMs: number
  /** Whether `selfMs` may be shown. */
  readonly isKnown: boolean
  readonly hits: number
  readonly savedMs: number
  readonly isRefused: boolean
  /** What a person could do so that it is remembered, as a clause. */
  readonly remedy: string | null
  readonly moduleIds: ReadonlyMap<string, number>
}

export interface BuildUse {
  readonly command: 'build' | 'watch' | 'dev'
  readonly wallMs: number
  /** The bundler works on threads of its own, which wait when the main thread is busy. */
  readonly isBundlerNative: boolean
  readonly hooks: readonly HookUse[]
  /** Cost of calls that had been recorded and were not in the store any more. */
  readonly lostMs: number
  readonly store: { readonly sizeBytes: number; readonly maxBytes: number }
  /** The same hooks in another environment of the same run, if there was one. */
  readonly otherEnvironment: { readonly name: string; readonly hooks: readonly HookUse[] } | null
}

/** By saving, at most ten. */
export function recommend(use: BuildUse): readonly Recommendation[] {
  const enough = Math.max(MIN_SAVING_MS, MIN_BUILD_SHARE * (use.command === 'dev' ? 0 : use.wallMs))
  const found = [
    ...use.hooks.flatMap(hook => [...noops(hook, use), ...memory(hook, use)]),
    ...blocking(use),
    ...duplicates(use),
    ...smallStore(use),
  ]
  return found.filter(item => item.savingMs >= enough || item.kind === 'blocking' || item.kind === 'not-worth-memoizing').sort((a, b) => b.savingMs - a.savingMs).slice(0, MAX_RECOMMENDATIONS)
}

function about(kind: Recommendation['kind'], { plugin, hook }: HookUse, savingMs: number, sentence: string): Recommendation {
  return { kind, plugin, hook, savingMs, sentence: `${plugin} (${hook}) ${sentence}` }
}

function noops(use: HookUse, { command }: BuildUse): readonly Recommendation[] {
  const { calls, noopCalls, filterSavingMs, isRefused } = use
  if (noopCalls < MIN_NOOP_CALLS || noopCalls < NOOP_SHARE * calls) return []
  const times = noopCalls === calls ? `all of its ${calls} calls` : `${noopCalls} of its ${calls} calls`
  // A plugin that works when a bundle is written has nothing to do where none is.
  if (command === 'dev' && isRefused && noopCalls === calls) {
    return [about('build-only-in-dev', use, filterSavingMs, `did nothing in ${times} in dev: if it is for builds alone, \`apply: 'build'\` saves at least ${duration(filterSavingMs)}.`)]
  }
  return [about('filter', use, filterSavingMs, `did nothing in ${times}: a hook filter would save at least ${duration(filterSavingMs)}.`)]
}

function memory(use: HookUse, { wallMs, command }: BuildUse): readonly Recommendation[] {
  const { plugin, hits, savedMs, isRefused, remedy, selfMs, isKnown } = use
  if (hits >= MIN_HITS && savedMs < 1) {
    return [about('not-worth-memoizing', use, 0, `gains nothing from being remembered, ${hits} times in this build: \`plugins: { ${JSON.stringify(plugin)}: false }\` leaves it alone.`)]
  }
  if (!isRefused || remedy === null || !isKnown || command === 'dev' || selfMs < REFUSED_SHARE * wallMs) return []
  return [about('worth-memoizing', use, selfMs, `takes ${duration(selfMs)} in every build and is not remembered; ${remedy}.`)]
}

function blocking({ hooks, wallMs, isBundlerNative, command }: BuildUse): readonly Recommendation[] {
  if (command === 'dev' || !isBundlerNative) return []
  const plugins = [...groupBy(hooks.filter(hook => hook.isKnown), hook => hook.plugin)]
  return plugins.flatMap(([plugin, own]) => {
    const selfMs = own.reduce((sum, hook) => sum + hook.selfMs, 0)
    if (selfMs < Math.max(BLOCKING_MS, BLOCKING_SHARE * wallMs)) return []
    const [dearest] = [...own].sort((a, b) => b.selfMs - a.selfMs)
    const share = Math.round((100 * selfMs) / wallMs)
    const sentence = `${plugin} keeps the main thread busy for ${duration(selfMs)}, ${share} % of the build, and the bundler's threads wait for it: let it do less (${dearest?.hook ?? 'transform'}), or in a worker.`
    return [{ kind: 'blocking', plugin, hook: dearest?.hook ?? null, savingMs: 0, sentence } as const]
  })
}

/** Modules that two environments of one run both gave to the same hook, as far as the dearest are known. */
function duplicates({ hooks, otherEnvironment }: BuildUse): readonly Recommendation[] {
  if (otherEnvironment === null) return []
  return hooks.flatMap(use => {
    const twin = otherEnvironment.hooks.find(({ plugin, hook }) => plugin === use.plugin && hook === use.hook)
    const shared = [...use.moduleIds].filter(([id]) => twin?.moduleIds.has(id))
    const ms = shared.reduce((sum, [id, own]) => sum + Math.min(own, twin?.moduleIds.get(id) ?? 0), 0)
    if (shared.length === 0) return []
    return [about('duplicate-work', use, ms, `did ${shared.length} of the same modules for ${otherEnvironment.name} too, ${duration(ms)} twice: a plugin that is shared (\`sharedDuringBuild\`) can keep what does not depend on the environment.`)]
  })
}

function smallStore({ lostMs, store }: BuildUse): readonly Recommendation[] {
  if (store.sizeBytes < FULL_STORE_SHARE * store.maxBytes) return []
  const sentence = `The store is full (${Math.round(store.sizeBytes / 1e6)} of ${Math.round(store.maxBytes / 1e6)} MB) and had dropped what took ${duration(lostMs)} to do again: raise \`store.maxBytes\`.`
  return [{ kind: 'store-too-small', plugin: null, hook: null, savingMs: lostMs, sentence }]
}
