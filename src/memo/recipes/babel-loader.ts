/**
 * babel-loader: runs Babel on each module by itself, so nothing crosses modules but what Babel and its plugins have read
 * already, which is shared by all of them.
 *
 * Its options can be seen. Configuration files cannot, where they are allowed: they may import anything, so the whole
 * configuration is part of the key then. Its own cache (`cacheDirectory`) is switched off in the calls that are recorded:
 * a result from there would hide what it was made from.
 */
import { dirname, resolve } from 'node:path'
import { digestParts } from '../../hash.ts'
import { ConfigFiles } from '../identity/config-files.ts'
import { entriesWithin } from '../identity/option-entries.ts'
import { localFiles, namedPackages, optionsOf } from '../sites/loader-part.ts'
import type { LoaderPart } from '../sites/loader-part.ts'
import type { Recipe, RecipeKit } from '../recipe.ts'
import type { HookRecipe } from '../sites/site.ts'

/** What Babel and browserslist read of the environment. */
export const BABEL_ENVIRONMENT: readonly string[] = ['BABEL_ENV', 'NODE_ENV', 'BROWSERSLIST', 'BROWSERSLIST_ENV', 'BROWSERSLIST_CONFIG', 'BROWSERSLIST_IGNORE_OLD_DATA']

export const babelLoader: Recipe = {
  name: 'babel-loader',
  host: 'webpack-like',
  matches: ({ name }) => name === 'babel-loader',
  create({ plugin }, kit) {
    const options = optionsOf(plugin as LoaderPart)
    if (options['customize']) return '`customize` wraps it in code that may do anything'
    if (Array.isArray(options['metadataSubscribers']) && options['metadataSubscribers'].length > 0) return 'another plugin subscribed to the metadata of each module'
    const { cacheDirectory: _directory, cacheIdentifier: _identifier, cacheCompression: _compression, ...compiled } = options
    const readsConfig = options['babelrc'] !== false || options['configFile'] !== false
    return {
      hooks: { loader: loaderHook(readsConfig, foldersIn(compiled), kit) },
      options: { ...compiled, local: localFiles(compiled, kit.vfs), packages: namedPackages(compiled, 'babel', kit.vfs) },
      optionsComplete: !readsConfig && options['query'] === undefined,
      readsExposed: false,
      knowsDependencies: false,
      relocatable: true,
    }
  },
}

/** Options of Babel and of its presets that name a folder from which configuration or browsers are looked for, once for all modules. */
const FOLDERS = new Set(['cwd', 'root', 'configPath'])

function foldersIn(options: unknown): string[] {
  return entriesWithin(options).flatMap(({ name, value }) => (FOLDERS.has(name) && typeof value === 'string' ? [resolve(value)] : []))
}

function loaderHook(readsConfig: boolean, folders: readonly string[], kit: RecipeKit): HookRecipe {
  const configs = new ConfigFiles(kit.vfs, kit.workspaceRoot)
  return {
    // The targets, and the configuration of the project, are looked for from the working directory.
    inputs: () => ({ cwd: process.cwd(), 'cwd config': digestParts([process.cwd(), ...folders].map(dir => configs.digest('babel', dir))) }),
    amendOptions: options => (options['cacheDirectory'] ? { ...options, cacheDirectory: false } : options),
    observe({ id }, trace) {
      if (readsConfig) trace.config('babel', dirname(id.split('?', 1)[0]!))
      for (const name of BABEL_ENVIRONMENT) trace.readEnv(name, process.env[name] ?? null)
    },
  }
}
