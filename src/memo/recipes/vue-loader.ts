/**
 * vue-loader and the loaders that its plugin puts into chains.
 *
 * What crosses modules: a table of descriptors, by file. Each chain for a block of a component has vue-loader at its
 * right end, which parses the component again and fills the table before the block's own loader asks it, so that such a
 * chain needs no other module. Blocks from other files (`<template src>`) are parsed once for good and always run.
 *
 * Types that `defineProps` imports are declared to nobody, and read once in a process: the compiler's own list of them is
 * taken from vue-loader's table of scripts, with the files that would shadow them and all that was looked for on the way
 * there (`type-lookups.ts`). The table for servers cannot be
 * seen; there, components with type arguments are not remembered. In dev vue-loader watches the types of the components
 * that it compiled, and forgets those when the types change: for components that were served it is told of them.
 */
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { isFullyVisible, optionsOf } from '../sites/loader-part.ts'
import type { LoaderPart } from '../sites/loader-part.ts'
import type { Recipe, RecipeInstance, RecipeKit } from '../recipe.ts'
import type { CallInfo, HookRecipe } from '../sites/site.ts'
import type { Trace } from '../trace/trace.ts'
import { traceTypeShadows } from './probes.ts'
import { TypeLookups, joined } from './type-lookups.ts'
import type { Lookups } from './type-lookups.ts'

interface Descriptor {
  readonly scriptSetup?: { readonly content: string } | null
}
interface DescriptorCache {
  readonly descriptorCache: Map<string, Descriptor>
}
interface ScriptTables {
  readonly clientCache: WeakMap<Descriptor, { readonly deps?: readonly string[] } | null>
  readonly typeDepToSFCMap: Map<string, Set<string>>
}

const TYPE_ARGUMENTS = /\bdefine(?:Props|Emits|Slots|Model)\s*</
const TYPE_FILE = /\.(?:[cm]?tsx?|vue)$/

export const vueLoader: Recipe = {
  name: 'vue-loader',
  host: 'webpack-like',
  matches: ({ name }) => name === 'vue-loader' || name.startsWith('vue-loader/'),
  create(subject, kit) {
    const part = subject.plugin as LoaderPart
    switch (subject.name) {
      case 'vue-loader':
      case 'vue-loader/templateLoader': {
        const tables = tablesOf(part)
        return tables ? instanceOf(part, { loader: new Components(part, tables, kit).hook() }) : 'this version of vue-loader does not show its tables'
      }
      case 'vue-loader/stylePostLoader': return instanceOf(part, { loader: {} })
      // What it answers is made of the requests alone.
      default: return instanceOf(part, {})
    }
  },
}

function instanceOf(part: LoaderPart, hooks: RecipeInstance['hooks']): RecipeInstance {
  const { ident: _ident, ...options } = optionsOf(part)
  // Functions may read a file once, for all components.
  const knowsDependencies = isFullyVisible({ ...options, compiler: null })
  return { hooks, options, optionsComplete: options['query'] === undefined, readsExposed: false, knowsDependencies, relocatable: true }
}

interface Tables extends DescriptorCache, ScriptTables {}

/** From the modules of vue-loader, which its plugin has loaded by now. */
function tablesOf(part: LoaderPart): Tables | null {
  const load = createRequire(part.path)
  try {
    const { descriptorCache } = load('./descriptorCache') as Partial<DescriptorCache>
    const { clientCache, typeDepToSFCMap } = load('./resolveScript') as Partial<ScriptTables>
    return descriptorCache && clientCache && typeDepToSFCMap ? { descriptorCache, clientCache, typeDepToSFCMap } : null
  } catch {
    // Another major version has no such modules.
    return null
  }
}

class Components {
  readonly #kit: RecipeKit
  readonly #tables: Tables
  readonly #isServer: boolean
  /** What each type file held when the compiler read it. */
  readonly #typeDigests = new Map<string, string | null>()
  /** By component, what the call that compiled its script looked for. */
  readonly #lookups = new Map<string, Lookups>()
  readonly #typeLookups: TypeLookups

  constructor(part: LoaderPart, tables: Tables, kit: RecipeKit) {
    this.#tables = tables
    this.#kit = kit
    this.#typeLookups = new TypeLookups(kit)
    this.#isServer = Boolean(optionsOf(part)['isServerBuild'] ?? kit.config['target'] === 'node')
  }

  hook(): HookRecipe {
    return {
      trusts: ['_compiler'],
      inputs: () => ({ cwd: process.cwd() }),
      admit: ({ id }) => (/[?&]external\b/.test(id) ? 'blocks from other files are parsed once for good' : null),
      observe: (call, trace) => this.#observe(call, trace),
      served: (call, paths) => this.#served(call, paths),
    }
  }

  #observe({ id }: CallInfo, trace: Trace): void {
    const file = id.split('?', 1)[0]!
    trace.config('tsconfig', dirname(file))
    const lookups = this.#lookupsOf(file, trace)
    const descriptor = this.#tables.descriptorCache.get(file)
    if (!descriptor) return trace.refuse('vue-loader keeps no descriptor of it')
    const usesTypes = TYPE_ARGUMENTS.test(descriptor.scriptSetup?.content ?? '')
    if (!this.#isServer) this.#traceTypes(this.#tables.clientCache.get(descriptor)?.deps ?? [], usesTypes, lookups, trace)
    else if (usesTypes) trace.refuse('in builds for servers the types that it imports cannot be seen')
  }

  #traceTypes(deps: readonly string[], usesTypes: boolean, lookups: Lookups, trace: Trace): void {
    for (const path of deps) this.#traceType(path, trace)
    if (usesTypes || deps.length > 0) this.#typeLookups.add(trace, lookups)
  }

  /** Of all chains for one component: the first compiles its script, and the others find it in the table. */
  #lookupsOf(file: string, trace: Trace): Lookups {
    const lookups = joined(this.#lookups.get(file), this.#typeLookups.take(trace, file))
    this.#lookups.set(file, lookups)
    return lookups
  }

  #traceType(path: string, trace: Trace): void {
    const now = this.#kit.vfs.digest(path)
    const first = this.#typeDigests.get(path)
    // Without hot updates the compiler never reads a type file again, whatever becomes of it.
    if (first !== undefined && first !== now && this.#kit.command !== 'build') trace.refuse('its types may have been compiled as they were earlier')
    this.#typeDigests.set(path, first ?? now)
    trace.file(path)
    traceTypeShadows(path, trace)
  }

  #served({ id }: CallInfo, paths: readonly string[]): void {
    if (this.#kit.command === 'build') return
    const file = id.split('?', 1)[0]!
    const { typeDepToSFCMap } = this.#tables
    for (const path of paths) {
      if (path === file || !TYPE_FILE.test(path)) continue
      typeDepToSFCMap.set(path, (typeDepToSFCMap.get(path) ?? new Set()).add(file))
    }
  }
}
