/**
 * @sveltejs/vite-plugin-svelte: its `compile`, `preprocess` and `compile-module` plugins.
 *
 * What crosses modules is the compiled CSS, in the module's `meta`, which is replayed with the result; the plugin that
 * loads it from there always runs. Preprocessors report their dependencies to nobody in a plain build, so each is
 * listened to; those that nobody has read may read or look for something once for all modules. The configuration may lie
 * anywhere: what it is made of is followed. In dev the preprocess plugin keeps a table of them in the server and always runs.
 */
import { dirname } from 'node:path'
import type { Recipe, RecipeKit } from '../recipe.ts'
import type { HookRecipe } from '../sites/site.ts'
import { claimSassPrints } from './sass-prints.ts'
import { withLateOptions } from './late-options.ts'
import { digestOfConfiguration } from './postcss-config.ts'
import { StyleShadows } from './probes.ts'

type Preprocessor = (options: { content: string; filename?: string }) => unknown
interface PreprocessorGroup {
  name?: string
  markup?: Preprocessor
  script?: Preprocessor
  style?: Preprocessor
}
interface SvelteOptions {
  readonly preprocess?: PreprocessorGroup | PreprocessorGroup[]
  readonly experimental?: { readonly sendWarningsToBrowser?: boolean }
  readonly stats?: unknown
  /** Absolute; where it was found or named. */
  readonly configFile?: unknown
}

const FAMILY = 'vite-plugin-svelte:'

export const svelte: Recipe = {
  name: 'svelte',
  host: 'rollup-like',
  matches: ({ name }) => name.startsWith(FAMILY),
  create(subject, kit) {
    const options = optionsOf(kit)
    if (!options) return 'this version of the plugin does not show its options'
    if (options.stats !== undefined) return 'it collects statistics of each compilation'
    if (options.experimental?.sendWarningsToBrowser) return 'it sends warnings to the browser'
    const part = subject.name.slice(FAMILY.length)
    const hooks = withLateOptions(hooksOf(part, options, kit), () => visible(optionsOf(kit) ?? {}), kit)
    const configuration = typeof options.configFile === 'string' ? { configuration: digestOfConfiguration([options.configFile], kit) } : {}
    const isKnown = part !== 'preprocess' || [options.preprocess ?? []].flat().every(isOfVite)
    return { hooks, options: { ...visible(options), ...configuration }, optionsComplete: true, readsExposed: false, knowsDependencies: isKnown, relocatable: true }
  },
}

function hooksOf(part: string, options: SvelteOptions, kit: RecipeKit): Readonly<Record<string, HookRecipe>> {
  switch (part) {
    case 'compile':
    case 'compile-module': return { transform: {} }
    case 'preprocess': return kit.command === 'dev' ? {} : { transform: preprocessHook(options, kit) }
    default: return {}
  }
}

function optionsOf(kit: RecipeKit): SvelteOptions | undefined {
  const plugins = kit.config['plugins']
  if (!Array.isArray(plugins)) return undefined
  const owner = plugins.find((plugin: { name?: string }) => plugin.name === `${FAMILY}config`) as { api?: { options?: SvelteOptions } } | undefined
  return owner?.api?.options
}

/** `vitePreprocess`, which reads nothing of its own. */
function isOfVite({ name, markup }: PreprocessorGroup): boolean {
  return name === 'vite-preprocess' && markup === undefined
}

function visible(options: SvelteOptions): Record<string, unknown> {
  const { server: _server, root: _root, ...rest } = options as Record<string, unknown>
  return rest
}

function preprocessHook(options: SvelteOptions, kit: RecipeKit): HookRecipe {
  const shadows = new StyleShadows(kit, [])
  for (const group of [options.preprocess ?? []].flat()) listen(group, kit)
  return {
    claimPrints: ({ id }, trace) => claimSassPrints(id.split('?', 1)[0]!, trace),
    observe: (call, trace) => {
      shadows.trace(call.id, call.inputs['code'] ?? '', trace)
      trace.config('tsconfig', dirname(call.id))
      trace.config('postcss', dirname(call.id))
    },
  }
}

const PARTS = ['markup', 'script', 'style'] as const

function listen(group: PreprocessorGroup, kit: RecipeKit): void {
  for (const part of PARTS) {
    const original = group[part]
    if (!original) continue
    const listening = async (input: Parameters<Preprocessor>[0]): Promise<unknown> => {
      const result = await original(input) as { dependencies?: readonly string[] } | undefined
      for (const file of result?.dependencies ?? []) kit.activeTrace()?.file(file)
      return result
    }
    // The plugin hangs its resolved configuration on the function.
    group[part] = Object.defineProperties(listening, Object.getOwnPropertyDescriptors(original))
  }
}
