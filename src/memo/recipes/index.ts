/** All recipes, one file a plugin. The first that matches decides. */
import type { Recipe } from '../recipe.ts'
import { babel } from './babel.ts'
import { babelLoader } from './babel-loader.ts'
import { cssLoader } from './css-loader.ts'
import { esbuildLoader } from './esbuild-loader.ts'
import { esbuildSass } from './esbuild-sass.ts'
import { esbuildSvelte } from './esbuild-svelte.ts'
import { lessLoader } from './less-loader.ts'
import { mdx } from './mdx.ts'
import { mdxLoader } from './mdx-loader.ts'
import { pitchingLoaders } from './pitching-loaders.ts'
import { plainLoaders } from './plain-loaders.ts'
import { postcssLoader } from './postcss-loader.ts'
import { removeConsole } from './remove-console.ts'
import { rollupSwc } from './rollup-swc.ts'
import { sassLoader } from './sass-loader.ts'
import { svelte } from './svelte.ts'
import { svelteLoader } from './svelte-loader.ts'
import { swcLoader } from './swc-loader.ts'
import { svgPlugins, svgrLoader } from './svg-components.ts'
import { svgIcons } from './svg-icons.ts'
import { tsLoader } from './ts-loader.ts'
import { esbuildVue, unpluginVue } from './unplugin-vue.ts'
import { viteCss } from './vite-css.ts'
import { vue } from './vue.ts'
import { vueLoader } from './vue-loader.ts'

export const recipes: readonly Recipe[] = [
  vue, svelte, viteCss, babel, rollupSwc, mdx, svgIcons, svgPlugins, removeConsole, esbuildSvelte, esbuildSass, unpluginVue, esbuildVue,
  babelLoader, tsLoader, cssLoader, sassLoader, lessLoader, postcssLoader, vueLoader, mdxLoader,
  svgrLoader, svelteLoader, esbuildLoader, swcLoader, plainLoaders, pitchingLoaders,
]
