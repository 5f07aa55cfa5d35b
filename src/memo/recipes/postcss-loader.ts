/**
 * postcss-loader: a function of one style sheet and of the plugins that its configuration names. Files that plugins
 * report are declared; a directory that one scans makes the call one that is not remembered.
 *
 * What crosses modules is what plugins read once, which is shared by all of them. Refused are plugins that scan the
 * project whether they say so or not, and `execute`, which runs the style sheet as a program.
 */
import { dirname, resolve } from 'node:path'
import { fingerprint } from '../record/fingerprint.ts'
import { localFiles, namedPackages, optionsOf } from '../sites/loader-part.ts'
import type { LoaderPart } from '../sites/loader-part.ts'
import type { Recipe, RecipeKit } from '../recipe.ts'
import type { CallInfo, HookRecipe } from '../sites/site.ts'
import type { Trace } from '../trace/trace.ts'
import { tracePreviousMap } from './previous-map.ts'

const SCANNERS = /tailwind|unocss|windi|purgecss|pandacss|stylex|uncss|postcss-modules\b|postcss-url|postcss-assets|postcss-inline|sprites/i
const CONFIG_FILE = /(?:^|[\\/])(?:\.postcssrc(?:\.[cm]?[jt]s|\.json|\.ya?ml)?|postcss\.config\.[cm]?[jt]s|postcssrc(?:\.[cm]?[jt]s|\.json|\.ya?ml)?)$/

export const postcssLoader: Recipe = {
  name: 'postcss-loader',
  host: 'webpack-like',
  matches: ({ name }) => name === 'postcss-loader',
  create({ plugin }, kit) {
    const options = optionsOf(plugin as LoaderPart)
    if (options['execute']) return '`execute` runs style sheets as programs'
    if (SCANNERS.test(fingerprint(options).text)) return 'one of its plugins may read the whole project'
    return {
      hooks: { loader: loaderHook(configOf(options), kit) },
      options: { options, local: localFiles(options, kit.vfs), packages: namedPackages(options['postcssOptions'], 'postcss', kit.vfs) },
      optionsComplete: configOf(options) === false && options['query'] === undefined,
      readsExposed: false,
      knowsDependencies: false,
      relocatable: true,
    }
  },
}

/** `false`: it looks for no configuration. A text: where it looks. */
function configOf(options: Readonly<Record<string, unknown>>): unknown {
  const postcss = options['postcssOptions'] as { config?: unknown } | undefined
  return typeof postcss === 'function' ? true : postcss?.config ?? true
}

function loaderHook(config: unknown, kit: RecipeKit): HookRecipe {
  return {
    inputs: () => ({ cwd: process.cwd() }),
    observe(call, trace) {
      const file = fileOf(call)
      // Prefixers look for the browsers from the file, wherever their own configuration is.
      trace.config('postcss', dirname(typeof config === 'string' ? resolve(config, 'x') : file))
      trace.config('babel', dirname(file))
      tracePreviousMap(file, kit.vfs, trace)
      if (namesScanner(trace, kit)) trace.refuse('one of the plugins in its configuration may read the whole project')
      trace.readEnv('BROWSERSLIST_ENV', process.env['BROWSERSLIST_ENV'] ?? null)
      trace.readEnv('BROWSERSLIST', process.env['BROWSERSLIST'] ?? null)
    },
  }
}

function fileOf({ id }: CallInfo): string {
  return id.split('?', 1)[0]!
}

/** The configuration that was used is among the declared files. */
function namesScanner(trace: Trace, kit: RecipeKit): boolean {
  return [...trace.files].some(path => CONFIG_FILE.test(path) && SCANNERS.test(kit.vfs.read(path)?.toString('utf8') ?? ''))
}
