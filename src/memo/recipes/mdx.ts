/**
 * @mdx-js/rollup: compiles each document by itself. Its options, remark and rehype plugins lie in a closure, so the whole
 * configuration is part of the key; what they read is traced.
 */
import type { Recipe } from '../recipe.ts'

export const mdx: Recipe = {
  name: 'mdx',
  host: 'rollup-like',
  matches: ({ name }) => name === '@mdx-js/rollup',
  create: () => ({ hooks: { transform: {} }, options: null, optionsComplete: false, readsExposed: false, relocatable: true }),
}
