/**
 * Loaders that answer in their pitch, so that what lies to the right of them in a chain never runs there: style-loader,
 * which asks for it again as a module of its own; mini-css-extract-plugin, which runs it in a child compilation and adds
 * dependencies to its own module; thread-loader, which runs it in other processes.
 */
import type { Recipe } from '../recipe.ts'

export const PITCHING_LOADERS = 'loaders that answer in their pitch'

const REFUSALS: Readonly<Record<string, string | null>> = {
  'style-loader': null,
  'mini-css-extract-plugin/loader': 'it adds dependencies to the module; the loaders to its right are remembered',
  'thread-loader': 'it runs the loaders to its right in other processes; without it they would be remembered',
}

export const pitchingLoaders: Recipe = {
  name: PITCHING_LOADERS,
  host: 'webpack-like',
  matches: ({ name }) => name in REFUSALS,
  create: ({ name }) => REFUSALS[name] ?? { hooks: {}, options: null, optionsComplete: true, readsExposed: false, knowsDependencies: true, relocatable: true },
}
