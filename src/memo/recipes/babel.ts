/**
 * Plugins that run Babel on each module by itself: @rolldown/plugin-babel, @rollup/plugin-babel, @vitejs/plugin-react where
 * it runs Babel, @vitejs/plugin-vue-jsx, vite-plugin-solid, vite-plugin-babel.
 *
 * Their options lie in closures, so the whole configuration is part of the key. Babel finds `.babelrc`, `babel.config`
 * and `package.json` upwards from each file and caches them by directory, so that only the first module of a directory
 * is seen to look: the lookups are traced for every module.
 */
import { dirname } from 'node:path'
import { ConfigFiles } from '../identity/config-files.ts'
import { digestOfHook, sourceOfHook } from '../identity/hook-source.ts'
import type { PluginSubject, Recipe, RecipeKit } from '../recipe.ts'
import type { CallInfo, HookRecipe } from '../sites/site.ts'
import { isAsFirstSeen } from '../trace/first-seen.ts'
import type { Trace } from '../trace/trace.ts'

const NAMES = new Set(['@rolldown/plugin-babel', 'vite:react-babel', 'vite:vue-jsx'])

/**
 * vite-plugin-solid has a name that others may have, too. Read in versions 2.8.2 to 2.11.14: its `load` gives one constant,
 * whatever was transformed, and its `transform` keeps nothing and ends in Babel without configuration files.
 */
const SOLID_LOAD = /^load\(id\) \{\s*if \(id === runtimePublicPath\) return runtimeCode;\s*\}$/
const SOLID_TRANSFORM = /^async transform\(source, id, transformOptions\) \{[\s\S]*\sconfigFile: false,\s*babelrc: false,[\s\S]*const babelOptions = (?:mergeAnything\.)?mergeAndConcat\(babelUserOptions, opts\);\s*const \{\s*code,\s*map\s*\} = await (?:\w+\.)?transformAsync\(source, babelOptions\);\s*return \{\s*code,\s*map\s*\};\s*\}$/

/**
 * @rollup/plugin-babel has a name that others may have, too. Read in versions 6.0.0 to 7.1.0: it resolves and loads one
 * module, its helpers, which are a constant, and `transform` keeps nothing. Its workers cannot be seen: no call of theirs is stored.
 */
const ROLLUP_TRANSFORMS = ['dmb5RcDfM0U30k8tXQBkblOTZWcacDb0eu1hFNr9pBg', 'y7FGn5nSDi03nEdoSl8IooNISjRjSdIesGdvlacHv6c', '_wdD_uEWViMNGoBZgK4LlyECTfNpJS9iSsODxJDyhnQ', 'f89lXf7YkgUX8L-Hav9cgD3LqUljMbLl7sKR7FU8hBE']

/**
 * vite-plugin-babel, which React Router's users run the React Compiler with, by its name within Vite. Read in 1.3.0 to 1.4.1,
 * 1.5.1, 1.6.0 and 1.7.0 to 1.7.3: `transform` keeps nothing but, from 1.5 on, the configuration that it found at the root.
 */
const VITE_TRANSFORMS = ['o5lj2b84UaIBzKqEa13NbtY-ez1cmwZgRGFDv1RI1_g', 'MwhPQJpEI8XfskrsuJ4tfuVDeBpx--rhF7BZGnESJRI', 'ty1LSXnSFFfdGbm7hhdR5yrIDFo88Dxo-A_4ePWYKTA']

export const babel: Recipe = {
  name: 'babel',
  host: 'rollup-like',
  matches: subject => NAMES.has(subject.name) || isSolid(subject) || isRollupBabel(subject) || isViteBabel(subject),
  create(subject, kit) {
    return {
      hooks: { transform: isViteBabel(subject) ? rootConfiguration(kit) : { observe: observeBabel } },
      options: null,
      optionsComplete: false,
      readsExposed: false,
      knowsDependencies: false,
      relocatable: true,
    }
  },
}

/** It is looked for when the first module comes, and not again. */
function rootConfiguration({ vfs, root, workspaceRoot }: RecipeKit): Required<Pick<HookRecipe, 'inputs' | 'observe'>> {
  const configs = new ConfigFiles(vfs, workspaceRoot)
  const found = (): string => configs.digest('babel', root)
  const isSame = (): boolean => isAsFirstSeen(`vite-plugin-babel ${root}`, found())
  isSame()
  return {
    inputs: () => ({ 'root config': found() }),
    observe: (call, trace) => {
      observeBabel(call, trace)
      if (!isSame()) trace.refuse('the compiler goes on with its configuration as it was')
    },
  }
}

function observeBabel({ id }: CallInfo, trace: Trace): void {
  const file = id.split('?', 1)[0]!
  if (!file.startsWith('\0')) trace.config('babel', dirname(file))
}

function isSolid({ name, plugin }: PluginSubject): boolean {
  return name === 'solid' && SOLID_LOAD.test(sourceOfHook(plugin, 'load')) && SOLID_TRANSFORM.test(sourceOfHook(plugin, 'transform'))
}

function isRollupBabel({ name, plugin }: PluginSubject): boolean {
  return name === 'babel' && ROLLUP_TRANSFORMS.includes(digestOfHook(plugin, 'transform'))
}

function isViteBabel({ name, plugin }: PluginSubject): boolean {
  return name === 'babel-plugin' && VITE_TRANSFORMS.includes(digestOfHook(plugin, 'transform'))
}
