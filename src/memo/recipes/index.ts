/** All recipes, one file a plugin. The first that matches decides. */
import type { Recipe } from '../recipe.ts'
import { babel } from './babel.ts'
import { esbuildSvelte } from './esbuild-svelte.ts'
import { mdx } from './mdx.ts'
import { svelte } from './svelte.ts'
import { viteCss } from './vite-css.ts'
import { vue } from './vue.ts'

export const recipes: readonly Recipe[] = [vue, svelte, viteCss, babel, mdx, esbuildSvelte]
