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

/** What besides a plugin of which nothing is known may read. */
export function exposedBy({ define, env, build }: ResolvedConfig): unknown {
  return { define, env, outputs: [build.rollupOptions?.output, Reflect.get(Object(Reflect.get(build, 'rolldownOptions')), 'output')] }
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
