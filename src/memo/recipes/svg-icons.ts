/**
 * vite-plugin-svg-icons: the sprite of all icons, as a virtual module.
 *
 * Read in version 2.0.1: its `load` has no filter. For every module of the application it lists the icon folders and
 * compiles what changed, and then gives nothing, unless the module is one of its two virtual ones. What is left of a call
 * is a cache by modification time, which decides nothing but the cost of the next one.
 */
import { sourceOfHook } from '../identity/hook-source.ts'
import type { Recipe } from '../recipe.ts'

const VIRTUAL = ['virtual:svg-icons-register', 'virtual:svg-icons-names']
/** The whole of `load` as it was read: one way to do nothing else for all modules but two, without a look at which it is. */
const KNOWN_LOAD = new RegExp([
  /^async load\(id, ssr\) \{/, /if \(!isBuild && !ssr\)/, /return null;/,
  /const isRegister = id\.endsWith\(SVG_ICONS_REGISTER_NAME\);/, /const isClient = id\.endsWith\(SVG_ICONS_CLIENT\);/,
  /if \(ssr && !isBuild && \(isRegister \|\| isClient\)\) \{/, /return `export default \{\}`;/, /\}/,
  /const \{ code, idSet \} = await createModuleCode\(cache, svgoOptions, options\);/,
  /if \(isRegister\) \{/, /return code;/, /\}/, /if \(isClient\) \{/, /return idSet;/, /\}/, /\}$/,
].map(({ source }) => source).join('\\s*'))

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
