/** From a build report to what recommendations are made from. */
import type { BuildUse, HookUse } from '../monitor/recommend.ts'
import type { BuildReport } from '../report/build-report.ts'

export interface UseFacts {
  readonly isBundlerNative: boolean
  readonly storeMaxBytes: number
  readonly otherEnvironment: BuildUse['otherEnvironment']
}

export function useOf(report: BuildReport, { isBundlerNative, storeMaxBytes, otherEnvironment }: UseFacts): BuildUse {
  const { command, wallMs, redoneBy, store } = report
  const lost = redoneBy.filter(({ cause }) => cause.kind === 'not-stored' && cause.detail === '')
  return {
    command, wallMs, isBundlerNative, otherEnvironment,
    hooks: hooksOf(report),
    lostMs: lost.reduce((sum, group) => sum + group.costMs, 0),
    store: { sizeBytes: store.sizeBytes, maxBytes: storeMaxBytes },
  }
}

/** Without timings nothing is known of no-op calls. */
function hooksOf({ timings, plugins }: BuildReport): readonly HookUse[] {
  const memo = new Map(plugins.map(plugin => [JSON.stringify([plugin.name, plugin.hook]), plugin]))
  return (timings?.hooks ?? []).map(({ plugin, hook, calls, noopCalls, filterSavingMs, likelyMinMs, quality, modules }) => {
    const known = memo.get(JSON.stringify([plugin, hook]))
    return {
      plugin, hook, calls, noopCalls, filterSavingMs, selfMs: likelyMinMs,
      isKnown: quality !== 'withheld',
      hits: known?.outcomes.hit ?? 0,
      savedMs: known?.savedMs ?? 0,
      isRefused: known?.policy.decision === 'refuse',
      remedy: known?.policy.remedy ?? null,
      moduleIds: new Map(modules.map(module => [module.id, module.selfMs])),
    }
  })
}
