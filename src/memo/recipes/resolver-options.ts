/** The bundler's resolver, for loaders that ask it: its options are part of their key. */
import type { RecipeKit } from '../recipe.ts'

interface ResolveOptions {
  readonly unsafeCache?: unknown
  readonly byDependency?: Readonly<Record<string, { readonly unsafeCache?: unknown }>>
}

/** @returns The options, those of single rules included, or why what a resolution looked at cannot be known. */
export function resolverOf(kit: RecipeKit): { readonly resolve: unknown; readonly ofRules: readonly unknown[] } | string {
  const resolve = kit.config['resolve'] as ResolveOptions | undefined
  const ofRules = resolveOptionsIn((kit.config['module'] as { rules?: unknown } | undefined)?.rules)
  const all = [resolve, ...ofRules].flatMap(options => [options, ...Object.values(options?.byDependency ?? {})])
  if (all.some(options => Boolean(options?.unsafeCache))) return '`resolve.unsafeCache` hides what a resolution depends on'
  return { resolve, ofRules }
}

function resolveOptionsIn(rules: unknown): ResolveOptions[] {
  if (!Array.isArray(rules)) return []
  return rules.flatMap((rule: unknown) => {
    if (rule === null || typeof rule !== 'object') return []
    const { resolve, rules: inner, oneOf } = rule as { resolve?: ResolveOptions; rules?: unknown; oneOf?: unknown }
    return [...(resolve !== null && typeof resolve === 'object' ? [resolve] : []), ...resolveOptionsIn(inner), ...resolveOptionsIn(oneOf)]
  })
}
