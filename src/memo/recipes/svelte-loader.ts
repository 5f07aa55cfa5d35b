/**
 * svelte-loader: preprocesses and compiles each component by itself. Read in versions 3.2.3 and 3.2.4.
 *
 * State that crosses its modules: with `emitCss`, a counter in the names of style sheets and a map that a second request
 * empties; a warning about `format` that is said once in a process; and one about `resolve.conditionNames` that is said
 * when the loader is loaded, which it is not where everything is remembered. Each of these is a reason to refuse.
 *
 * What preprocessors read is declared, or seen, or accounted for by what the styles are written to import.
 */
import { dirname } from 'node:path'
import { localFiles, optionsOf } from '../sites/loader-part.ts'
import type { LoaderPart } from '../sites/loader-part.ts'
import type { Recipe, RecipeKit } from '../recipe.ts'
import type { CallInfo, HookRecipe } from '../sites/site.ts'
import type { Trace } from '../trace/trace.ts'
import { claimSassPrints } from './sass-prints.ts'
import { traceImportedStyles } from './preprocessed-styles.ts'

type Options = Readonly<Record<string, unknown>>

const HAS_LANGUAGE = /<style|\blang\s*=/
const HAS_STYLE = /<style/

/** Options with which something crosses its modules. */
const STATEFUL: readonly (readonly [(options: Options) => boolean, string])[] = [
  [({ emitCss }) => Boolean(emitCss), 'with `emitCss` it numbers its style sheets in the order of the build'],
  [({ query, cssPath }) => query !== undefined || cssPath !== undefined, 'it answers from what it kept of a component'],
  [({ compilerOptions }) => (compilerOptions as Options | undefined)?.['format'] !== undefined, 'it warns of the option `format` once in a process'],
]

export const svelteLoader: Recipe = {
  name: 'svelte-loader',
  host: 'webpack-like',
  matches: ({ name }) => name === 'svelte-loader',
  create({ plugin }, kit) {
    const part = plugin as LoaderPart
    const options = optionsOf(part)
    const refusal = refuse(part, options, kit)
    if (refusal !== null) return refusal
    return {
      hooks: { loader: loaderHook(kit) },
      options: { ...withoutFilename(options), local: localFiles(options, kit.vfs) },
      optionsComplete: true,
      readsExposed: false,
      knowsDependencies: false,
      relocatable: true,
    }
  },
}

function refuse({ version }: LoaderPart, options: Options, { config }: RecipeKit): string | null {
  if (!/^3\.2\.[34]$/.test(version ?? '')) return 'this version of the loader is not known'
  if (!hasCondition(config['resolve'])) return 'it warns when it is loaded, because `resolve.conditionNames` has no `svelte`'
  return STATEFUL.find(([isStateful]) => isStateful(options))?.[1] ?? null
}

function hasCondition(resolve: unknown): boolean {
  const names: unknown = (resolve as { conditionNames?: unknown } | undefined)?.conditionNames
  return Array.isArray(names) && names.includes('svelte')
}

/** It writes the name of the component at hand into the options for its preprocessors. */
function withoutFilename(options: Options): Options {
  const { preprocess, ...rest } = options
  if (preprocess === null || typeof preprocess !== 'object' || Array.isArray(preprocess)) return options
  const { filename: _filename, ...groups } = preprocess as Options
  return { ...rest, preprocess: groups }
}

function loaderHook(kit: RecipeKit): HookRecipe {
  return {
    // Hot code for Svelte 4 names the component from there.
    inputs: () => ({ cwd: process.cwd() }),
    claimPrints: (call, trace) => claimSassPrints(fileOf(call), trace),
    observe: (call, trace) => observe(fileOf(call), trace, kit),
  }
}

function observe(file: string, trace: Trace, { vfs }: RecipeKit): void {
  trace.readEnv('NODE_ENV', process.env['NODE_ENV'] ?? null)
  const source = vfs.read(file)?.toString('utf8') ?? ''
  if (!HAS_LANGUAGE.test(source)) return
  trace.config('tsconfig', dirname(file))
  trace.config('postcss', dirname(file))
  const unknown = HAS_STYLE.test(source) ? traceImportedStyles(file, source, trace, vfs) : null
  if (unknown !== null) trace.refuse(`its preprocessor imports ${unknown} from where it cannot be seen`)
}

function fileOf({ id }: CallInfo): string {
  return id.split('?', 1)[0]!
}
