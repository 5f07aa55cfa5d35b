/**
 * sass-loader with sass-embedded, sass or node-sass: a function of the style sheets that it loads, which it declares, and
 * of those that would shadow them, which it does not. Nothing crosses modules; the long-lived compiler of
 * `api: 'modern-compiler'` keeps nothing between compilations.
 *
 * Refused are importers, functions and loggers of the user's: they may read anything, and a compiler in another process
 * calls them outside of the call's sight.
 */
import { isAbsolute, join, resolve, sep } from 'node:path'
import { isFullyVisible, optionsOf } from '../sites/loader-part.ts'
import type { LoaderPart } from '../sites/loader-part.ts'
import type { Recipe, RecipeKit } from '../recipe.ts'
import type { HookRecipe } from '../sites/site.ts'
import { StyleShadows } from './probes.ts'
import { resolverOf } from './resolver-options.ts'

const HIDDEN = ['importer', 'importers', 'functions', 'logger']

export const sassLoader: Recipe = {
  name: 'sass-loader',
  host: 'webpack-like',
  matches: ({ name }) => name === 'sass-loader',
  create({ plugin }, kit) {
    const options = optionsOf(plugin as LoaderPart)
    const sass = options['sassOptions'] ?? {}
    if (typeof sass === 'function') return '`sassOptions` is a function, which may add importers that read anything'
    const hidden = HIDDEN.find(name => Reflect.get(sass as object, name) !== undefined)
    if (hidden !== undefined) return `\`sassOptions.${hidden}\` may read anything`
    const resolver = resolverOf(kit)
    if (typeof resolver === 'string') return resolver
    const shadows = new StyleShadows(kit, loadPaths(sass as Record<string, unknown>, usesOldApi(options, plugin as LoaderPart)))
    return {
      hooks: { loader: loaderHook(shadows, options['additionalData'], kit) },
      options: { options, resolver },
      optionsComplete: options['query'] === undefined,
      readsExposed: false,
      // Functions may read a file once, for all modules.
      knowsDependencies: isFullyVisible({ ...options, implementation: null }),
      relocatable: true,
    }
  },
}

function loaderHook(shadows: StyleShadows, additionalData: unknown, kit: RecipeKit): HookRecipe {
  return {
    trusts: ['_compiler'],
    inputs: () => ({ cwd: process.cwd() }),
    observe({ id }, trace) {
      const file = id.split('?', 1)[0]!
      const prepended = typeof additionalData === 'string' ? `${additionalData}\n` : ''
      shadows.trace(file, prepended + (kit.vfs.read(file)?.toString('utf8') ?? ''), trace)
      trace.readEnv('SASS_PATH', process.env['SASS_PATH'] ?? null)
    },
  }
}

/** The default since version 16 is the new one. */
function usesOldApi({ api, implementation }: Readonly<Record<string, unknown>>, { version }: LoaderPart): boolean {
  if (api !== undefined) return api === 'legacy'
  return Number.parseInt(version ?? '0', 10) < 16 || String(implementation).includes('node-sass')
}

/** Where Sass looks besides the directory of the style sheet itself; with its old API in the working directory, too. */
function loadPaths(sass: Readonly<Record<string, unknown>>, isOld: boolean): string[] {
  const named = [sass['loadPaths'], sass['includePaths']].flat().filter(path => typeof path === 'string')
  const fromEnvironment = (process.env['SASS_PATH'] ?? '').split(sep === '\\' ? ';' : ':').filter(path => path !== '')
  return [...named.map(path => (isAbsolute(path) ? path : join(process.cwd(), path))), ...fromEnvironment.map(path => resolve(path)), ...(isOld ? [process.cwd()] : [])]
}
