/**
 * esbuild-loader: has esbuild transform each module by itself. Read in versions 4.4.0 to 4.5.0; earlier ones
 * keep what they read of every `tsconfig`, and so go on with the first in a process.
 *
 * What crosses modules: a `tsconfig` that is named in the options is read once in a process; the nearest one is looked for
 * by every module. Both are searched here as well. `implementation` is code of the user's, which may do anything.
 */
import { basename, dirname, resolve } from 'node:path'
import { ConfigFiles } from '../identity/config-files.ts'
import { optionsOf } from '../sites/loader-part.ts'
import type { LoaderPart } from '../sites/loader-part.ts'
import { isAsFirstSeen } from '../trace/first-seen.ts'
import type { Recipe, RecipeKit } from '../recipe.ts'
import type { HookRecipe } from '../sites/site.ts'

export const esbuildLoader: Recipe = {
  name: 'esbuild-loader',
  host: 'webpack-like',
  matches: ({ name }) => name === 'esbuild-loader',
  create({ plugin }, kit) {
    const { version } = plugin as LoaderPart
    if (!/^4\.[45]\./.test(version ?? '')) return 'this version of the loader is not known'
    const options = optionsOf(plugin as LoaderPart)
    if (options['implementation'] !== undefined) return '`implementation` may be anything'
    return {
      hooks: { loader: loaderHook(options['tsconfig'], kit) },
      options,
      optionsComplete: options['query'] === undefined,
      readsExposed: false,
      knowsDependencies: false,
      relocatable: true,
    }
  },
}

function loaderHook(named: unknown, kit: RecipeKit): HookRecipe {
  if (typeof named !== 'string') return { observe: ({ id }, trace) => trace.config('tsconfig', dirname(id.split('?', 1)[0]!)) }
  const configs = new ConfigFiles(kit.vfs, kit.workspaceRoot)
  const digest = (): string => `${resolve(named)} ${kit.vfs.digest(resolve(named)) ?? 'absent'} ${configs.digest('tsconfig', dirname(resolve(named)))}`
  return {
    // What it extends has the names of the family, or it is not known.
    admit: () => (mayExtend(resolve(named), kit) ? 'its configuration extends another, which it read once' : null),
    inputs: () => ({ tsconfig: digest() }),
    observe(_call, trace) {
      if (!isAsFirstSeen(`esbuild-loader ${resolve(named)}`, digest())) trace.refuse('the loader goes on with its configuration as it was')
    },
  }
}

/** One with the usual name is followed with all that it extends. */
function mayExtend(path: string, { vfs }: RecipeKit): boolean {
  return basename(path) !== 'tsconfig.json' && (vfs.read(path)?.toString('utf8').includes('"extends"') ?? true)
}
