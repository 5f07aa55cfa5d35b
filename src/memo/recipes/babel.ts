/**
 * Plugins that run Babel on each module by itself: @rolldown/plugin-babel, @vitejs/plugin-react where it runs Babel,
 * @vitejs/plugin-vue-jsx.
 *
 * Their options lie in closures, so the whole configuration is part of the key. Babel finds `.babelrc`, `babel.config`
 * and `package.json` upwards from each file and caches them by directory, so that only the first module of a directory
 * is seen to look: the lookups are traced for every module.
 */
import { dirname } from 'node:path'
import type { Recipe } from '../recipe.ts'

const NAMES = new Set(['@rolldown/plugin-babel', 'vite:react-babel', 'vite:vue-jsx'])

export const babel: Recipe = {
  name: 'babel',
  host: 'rollup-like',
  matches: ({ name }) => NAMES.has(name),
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
