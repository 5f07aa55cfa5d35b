/**
 * What of a resolved Vite configuration is part of keys.
 *
 * Frameworks put values into it that no plugin asks for and that are others in every build: SvelteKit names a global of its
 * output after the time, and vite-plugin-svelte lists packages in the order in which they were found. So what only says how
 * chunks are written counts for plugins alone of which nothing is known, and lists without an order have none.
 */
import type { ResolvedConfig } from 'vite'

/** Where something stands in these decides nothing. */
const UNORDERED = ['noExternal', 'external', 'dedupe', 'include', 'exclude', 'needsInterop'] as const

/** What plugins commonly read. Where the output goes is no part of it. */
export function configIdentity(config: ResolvedConfig): unknown {
  const { outDir: _outDir, watch: _watch, reportCompressedSize: _size, emptyOutDir: _empty, ...build } = config.build
  const { base, publicDir, resolve, css, json, esbuild, experimental, ssr, appType, isProduction } = config
  const oxc: unknown = Reflect.get(config, 'oxc')
  return {
    base, publicDir, css, json, esbuild, oxc, experimental, appType, isProduction,
    resolve: withoutOrder(resolve),
    ssr: ssr && { ...withoutOrder(ssr), ...nested(ssr, 'resolve'), ...nested(ssr, 'optimizeDeps') },
    build: { ...build, ...withoutOutput(build, 'rollupOptions'), ...withoutOutput(build, 'rolldownOptions') },
    environments: Object.keys(config.environments ?? {}),
  }
}

/**
 * What besides a plugin of which nothing is known may read: all that there is, as far as it can be seen, custom keys and what
 * is for single environments included. Plugins count by their names.
 */
export function exposedBy(config: ResolvedConfig): unknown {
  return { config: visibleParts(config), inlineConfig: visibleParts(config.inlineConfig ?? {}), plugins: config.plugins.map(plugin => plugin?.name) }
}

/** Of a configuration: made anew for each server, kept for Vite's own use, or filled while modules come; and what was handed over, which stands beside it. */
const FLEETING: ReadonlySet<string> = new Set(['webSocketToken', 'packageCache', 'safeModulePaths', 'logger', 'customLogger', 'mainConfig', 'configFileDependencies', 'inlineConfig'])

const NOTHING: ReadonlySet<string> = new Set()

/**
 * A configuration as a list of the objects that it is made of, each once, and by its place in the list where it stands in another:
 * frameworks keep graphs with circles there. Without what instances of classes keep to themselves, such as a server that was
 * handed over, and without plugins.
 */
function visibleParts(root: object): unknown[] {
  const places = new Map<object, number>([[root, 0]])
  const refer = (value: unknown): unknown => {
    if (!isObject(value) || isSimple(value)) return value
    if (!Array.isArray(value) && !(value instanceof Set) && !isPlainObject(value)) return value.constructor?.name ?? 'object'
    const place = places.get(value) ?? places.size
    places.set(value, place)
    return { place }
  }
  // A map goes on with what is added while it is gone through.
  return Array.from(places.keys(), part => describePart(part, refer, part === root ? FLEETING : NOTHING))
}

function describePart(part: object, refer: (value: unknown) => unknown, left: ReadonlySet<string>): unknown {
  if (Array.isArray(part) || part instanceof Set) return [...part as Iterable<unknown>].map(refer)
  return Object.fromEntries(Object.keys(part).filter(name => !left.has(name)).sort().map(name => [name, name === 'plugins' ? null : refer(entryOf(part, name))]))
}

/** A getter of somebody else's may throw: nobody must notice that we asked. */
function entryOf(owner: object, name: string): unknown {
  try {
    const entry: unknown = Reflect.get(owner, name)
    return isUnordered(name) && Array.isArray(entry) ? sorted(entry) : entry
  } catch {
    return 'cannot be read'
  }
}

/** All of it is in its text. */
function isSimple(value: object): boolean {
  return value instanceof RegExp || value instanceof URL || value instanceof Date
}

function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** Whether a plugin was made by the configuration file, whose text is in the key. What was handed over may be made by anything. */
export function fromConfigFile({ configFile, inlineConfig }: ResolvedConfig): (plugin: object) => boolean {
  const given = ([inlineConfig?.plugins ?? []] as unknown[]).flat(Infinity)
  const isKnown = configFile !== undefined && !given.some(plugin => plugin instanceof Promise)
  return plugin => isKnown && !given.includes(plugin)
}

function withoutOrder(options: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(options).map(([name, value]: [string, unknown]) => [name, isUnordered(name) && Array.isArray(value) ? sorted(value) : value]))
}

function isUnordered(name: string): boolean {
  return (UNORDERED as readonly string[]).includes(name)
}

function sorted(values: readonly unknown[]): unknown[] {
  return [...values].sort((one, other) => compare(String(one), String(other)))
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}

function nested(owner: object, name: string): Record<string, unknown> {
  const options: unknown = Reflect.get(owner, name)
  return isObject(options) ? { [name]: withoutOrder(options) } : {}
}

function withoutOutput(owner: object, name: string): Record<string, unknown> {
  const options: unknown = Reflect.get(owner, name)
  if (!isObject(options)) return {}
  const { output: _output, ...input } = options as { output?: unknown }
  return { [name]: input }
}

function isObject(value: unknown): value is object {
  return value !== null && typeof value === 'object'
}
