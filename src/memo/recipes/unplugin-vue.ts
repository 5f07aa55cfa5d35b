/**
 * unplugin-vue, on hosts with Rollup's plugin interface and on esbuild.
 *
 * It was made after @vitejs/plugin-vue, and the same state crosses its modules: a descriptor cache that the blocks of a
 * component read. With Rollup's interface it shows its options, and a component is a unit as there. It is asked about
 * every module, because it has no filter that the bundler could apply: what is no component is left alone.
 *
 * On esbuild its options and its compiler lie in a closure. The blocks of a component are stored with it, and come and go
 * with it. Type files are seen only by the first component that reads them, so every component that may use types depends
 * on all that were read so far, and on all that was looked for on the way there (`type-lookups.ts`); a type file that has
 * changed since makes its results ones that are not remembered.
 */
import { dirname } from 'node:path'
import type { Recipe, RecipeInstance, RecipeKit } from '../recipe.ts'
import type { CallInfo, HookRecipe, Satellite } from '../sites/site.ts'
import type { Trace } from '../trace/trace.ts'
import { traceTypeShadows } from './probes.ts'
import { TypeLookups } from './type-lookups.ts'
import { VueUnits, onlyComponents, parseRequest } from './vue.ts'
import type { VueApi } from './vue.ts'

const NAME = 'unplugin-vue'
export const unpluginVue: Recipe = {
  name: NAME,
  host: 'rollup-like',
  matches: ({ name }) => name === NAME,
  create(subject, kit) {
    const api = (subject.plugin as { api?: VueApi }).api
    if (!api?.options) return 'this version of the plugin does not show its options'
    const { root } = api.options
    const instance = new VueUnits(api, kit).instance()
    return { ...instance, hooks: onlyComponents(instance.hooks, () => api.options['include']), options: { all: instance.options, root } }
  },
}

const BLOCK_IMPORT = /(?:\bfrom|\bimport)\s*(["'])([^"'\n]+\?vue&[^"'\n]+)\1/g
const TYPE_FILE = /\.(?:[cm]?tsx?|vue)$/
const MAY_USE_TYPES = /<script[^<>]*\blang\s*=\s*["']?tsx?/

export const esbuildVue: Recipe = {
  name: NAME,
  host: 'esbuild',
  matches: ({ name }) => name === NAME,
  create: (_subject, kit) => ({
    hooks: { onLoad: new EsbuildComponents(kit).hook() },
    options: null,
    optionsComplete: false,
    readsExposed: false,
    // Functions among its options lie in the closure, too, and may read a file once for all components.
    knowsDependencies: false,
    relocatable: true,
  }),
}

class EsbuildComponents {
  readonly #kit: RecipeKit
  /** Type files as the compiler first read them. */
  readonly #typeDigests = new Map<string, string | null>()

  readonly #typeLookups: TypeLookups

  constructor(kit: RecipeKit) {
    this.#kit = kit
    this.#typeLookups = new TypeLookups(kit)
  }

  hook(): HookRecipe {
    return {
      concerns: id => id.endsWith('.vue'),
      satellites: (_call, code) => blocksIn(code),
      observe: (call, trace) => this.#observe(call, trace),
    }
  }

  #observe({ id }: CallInfo, trace: Trace): void {
    const { vfs } = this.#kit
    const typeFiles = [...trace.files].filter(file => file !== id && TYPE_FILE.test(file))
    for (const file of typeFiles) if (!this.#typeDigests.has(file)) this.#typeDigests.set(file, vfs.digest(file))
    const lookups = this.#typeLookups.take(trace, id)
    trace.config('tsconfig', dirname(id))
    if (!MAY_USE_TYPES.test(vfs.read(id)?.toString('utf8') ?? '')) return
    for (const [file, known] of this.#typeDigests) {
      trace.file(file)
      traceTypeShadows(file, trace)
      if (vfs.digest(file) !== known) trace.refuse(`the compiler still has the types of ${file} as they were`)
    }
    this.#typeLookups.add(trace, lookups)
  }
}

function blocksIn(code: string): Satellite[] {
  const paths = [...code.matchAll(BLOCK_IMPORT)].map(match => match[2]!)
  return [...new Set(paths)].map(path => ({ path, namespace: NAME }))
}
