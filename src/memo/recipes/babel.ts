/**
 * Plugins that run Babel on each module by itself: @rolldown/plugin-babel, @rollup/plugin-babel, @vitejs/plugin-react where
 * it runs Babel, @vitejs/plugin-vue-jsx, vite-plugin-solid.
 *
 * Their options lie in closures, so the whole configuration is part of the key. Babel finds `.babelrc`, `babel.config`
 * and `package.json` upwards from each file and caches them by directory, so that only the first module of a directory
 * is seen to look: the lookups are traced for every module.
 */
import { dirname } from 'node:path'
import { digestOfHook, sourceOfHook } from '../identity/hook-source.ts'
import type { PluginSubject, Recipe } from '../recipe.ts'

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

export const babel: Recipe = {
  name: 'babel',
  host: 'rollup-like',
  matches: subject => NAMES.has(subject.name) || isSolid(subject) || isRollupBabel(subject),
  create() {
    return {
      hooks: {
        transform: {
          observe: (call, trace) => {
            const file = call.id.split('?', 1)[0]!
            if (!file.startsWith('\0')) trace.config('babel', dirname(file))
          },
        },
      },
      options: null,
      optionsComplete: false,
      readsExposed: false,
      knowsDependencies: false,
      relocatable: true,
    }
  },
}

function isSolid({ name, plugin }: PluginSubject): boolean {
  return name === 'solid' && SOLID_LOAD.test(sourceOfHook(plugin, 'load')) && SOLID_TRANSFORM.test(sourceOfHook(plugin, 'transform'))
}

function isRollupBabel({ name, plugin }: PluginSubject): boolean {
  return name === 'babel' && ROLLUP_TRANSFORMS.includes(digestOfHook(plugin, 'transform'))
}
