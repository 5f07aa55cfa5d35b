/**
 * Components made of SVG files: vite-plugin-svgr, vite-svg-loader, @svgr/webpack.
 *
 * Read in vite-plugin-svgr 4.2.0 to 4.5.0, 5.1.0 and 5.2.0, vite-svg-loader 4.0.0 to 5.1.3 and @svgr/webpack 8.1.0 with @svgr/core,
 * plugin-jsx and plugin-svgo 8.1.0: each file is compiled by itself, and nothing is kept but configuration. SVGR looks for
 * `.svgrrc` and SVGO's and Prettier's own upwards from the file, once in a process for each directory; what it looked for
 * in vain it does not look for again, so that the search is traced for every file, and nothing is stored once it gives
 * something else than it did at first. Its Babel reads no configuration, but browsers from the working directory.
 *
 * A function in the options (a template, a prefix of ids) may make anything of the file's absolute path, so that results
 * stay where they were made.
 */
import { dirname } from 'node:path'
import { ConfigFiles } from '../identity/config-files.ts'
import { digestOfHook } from '../identity/hook-source.ts'
import { localFiles, optionsOf } from '../sites/loader-part.ts'
import type { LoaderPart } from '../sites/loader-part.ts'
import { isAsFirstSeen } from '../trace/first-seen.ts'
import type { Recipe, RecipeInstance, RecipeKit } from '../recipe.ts'
import type { HookRecipe } from '../sites/site.ts'
import { BABEL_ENVIRONMENT } from './babel-loader.ts'

/** Of `load`, by the name of the plugin. */
const KNOWN_LOADS: Readonly<Record<string, readonly string[]>> = {
  'vite-plugin-svgr': [
    // With esbuild, up to 4.3; with oxc where there is one; as ES modules and as CommonJS.
    'vhiPVojcLcIapLOeuuvcixc_oIiqlm8F5uQ4WLoZPvI', 'blzKHpEUGcsMawzfo9AQwvf7OhUYYqstX8lgKBFt8O8',
    'Ps_vkj4LpARNNry5ML9Dje7MbtxFV6NuBkB5U7SqD68', 'paMHLWfqdbC5vYrkqrIg6KkSj7HTBCnkr4jMm-Jc3Gk',
    // 5.1; 5.2 as an ES module and as CommonJS.
    'dL9XexnegfNgNbTBmPXb6ZY4uCD9_GzgG0sBz6sBAEk', '4CXn4AGqhoyyQp62PGxEY0ID7inzkNLtCgVrTyog8X8', 'Ns0SWAyD-hwwU-IKOcQHmJQzsL94Ykk5abOLa9Mxph4',
  ],
  'svg-loader': [
    // 4.0; 5.0 and 5.1.0; 5.1.3.
    'mhzOeJxzR51cItzbE8AICjlHWlRDlWZ0No8SBRwW8ew', '_ngjiFMVR1FHQyMFIf8Lkon2qpV_6YNAG8JWMDPDbYo', 'WGdvzMKOMh1pUoXo1XE1Ia_bbbSKd3H55WDHldKt9ys',
  ],
}

/** Others of the application's modules are let through. Another extension than this is never remembered. */
const SVG = /\.svg(?:$|[?#])/

export const svgPlugins: Recipe = {
  name: 'svg-components',
  host: 'rollup-like',
  matches: ({ name, hooks }) => Object.hasOwn(KNOWN_LOADS, name) && hooks.includes('load'),
  create({ name, hooks, plugin }, kit) {
    const isKnown = hooks.every(hook => hook === 'load') && KNOWN_LOADS[name]!.includes(digestOfHook(plugin, 'load'))
    if (!isKnown) return 'this version of the plugin is not known'
    const load: HookRecipe = { ...compilation(kit), concerns: id => SVG.test(id) }
    // Their options are in a closure.
    return instanceWith({ load }, null, false)
  },
}

export const svgrLoader: Recipe = {
  name: '@svgr/webpack',
  host: 'webpack-like',
  matches: ({ name }) => name === '@svgr/webpack',
  create({ plugin }, kit) {
    const { version, options: given } = plugin as LoaderPart
    if (!version?.startsWith('8.')) return 'this version of the loader is not known'
    const options = optionsOf({ options: given } as LoaderPart)
    const local = localFiles(options, kit.vfs)
    return instanceWith({ loader: compilation(kit) }, { options, local }, options['runtimeConfig'] === false && options['query'] === undefined)
  },
}

function instanceWith(hooks: RecipeInstance['hooks'], options: unknown, optionsComplete: boolean): RecipeInstance {
  return { hooks, options, optionsComplete, readsExposed: false, knowsDependencies: false, relocatable: false }
}

function compilation(kit: RecipeKit): HookRecipe {
  const configs = new ConfigFiles(kit.vfs, kit.workspaceRoot)
  return {
    inputs: () => ({ cwd: process.cwd(), browsers: configs.digest('babel', process.cwd()), 'cwd config': configs.digest('svgr', process.cwd()) }),
    observe({ id }, trace) {
      const dir = dirname(id.split(/[?#]/, 1)[0]!)
      trace.config('svgr', dir)
      trace.config('tsconfig', dir)
      const isFirst = isAsFirstSeen(`svgr ${dir}`, configs.digest('svgr', dir)) && isAsFirstSeen(`browsers ${process.cwd()}`, configs.digest('babel', process.cwd()))
      if (!isFirst) trace.refuse('the compiler goes on with its configuration as it was')
      for (const name of BABEL_ENVIRONMENT) trace.readEnv(name, process.env[name] ?? null)
    },
  }
}
