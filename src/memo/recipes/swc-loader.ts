/**
 * swc-loader: has swc transform each module by itself, in native code, of which nothing is seen. Read in versions 0.2.3 to
 * 0.2.7, with what swc looks for: `.swcrc` above the module, browsers from the working directory, variables, and the map of
 * what the module was compiled from.
 *
 * Refused is what may read more: paths that are resolved, plugins in WebAssembly, another place for either. A module with
 * a `.swcrc` above it is not remembered, because that may ask for the same.
 */
import { dirname } from 'node:path'
import { ConfigFiles } from '../identity/config-files.ts'
import { optionsOf } from '../sites/loader-part.ts'
import type { LoaderPart } from '../sites/loader-part.ts'
import type { Recipe, RecipeKit } from '../recipe.ts'
import type { CallInfo, HookRecipe } from '../sites/site.ts'
import { traceOriginalMaps } from '../trace/compiled-from.ts'
import { SWC_ENVIRONMENT, objectionToSwc } from './swc-reads.ts'

export const swcLoader: Recipe = {
  name: 'swc-loader',
  host: 'webpack-like',
  matches: ({ name }) => name === 'swc-loader',
  create({ plugin }, kit) {
    const part = plugin as LoaderPart
    if (!/^0\.2\.[3-7]$/.test(part.version ?? '')) return 'this version of the loader is not known'
    const options = optionsOf(part)
    const refusal = objectionToSwc(options)
    if (refusal !== null) return refusal
    return {
      hooks: { loader: loaderHook(options['swcrc'] !== false, kit) },
      options,
      optionsComplete: options['query'] === undefined,
      readsExposed: false,
      knowsDependencies: true,
      relocatable: true,
    }
  },
}

function loaderHook(looksForConfig: boolean, kit: RecipeKit): HookRecipe {
  const configs = new ConfigFiles(kit.vfs, kit.workspaceRoot)
  const none = configs.digest('native', '/')
  return {
    inputs: () => ({ cwd: process.cwd(), 'cwd config': configs.digest('babel', process.cwd()) }),
    admit: call => (looksForConfig && configs.digest('native', folderOf(call)) !== none ? 'a `.swcrc` may have its compiler read anything' : null),
    observe(call, trace) {
      traceOriginalMaps(fileOf(call), kit.vfs, trace)
      if (looksForConfig) trace.config('native', folderOf(call))
      for (const name of SWC_ENVIRONMENT) trace.readEnv(name, process.env[name] ?? null)
    },
  }
}

function folderOf(call: CallInfo): string {
  return dirname(fileOf(call))
}

function fileOf({ id }: CallInfo): string {
  return id.split('?', 1)[0]!
}
