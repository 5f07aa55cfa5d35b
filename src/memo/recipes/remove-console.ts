/**
 * vite-plugin-remove-console: parses each module of the application to take calls of the console out of it.
 *
 * Read in version 2.2.0: the result depends on the code, the id, the options and the working directory (which paths of
 * its option `external` are relative to), and nothing is kept. Modules of packages come back as they are.
 */
import { sourceOfHook } from '../identity/hook-source.ts'
import type { Recipe } from '../recipe.ts'

/** The whole of `transform` as it was read, whatever the minifier called things. */
const KNOWN_TRANSFORM = /^transform\((\w+),(\w+)\)\{if\(\/node_modules\/\.test\(\2\)\)return\{code:\1,map:null\};let (\w+)=\/\(\\\.vue\|\\\.svelte\|\\\.\[jt\]sx\?\)\$\/\.test\(\2\);return (\w+)&&\4\.length>0&&\w+\(\4\)\.includes\(\2\)&&\3\?\{code:\1,map:null\}:\{code:\w+\(\1,\w+,\w+,\w+\),map:null\}\}$/

export const removeConsole: Recipe = {
  name: 'remove-console',
  host: 'rollup-like',
  matches: ({ name, hooks }) => name === 'vite:remove-console' && hooks.includes('transform'),
  create({ plugin }) {
    if (!KNOWN_TRANSFORM.test(sourceOfHook(plugin, 'transform').replaceAll('return {', 'return{'))) return 'this version of the plugin is not known'
    return {
      hooks: { transform: { concerns: id => !id.includes('node_modules'), inputs: () => ({ 'working directory': process.cwd() }) } },
      // They are in a closure.
      options: null, optionsComplete: false, readsExposed: false, knowsDependencies: true, relocatable: false,
    }
  },
}
