/**
 * vite:css, for plain results: Sass, Less, Stylus and PostCSS work without assets.
 *
 * Refused are CSS modules (a private map that vite:css-post reads), every result with a URL that Vite may have rewritten
 * (assets are emitted once and answered from a cache afterwards), Lightning CSS, custom importers and functions (they may
 * read anything, outside of this process's sight), and PostCSS plugins that scan the project.
 */
import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join, parse, resolve } from 'node:path'
import { fingerprint } from '../record/plain.ts'
import type { Recipe, RecipeKit } from '../recipe.ts'
import type { CallInfo, HookRecipe } from '../sites/site.ts'
import { claimSassPrints } from './sass-prints.ts'
import { StyleShadows, ancestors } from './probes.ts'

interface CssConfig {
  readonly transformer?: string
  readonly postcss?: string | { readonly plugins?: readonly unknown[] }
  readonly modules?: unknown
  readonly preprocessorOptions?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

/** Of all others it does nothing, and before Vite 7 it is asked about every module. */
const STYLE = /\.(?:css|less|sass|scss|styl|stylus|pcss|postcss|sss)(?:$|\?)/
const MODULE = /\.module\.(?:css|less|sass|scss|styl|stylus|pcss|postcss|sss)(?:$|\?)/
/** A URL that is neither data, remote, a fragment nor left to the browser by a variable. */
const LOCAL_URL = /url\((?!\s*["']?(?:data:|https?:|\/\/|#|var\())|image-set\(|__VITE_/i
const DATA_URL = /url\(\s*["']?(data:[^"')]*)/gi
const SCANNERS = /tailwind|unocss|windi|purgecss|pandacss|stylex|uncss|postcss-modules|postcss-url|postcss-assets|postcss-inline|sprites/i
const POSTCSS_CONFIGS = ['.postcssrc', '.postcssrc.json', '.postcssrc.yaml', '.postcssrc.yml', '.postcssrc.js', '.postcssrc.mjs', '.postcssrc.cjs', '.postcssrc.ts', 'postcss.config.js', 'postcss.config.mjs', 'postcss.config.cjs', 'postcss.config.ts', 'postcss.config.mts', 'postcss.config.cts']

export const viteCss: Recipe = {
  name: 'vite:css',
  host: 'rollup-like',
  matches: ({ name }) => name === 'vite:css',
  create(_subject, kit) {
    const css = (kit.config['css'] ?? {}) as CssConfig
    const refusal = refuseConfig(css, kit)
    if (refusal !== null) return refusal
    return {
      hooks: { transform: transformHook(css, kit) },
      options: { css, alias: (kit.config['resolve'] as { alias?: unknown } | undefined)?.alias, base: kit.config['base'] },
      // PostCSS plugins are functions; a plain style configuration is all there is otherwise.
      optionsComplete: true,
      readsExposed: false,
      // PostCSS plugins may read files once for all modules.
      knowsDependencies: !hasPostcss(css.postcss, kit.root),
      relocatable: true,
    }
  },
}

function refuseConfig(css: CssConfig, kit: RecipeKit): string | null {
  if (css.transformer === 'lightningcss') return 'Lightning CSS reads files where they cannot be seen'
  for (const [language, options] of Object.entries(css.preprocessorOptions ?? {})) {
    const { additionalData: _additionalData, ...rest } = options
    if (!fingerprint(rest).complete) return `css.preprocessorOptions.${language} holds functions that may read anything`
  }
  return refusePostcss(css.postcss, kit.root)
}

function refusePostcss(postcss: CssConfig['postcss'], root: string): string | null {
  if (postcss !== null && typeof postcss === 'object') {
    const names = (postcss.plugins ?? []).map(plugin => String((plugin as { postcssPlugin?: unknown } | null)?.postcssPlugin ?? 'unnamed'))
    const scanner = names.find(name => SCANNERS.test(name) || name === 'unnamed')
    return scanner === undefined ? null : `the PostCSS plugin ${scanner} may read the whole project`
  }
  const scanning = postcssConfigs(postcss, root).find(path => SCANNERS.test(readFileSync(path, 'utf8')))
  return scanning === undefined ? null : `a PostCSS plugin in ${basename(scanning)} may read the whole project`
}

function hasPostcss(postcss: CssConfig['postcss'], root: string): boolean {
  return postcss !== null && typeof postcss === 'object' ? (postcss.plugins ?? []).length > 0 : postcssConfigs(postcss, root).length > 0
}

/** Configuration files of PostCSS from the root upwards. */
function postcssConfigs(postcss: string | undefined, root: string): string[] {
  const start = typeof postcss === 'string' ? resolve(root, postcss) : root
  return ancestors(start, parse(start).root).flatMap(dir => POSTCSS_CONFIGS.map(name => join(dir, name))).filter(path => existsSync(path))
}

function transformHook(css: CssConfig, kit: RecipeKit): HookRecipe {
  const shadows = new StyleShadows(kit, loadPaths(css, kit.root))
  return {
    concerns: id => STYLE.test(id),
    admit: ({ id }) => (css.modules !== false && MODULE.test(id) ? 'CSS modules are kept in a map that vite:css-post reads' : null),
    admitResult: (call, code) => refuseResult(call, code),
    claimPrints: ({ id }, trace) => claimSassPrints(id.split('?', 1)[0]!, trace),
    observe: (call, trace) => {
      const file = call.id.split('?', 1)[0]!
      trace.files.delete(file)
      shadows.trace(file, call.inputs['code'] ?? '', trace)
      trace.config('postcss', dirname(file))
      trace.config('babel', kit.root)
    },
  }
}

function refuseResult(call: CallInfo, code: string): string | null {
  if (LOCAL_URL.test(code)) return 'it names assets'
  // A data URL is either the author's or an asset that was inlined.
  const source = call.inputs['code'] ?? ''
  return [...code.matchAll(DATA_URL)].every(([, url]) => source.includes(url!)) ? null : 'it may hold inlined assets'
}

function loadPaths(css: CssConfig, root: string): string[] {
  return Object.values(css.preprocessorOptions ?? {}).flatMap(options => [options['loadPaths'], options['includePaths'], options['paths']].flat())
    .filter(path => typeof path === 'string').map(path => resolve(root, path))
}
