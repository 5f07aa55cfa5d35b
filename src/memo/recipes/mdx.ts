/**
 * @mdx-js/rollup: compiles each document by itself. Its options, remark and rehype plugins lie in a closure, so the whole
 * configuration is part of the key; what they read is traced.
 */
import type { Recipe } from '../recipe.ts'

/** It sees every module and leaves all but these alone. */
const DOCUMENT = /\.(?:mdx?|markdown|mdown|mkdn|mkd|mkdown|ron)(?:$|\?)/

export const mdx: Recipe = {
  name: 'mdx',
  host: 'rollup-like',
  matches: ({ name }) => name === '@mdx-js/rollup',
  create: () => ({ hooks: { transform: { admit: ({ id }) => (DOCUMENT.test(id) ? null : 'not a document') } }, options: null, optionsComplete: false, readsExposed: false, knowsDependencies: false, relocatable: true }),
}
