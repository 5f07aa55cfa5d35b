/**
 * vite:css, for plain results: Sass, Less, Stylus and PostCSS work without assets.
 *
 * Refused are CSS modules (a private map that vite:css-post reads), every result with a URL that Vite may have rewritten
 * (assets are emitted once and answered from a cache afterwards), Lightning CSS, custom importers and functions (they may
 * read anything, outside of this process's sight), and PostCSS plugins that scan the project.
 */
import { readFileSync } from 'node:fs'
import { basename, dirname, isAbsolute, join, resolve } from 'node:path'
import { fingerprint } from '../record/fingerprint.ts'
import type { Recipe, RecipeKit } from '../recipe.ts'
import { isAsFirstSeen } from '../trace/first-seen.ts'
import type { Trace } from '../trace/trace.ts'
import type { CallInfo, HookRecipe } from '../sites/site.ts'
import { withLateOptions } from './late-options.ts'
import { PostcssConfig } from './postcss-config.ts'
import { StyleShadows, isStyleSheet } from './probes.ts'
import { claimSassPrints } from './sass-prints.ts'
import { traceImportedStyles } from './preprocessed-styles.ts'
import { objectionToReads } from './style-reads.ts'

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
const STYLUS = /\.styl(?:us)?$/
/** Of which nothing is read but what they import. */
const SASS: ReadonlySet<string> = new Set(['scss', 'sass'])
const DATA_URL = /url\(\s*["']?(data:[^"')]*)/gi
const SCANNERS = /tailwind|unocss|windi|purgecss|pandacss|stylex|uncss|postcss-modules|postcss-url|postcss-assets|postcss-inline|sprites/i

export const viteCss: Recipe = {
  name: 'vite:css',
  host: 'rollup-like',
  matches: ({ name }) => name === 'vite:css',
  create(_subject, kit) {
    const { css } = seenOptions(kit)
    // What is handed over as an object is fingerprinted with the options.
    const postcss = typeof css.postcss === 'object' ? null : new PostcssConfig(css.postcss, kit)
    const files = postcss?.files ?? []
    const refusal = refuseOptions(css) ?? refusePostcss(css.postcss, files)
    if (refusal !== null) return refusal
    return {
      hooks: withLateOptions({ transform: transformHook(postcss, kit) }, () => seenOptions(kit), kit),
      options: { ...seenOptions(kit), postcss: postcss?.digest() ?? null },
      // A configuration of PostCSS is a program, and may ask for anything that there is before a build.
      optionsComplete: files.length === 0,
      readsExposed: false,
      knowsDependencies: files.length === 0 && !readsOnce(css),
      relocatable: true,
    }
  },
}

interface ResolveOptions {
  readonly alias?: unknown
  readonly preserveSymlinks?: unknown
  readonly dedupe?: unknown
}

interface SeenOptions {
  readonly css: CssConfig
  readonly base: unknown
  /** Of all that Vite can be told about resolving, what counts for imports of styles. */
  readonly alias: unknown
  readonly preserveSymlinks: unknown
  /** By environment, and what holds for all. */
  readonly dedupe: unknown
}

/** As they are now: other plugins may change them until the first call. */
function seenOptions({ config }: RecipeKit): SeenOptions {
  const { alias, preserveSymlinks, dedupe } = (config['resolve'] ?? {}) as ResolveOptions
  const environments = (config['environments'] ?? {}) as Readonly<Record<string, { readonly resolve?: ResolveOptions } | undefined>>
  const each = Object.entries(environments).map(([name, environment]) => [name, environment?.resolve?.dedupe])
  return { css: (config['css'] ?? {}) as CssConfig, base: config['base'], alias, preserveSymlinks, dedupe: [dedupe, ...each] }
}

function refuseOptions(css: CssConfig): string | null {
  if (css.transformer === 'lightningcss') return 'Lightning CSS reads files where they cannot be seen'
  for (const [language, options] of Object.entries(css.preprocessorOptions ?? {})) {
    const { additionalData, ...rest } = options
    if (typeof additionalData === 'function' && !SASS.has(language)) return `css.preprocessorOptions.${language}.additionalData may add what reads anything`
    if (!fingerprint(rest).complete) return `css.preprocessorOptions.${language} holds functions that may read anything`
    if (/^styl/.test(language) && [options['imports']].flat().some(Boolean)) return `css.preprocessorOptions.${language}.imports loads what Stylus does not name`
  }
  return null
}

function refusePostcss(postcss: CssConfig['postcss'], files: readonly string[]): string | null {
  if (postcss !== null && typeof postcss === 'object') {
    const names = (postcss.plugins ?? []).map(plugin => String((plugin as { postcssPlugin?: unknown } | null)?.postcssPlugin ?? 'unnamed'))
    const scanner = names.find(name => SCANNERS.test(name) || name === 'unnamed')
    return scanner === undefined ? null : `the PostCSS plugin ${scanner} may read the whole project`
  }
  const scanning = files.find(path => SCANNERS.test(readFileSync(path, 'utf8')))
  return scanning === undefined ? null : `a PostCSS plugin in ${basename(scanning)} may read the whole project`
}

/** PostCSS plugins and functions may read files once, for all modules. */
function readsOnce({ postcss, preprocessorOptions }: CssConfig): boolean {
  const hasPlugins = postcss !== null && typeof postcss === 'object' && (postcss.plugins ?? []).length > 0
  return hasPlugins || !fingerprint(preprocessorOptions).complete
}

function transformHook(postcss: PostcssConfig | null, kit: RecipeKit): HookRecipe {
  let shadows: StyleShadows | null = null
  const isPostcssSame = (): boolean => postcss === null || isAsFirstSeen(`vite:css ${kit.root}`, postcss.digest())
  // Vite loads it now; what is found later is not what it goes on with.
  isPostcssSame()
  return {
    concerns: id => STYLE.test(id),
    admit: ({ id }) => {
      const { css } = seenOptions(kit)
      return css.modules !== false && MODULE.test(id) ? 'CSS modules are kept in a map that vite:css-post reads' : refuseOptions(css)
    },
    admitResult: (call, code) => refuseResult(call, code),
    claimPrints: ({ id }, trace) => claimSassPrints(id.split('?', 1)[0]!, trace),
    observe: (call, trace) => {
      const file = call.id.split('?', 1)[0]!
      trace.files.delete(file)
      // Not before a call: until then other plugins set options.
      shadows ??= new StyleShadows(kit, loadPaths(seenOptions(kit).css, kit.root), specifier => aliased(specifier, seenOptions(kit).alias, kit.root))
      shadows.trace(file, call.inputs['code'] ?? '', trace)
      trace.config('postcss', dirname(file))
      trace.config('babel', kit.root)
      if (!isPostcssSame()) trace.refuse('the configuration of PostCSS is not the one that was loaded any more')
      refuseReads(call, trace, kit)
    },
  }
}

/** Of all texts that it is made of. */
function refuseReads({ id, inputs: { code = '' } }: CallInfo, trace: Trace, kit: RecipeKit): void {
  // Of a block of a component the query says what it is written in.
  const language = (STYLE.exec(id)?.[0] ?? '').replace('?', '')
  const added = Object.values(seenOptions(kit).css.preprocessorOptions ?? {}).map(options => options['additionalData']).filter(text => typeof text === 'string')
  // What it says that it depends on is what it finds in the text, not what it loads.
  const unknown = STYLUS.test(language) ? traceImportedStyles(id.split('?', 1)[0]!, [...added, code].join('\n'), trace, kit.vfs) : null
  if (unknown !== null) trace.refuse(`nothing is known of ${unknown}, which it imports`)
  const texts = [code, ...added, ...[...trace.files].filter(isStyleSheet).map(path => kit.vfs.read(path)?.toString('utf8') ?? '')]
  const objection = texts.map(text => objectionToReads(language, text)).find(reason => reason !== null)
  if (objection !== undefined) trace.refuse(objection!)
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

/** What a specifier means by the configuration's aliases and, where it begins with a slash, below the root. */
function aliased(specifier: string, aliases: unknown, root: string): string[] {
  const found = (Array.isArray(aliases) ? aliases as readonly Alias[] : []).filter(({ find }) => isMeant(find, specifier))
  const paths = found.map(({ find, replacement }) => specifier.replace(find, replacement)).filter(isAbsolute)
  return [...paths, ...(specifier.startsWith('/') ? [join(root, specifier)] : [])].map(path => resolve(path))
}

interface Alias {
  readonly find: string | RegExp
  readonly replacement: string
}

function isMeant(find: Alias['find'], specifier: string): boolean {
  return typeof find === 'string' ? specifier === find || specifier.startsWith(`${find}/`) : specifier.search(find) >= 0
}
