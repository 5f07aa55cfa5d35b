/**
 * @mdx-js/loader: compiles each document by itself, with one processor for each set of options. What remark and rehype
 * plugins read once is shared by all documents.
 */
import { optionsOf } from '../sites/loader-part.ts'
import type { LoaderPart } from '../sites/loader-part.ts'
import type { Recipe } from '../recipe.ts'

export const mdxLoader: Recipe = {
  name: '@mdx-js/loader',
  host: 'webpack-like',
  matches: ({ name }) => name === '@mdx-js/loader',
  create({ plugin }) {
    const options = optionsOf(plugin as LoaderPart)
    return {
      hooks: { loader: { trusts: ['_compiler'], inputs: () => ({ cwd: process.cwd() }) } },
      options,
      optionsComplete: options['query'] === undefined,
      readsExposed: false,
      knowsDependencies: false,
      relocatable: true,
    }
  },
}
