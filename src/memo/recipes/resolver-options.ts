/** The bundler's resolver, for loaders that ask it: its options are part of their key. */
import type { RecipeKit } from '../recipe.ts'

/** @returns The options, or why what a resolution looked at cannot be known. */
export function resolverOf(kit: RecipeKit): { readonly resolve: unknown } | string {
  const resolve = kit.config['resolve'] as { unsafeCache?: unknown; byDependency?: Readonly<Record<string, { unsafeCache?: unknown }>> } | undefined
  const caches = [resolve, ...Object.values(resolve?.byDependency ?? {})].some(options => Boolean(options?.unsafeCache))
  if (caches) return '`resolve.unsafeCache` hides what a resolution depends on'
  return { resolve }
}
