/**
 * What webpack and Rspack loaded, and what became of it: modules when all are there and nothing is merged yet, chunks when
 * the compilation is over. Modules that were merged into one (scope hoisting) are told one by one.
 */
import type { BuiltChunk, BuiltOutput } from '../../../src/guidance/guidance.ts'
import { group } from '../../../src/analysis/project/graph.ts'
import { enginesIn } from '../rollup/rollup-output.ts'
import { definedVariables } from '../vite/vite-output.ts'

/** A module, as far as it is looked at. A merged one has `modules`. */
interface SomeModule {
  readonly resource?: string
  readonly modules?: Iterable<SomeModule> | null
  size?(): number
}

interface Connection {
  readonly resolvedModule?: SomeModule | null
  readonly module?: SomeModule | null
}

interface Dependency {
  readonly request?: string
}

interface SomeChunk {
  readonly id?: string | number | null
  readonly name?: string | null
  readonly files: Iterable<string>
}

export interface OutputCompilation {
  readonly modules: Iterable<SomeModule>
  readonly chunks: Iterable<SomeChunk>
  readonly entries: ReadonlyMap<string, { readonly dependencies: readonly Dependency[] }>
  readonly chunkGraph: { getChunkModulesIterable?(chunk: SomeChunk): Iterable<SomeModule>; getChunkModules?(chunk: SomeChunk): Iterable<SomeModule> }
  readonly moduleGraph: { getModule(dependency: Dependency): SomeModule | null; getOutgoingConnections(module: SomeModule): Iterable<Connection> }
}

export interface OutputOptions {
  readonly externalsPresets?: { readonly web?: boolean; readonly node?: boolean }
  readonly plugins?: readonly unknown[]
  /** As `node20`; platforms and names of standards among them say nothing about an engine. */
  readonly target?: unknown
}

/** Ids of all modules that are files. */
export function resourcesOf({ modules }: OutputCompilation): string[] {
  return [...modules].flatMap(parts).flatMap(({ resource }) => (typeof resource === 'string' && resource !== '' ? [resource] : []))
}

export function webpackOutput(compilation: OutputCompilation, options: OutputOptions): BuiltOutput {
  const { externalsPresets: presets = {} } = options
  const isClient = presets.web === true ? true : presets.node === true ? false : null
  return {
    chunks: [...compilation.chunks].map(chunk => chunkOf(chunk, compilation, isClient)),
    entries: [...compilation.entries.values()].flatMap(({ dependencies }) => dependencies.flatMap(each => compilation.moduleGraph.getModule(each)?.resource ?? [])),
    importsOf: importsIn(compilation),
    exposed: (options.plugins ?? []).flatMap(replacedVariables),
    target: enginesIn(options.target),
  }
}

function chunkOf(chunk: SomeChunk, { chunkGraph }: OutputCompilation, isClient: boolean | null): BuiltChunk {
  const modules = chunkGraph.getChunkModulesIterable?.(chunk) ?? chunkGraph.getChunkModules?.(chunk) ?? []
  const file = [...chunk.files].find(name => /\.[cm]?js$/.test(name))
  return {
    name: file ?? String(chunk.name ?? chunk.id ?? ''),
    isClient,
    modules: [...modules].flatMap(parts).flatMap((module): [string, number][] => (typeof module.resource === 'string' ? [[module.resource, module.size?.() ?? 0]] : [])),
  }
}

function parts(module: SomeModule): SomeModule[] {
  return module.modules ? [...module.modules].flatMap(parts) : [module]
}

/** Of a file that several modules are made of (blocks of a component), what any of them imports. */
function importsIn(compilation: OutputCompilation): BuiltOutput['importsOf'] {
  let byPath: Map<string, SomeModule[]> | null = null
  return id => {
    byPath ??= group([...compilation.modules].flatMap(parts), ({ resource = '' }) => withoutQuery(resource))
    return (byPath.get(withoutQuery(id)) ?? []).flatMap(module => [...compilation.moduleGraph.getOutgoingConnections(module)].flatMap(each => (each.resolvedModule ?? each.module)?.resource ?? []))
  }
}

function withoutQuery(resource: string): string {
  return resource.replace(/[?#].*$/s, '')
}

/** What DefinePlugin and EnvironmentPlugin put in the place of variables. */
function replacedVariables(plugin: unknown): [string, string | null][] {
  const some = (plugin ?? {}) as SomePlugin
  switch (typeof some.name === 'string' ? some.name : some.constructor?.name) {
    case 'DefinePlugin':
      return definedVariables(definitionsOf(some))
    case 'EnvironmentPlugin':
      return Array.isArray(some.keys) ? environmentVariables(some.keys.map(String), some.defaultValues ?? {}) : []
    default:
      return []
  }
}

/** Rspack's plugins are of one class: they have a name, and keep what they were made with. */
interface SomePlugin {
  readonly name?: unknown
  readonly constructor?: { readonly name?: string }
  readonly definitions?: unknown
  readonly _args?: unknown
  readonly keys?: unknown
  readonly defaultValues?: object | null
}

function definitionsOf({ definitions, _args: args }: SomePlugin): Readonly<Record<string, unknown>> {
  const given: unknown = definitions ?? (Array.isArray(args) ? args[0] : null)
  return given !== null && typeof given === 'object' ? given as Readonly<Record<string, unknown>> : {}
}

function environmentVariables(names: readonly string[], defaults: object): [string, string | null][] {
  return names.map((name): [string, string | null] => {
    const value: unknown = process.env[name] ?? Reflect.get(defaults, name)
    return [`process.env.${name}`, typeof value === 'string' ? value : null]
  })
}
