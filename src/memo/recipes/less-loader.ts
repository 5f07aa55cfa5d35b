/**
 * less-loader: a function of the files that Less imports, which it declares, and of those that would shadow them.
 *
 * What crosses modules: it listens to Less's one logger while it renders, so that the messages of one file reach every
 * file that is rendered at the same time. A call with a message is not remembered. Nor is one with a Less plugin, or with
 * a function that reads files: `data-uri`, `image-size`.
 */
import { resolve } from 'node:path'
import { isFullyVisible, optionsOf } from '../sites/loader-part.ts'
import type { LoaderPart } from '../sites/loader-part.ts'
import type { Recipe, RecipeKit } from '../recipe.ts'
import type { HookRecipe } from '../sites/site.ts'
import type { Trace } from '../trace/trace.ts'
import { StyleShadows } from './probes.ts'
import { resolverOf } from './resolver-options.ts'
import { LESS_READS } from './style-reads.ts'

export const lessLoader: Recipe = {
  name: 'less-loader',
  host: 'webpack-like',
  matches: ({ name }) => name === 'less-loader',
  create({ plugin }, kit) {
    const options = optionsOf(plugin as LoaderPart)
    const less = options['lessOptions'] ?? {}
    if (typeof less === 'function') return '`lessOptions` is a function, which may add plugins that read anything'
    const { plugins, paths } = less as { plugins?: readonly unknown[]; paths?: unknown }
    if (plugins && plugins.length > 0) return 'a plugin of Less may read anything'
    const resolver = resolverOf(kit)
    if (typeof resolver === 'string') return resolver
    const loadPaths = [paths].flat().filter(path => typeof path === 'string').map(path => resolve(path))
    return {
      hooks: { loader: loaderHook([...loadPaths, process.cwd()], options['additionalData'], kit) },
      options: { options, resolver },
      optionsComplete: options['query'] === undefined,
      readsExposed: false,
      // Functions may read a file once, for all modules.
      knowsDependencies: isFullyVisible({ ...options, implementation: null }),
      relocatable: true,
    }
  },
}

function loaderHook(loadPaths: readonly string[], additionalData: unknown, kit: RecipeKit): HookRecipe {
  const shadows = new StyleShadows(kit, loadPaths)
  return {
    inputs: () => ({ cwd: process.cwd() }),
    observe({ id }, trace) {
      const file = id.split('?', 1)[0]!
      const text = kit.vfs.read(file)?.toString('utf8') ?? ''
      const prepended = typeof additionalData === 'string' ? `${additionalData}\n` : ''
      shadows.trace(file, prepended + text, trace)
      if (trace.effects.some(effect => effect.kind === 'loader-warning' || effect.kind === 'loader-log')) trace.refuse('Less gives its messages to all files that it renders at the same time')
      if (LESS_READS.test(prepended + text) || importsReader(trace, kit)) trace.refuse('it may read files that Less does not name')
    },
  }
}

function importsReader(trace: Trace, kit: RecipeKit): boolean {
  return [...trace.files].some(path => /\.(?:less|css)$/.test(path) && LESS_READS.test(kit.vfs.read(path)?.toString('utf8') ?? ''))
}
