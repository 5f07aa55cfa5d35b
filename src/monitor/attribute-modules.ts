/**
 * The change of one hook's time, module by module. Modules that neither build lists are the remainder, which the caller states.
 */
import type { ModuleCost } from './build-record.ts'

export interface ModuleChange {
  readonly id: string
  readonly kind: 'new' | 'removed' | 'changed'
  readonly beforeMs: number
  readonly afterMs: number
  readonly deltaMs: number
}

/** Largest change first, unchanged ones left out; deltas add up to the difference of the listed modules. */
export function moduleChanges(before: readonly ModuleCost[], after: readonly ModuleCost[]): readonly ModuleChange[] {
  const olds = totals(before)
  const news = totals(after)
  return [...new Set([...olds.keys(), ...news.keys()])]
    .map((id) => {
      const beforeMs = olds.get(id) ?? 0
      const afterMs = news.get(id) ?? 0
      const kind = !olds.has(id) ? 'new' : !news.has(id) ? 'removed' : 'changed'
      return { id, kind, beforeMs, afterMs, deltaMs: afterMs - beforeMs } as const
    })
    .filter((change) => change.deltaMs !== 0)
    .sort((a, b) => Math.abs(b.deltaMs) - Math.abs(a.deltaMs))
}

function totals(modules: readonly ModuleCost[]): ReadonlyMap<string, number> {
  const sums = new Map<string, number>()
  for (const { id, selfMs } of modules) sums.set(id, (sums.get(id) ?? 0) + selfMs)
  return sums
}
