/**
 * css-loader: a function of one style sheet, its options, the requests of its chain and the resolver. Unlike Vite's CSS
 * plugin it keeps no table of CSS modules: each module exports its own names, which are hashes of path and content.
 *
 * Refused is `modules.getJSON`, which hands the names of every module to code of the user's.
 */
import { isFullyVisible, optionsOf } from '../sites/loader-part.ts'
import type { LoaderPart } from '../sites/loader-part.ts'
import type { Recipe, RecipeKit } from '../recipe.ts'
import { tracePreviousMap } from './previous-map.ts'
import { resolverOf } from './resolver-options.ts'

interface CompilerFacts {
  readonly devtool?: unknown
  readonly experiments?: { readonly css?: unknown; readonly buildHttp?: unknown }
  readonly output?: Readonly<Record<string, unknown>>
}

/** What local names are made of where the loader's own options do not say. */
const OUTPUT_NAMES = ['uniqueName', 'hashSalt', 'hashFunction', 'hashDigest', 'hashDigestLength']

export const cssLoader: Recipe = {
  name: 'css-loader',
  host: 'webpack-like',
  matches: ({ name }) => name === 'css-loader',
  create({ plugin }, kit) {
    const options = optionsOf(plugin as LoaderPart)
    const modules = options['modules'] as { getJSON?: unknown } | undefined
    if (modules !== null && typeof modules === 'object' && modules.getJSON) return '`modules.getJSON` collects the names of all modules'
    const resolver = resolverOf(kit)
    if (typeof resolver === 'string') return resolver
    return {
      // The module's type and match resource are inputs of every chain.
      hooks: {
        loader: {
          trusts: ['_module', '_compiler', '_compilation'],
          observe: ({ id }, trace) => tracePreviousMap(id.split('?', 1)[0]!, kit.vfs, trace),
        },
      },
      options: { options, resolver, ...compilerFacts(kit) },
      optionsComplete: options['query'] === undefined,
      readsExposed: false,
      // Functions may read a file once, for all modules.
      knowsDependencies: isFullyVisible(options),
      relocatable: true,
    }
  },
}

/** What it reads of the compiler besides its context. */
function compilerFacts(kit: RecipeKit): Readonly<Record<string, unknown>> {
  const { devtool, experiments, output } = kit.config as CompilerFacts
  return { devtool, output: OUTPUT_NAMES.map(name => output?.[name]), css: experiments?.css, buildHttp: experiments?.buildHttp }
}
