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
  const { inlineConfig, plugins, ...rest } = config
  const { plugins: _given, customLogger: _logger, ...inline } = inlineConfig ?? {}
  const visible = Object.fromEntries(Object.entries(rest).filter(([name]) => !FLEETING.has(name)))
  return { ...visiblePart(visible, 0) as object, inlineConfig: visiblePart(inline, 0), plugins: plugins.map(plugin => plugin?.name) }
}

/** Made anew for each server, kept for Vite's own use, or filled while modules come. */
const FLEETING: ReadonlySet<string> = new Set(['webSocketToken', 'packageCache', 'safeModulePaths', 'logger', 'customLogger', 'mainConfig', 'configFileDependencies'])
const MAX_DEPTH = 12

/** A value without what instances of classes keep to themselves, such as a server that was handed over, and without plugins. */
function visiblePart(value: unknown, depth: number): unknown {
  if (!isObject(value) || isSimple(value)) return value
  if (depth > MAX_DEPTH) return '…'
  if (Array.isArray(value) || value instanceof Set) return [...value as Iterable<unknown>].map(entry => visiblePart(entry, depth + 1))
  if (!isPlainObject(value)) return value.constructor?.name ?? 'object'
  return Object.fromEntries(Object.entries(value).map(([name, entry]: [string, unknown]) => [name, visibleEntry(name, entry, depth + 1)]))
}

/** All of it is in its text. */
function isSimple(value: object): boolean {
  return value instanceof RegExp || value instanceof URL || value instanceof Date
}

function visibleEntry(name: string, entry: unknown, depth: number): unknown {
  if (name === 'plugins') return null
  return visiblePart(isUnordered(name) && Array.isArray(entry) ? sorted(entry) : entry, depth)
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
