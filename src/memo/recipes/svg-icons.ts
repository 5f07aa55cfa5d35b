/**
 * vite-plugin-svg-icons: the sprite of all icons, as a virtual module.
 *
 * Read in version 2.0.1: its `load` has no filter. For every module of the application it lists the icon folders and
 * compiles what changed, and then gives nothing, unless the module is one of its two virtual ones. What is left of a call
 * is a cache by modification time, which decides nothing but the cost of the next one.
 */
import { sourceOfHook } from '../hook-source.ts'
import type { Recipe } from '../recipe.ts'

const VIRTUAL = ['virtual:svg-icons-register', 'virtual:svg-icons-names']
/** The end of `load` as it was read: two virtual modules, and nothing else. */
const KNOWN_LOAD = /createModuleCode\(cache, svgoOptions, options\);\s*if \(isRegister\) \{\s*return code;\s*\}\s*if \(isClient\) \{\s*return idSet;\s*\}\s*\}$/

export const svgIcons: Recipe = {
  name: 'svg-icons',
  host: 'rollup-like',
  matches: ({ name, hooks }) => name === 'vite:svg-icons' && hooks.includes('load'),
  create({ plugin }) {
    if (!KNOWN_LOAD.test(sourceOfHook(plugin, 'load'))) return 'this version of the plugin is not known'
    return {
      hooks: { load: { repeats: id => !VIRTUAL.some(name => id.endsWith(name)) } },
      // Folders and symbol ids are in a closure.
      options: null, optionsComplete: false, readsExposed: false, knowsDependencies: false, relocatable: false,
    }
  },
}
