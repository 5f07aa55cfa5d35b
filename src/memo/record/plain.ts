/**
 * What can be stored and given back unchanged: JSON values and nothing else. A class instance, a function, a symbol key,
 * a cycle, `NaN` or a hole would come back as something else, so a value that holds one is not plain.
 */

/** Deeper than this, or a cycle: JSON would overflow the stack, or never end. */
const MAX_DEPTH = 64

/** `undefined` as an own property is kept apart from an absent one, hence the exact check of own keys. */
export function isPlain(value: unknown, depth = 0): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean': return true
    case 'number': return Number.isFinite(value) && !Object.is(value, -0)
    case 'object': return value === null || isPlainInside(value, depth)
    default: return false
  }
}

function isPlainInside(value: object, depth: number): boolean {
  if (depth > MAX_DEPTH) return false
  return Array.isArray(value) ? isPlainArray(value, depth) : isPlainObject(value, depth)
}

function isPlainArray(value: readonly unknown[], depth: number): boolean {
  return isPureArray(value) && value.every(entry => isPlain(entry, depth + 1))
}

function isPlainObject(value: object, depth: number): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  if ((prototype !== Object.prototype && prototype !== null) || hidesKeys(value)) return false
  return Object.entries(value).every(([key, entry]) => key !== '__proto__' && isPlain(entry, depth + 1))
}

/** Without holes, and without properties of its own, as the match of a regular expression has them. */
function isPureArray(value: readonly unknown[]): boolean {
  return Object.getPrototypeOf(value) === Array.prototype && Object.keys(value).length === value.length && Object.getOwnPropertySymbols(value).length === 0
}

function hidesKeys(value: object): boolean {
  return Reflect.ownKeys(value).length !== Object.keys(value).length
}

const NOT_PLAIN = Symbol('not plain')

/**
 * The stored form of a value (not plain where it has none): own properties that are `undefined` are left out, which no consumer of a hook
 * result tells from absent ones, and a source map object of magic-string keeps its two methods when it comes back.
 */
export function dehydrate(value: unknown, depth = 0): unknown {
  if (value === null || typeof value !== 'object') return value
  if (depth > MAX_DEPTH) return NOT_PLAIN
  return Array.isArray(value) ? dehydrateArray(value, depth) : dehydrateObject(value, depth)
}

function dehydrateArray(value: readonly unknown[], depth: number): unknown {
  return isPureArray(value) ? dehydrateEach(value.entries(), depth, entries => entries.map(([, entry]) => entry)) : NOT_PLAIN
}

function dehydrateObject(value: object, depth: number): unknown {
  const isMap = isSourceMap(value)
  if (!isMap && Object.getPrototypeOf(value) !== Object.prototype) return value
  if (SOURCE_MAP in value || hidesKeys(value)) return NOT_PLAIN
  const present = Object.entries(value).filter(([, entry]: [string, unknown]) => entry !== undefined)
  return dehydrateEach(present, depth, entries => (isMap ? { [SOURCE_MAP]: Object.fromEntries(entries) } : Object.fromEntries(entries)))
}

/** Gives up at the first entry without a stored form: with cycles, going on could take for ever. */
function dehydrateEach<Key extends string | number>(entries: Iterable<[Key, unknown]>, depth: number, build: (entries: [Key, unknown][]) => unknown): unknown {
  const dehydrated: [Key, unknown][] = []
  for (const [key, entry] of entries) {
    const stored = dehydrate(entry, depth + 1)
    if (stored === NOT_PLAIN) return NOT_PLAIN
    dehydrated.push([key, stored])
  }
  return build(dehydrated)
}

/** The value whose stored form this is. */
export function hydrate(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(hydrate)
  if (value === null || typeof value !== 'object') return value
  const map: unknown = (value as Record<string, unknown>)[SOURCE_MAP]
  if (map !== undefined) return Object.assign(new StoredSourceMap(), map)
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, hydrate(entry)]))
}

const SOURCE_MAP = '$pitcrew:source-map'

function isSourceMap(value: object): boolean {
  const { toString, toUrl } = value as { toString: unknown; toUrl?: unknown }
  if (typeof toUrl !== 'function' || typeof toString !== 'function' || !('mappings' in value)) return false
  return value.constructor.name === 'SourceMap' || isOfMinifiedClass(value, toString)
}

/** The class has another name in a compiler that was bundled and minified, as Svelte's for CommonJS is. */
function isOfMinifiedClass(value: object, toString: unknown): boolean {
  const prototype = Object.getPrototypeOf(value) as object
  return Object.getOwnPropertyNames(prototype).sort().join() === 'constructor,toString,toUrl' && /^toString\(\)\s*\{\s*return JSON\.stringify\(this\);?\s*\}$/.test(Function.prototype.toString.call(toString))
}

/** What a plugin can do with a source map object that magic-string made. */
class StoredSourceMap {
  toString(): string {
    return JSON.stringify(this)
  }

  toUrl(): string {
    return `data:application/json;charset=utf-8;base64,${Buffer.from(this.toString()).toString('base64')}`
  }
}

/** Copies a plain value with every string in it, keys included, put through `map`. */
export function mapStrings(value: unknown, map: (text: string) => string): unknown {
  if (typeof value === 'string') return map(value)
  if (Array.isArray(value)) return value.map(entry => mapStrings(entry, map))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [map(key), mapStrings(entry, map)]))
}

/**
 * A digest-stable text of any value, for the fingerprint of options: functions by their source, regular expressions by
 * their text, keys sorted, cycles cut. What a function captures is not in it: `complete` tells whether nothing was lost.
 */
export function fingerprint(value: unknown): { readonly text: string; readonly complete: boolean } {
  const state = { complete: true, seen: new Set<object>() }
  return { text: describe(value, state, 0), complete: state.complete }
}

interface FingerprintState {
  complete: boolean
  readonly seen: Set<object>
}

function describe(value: unknown, state: FingerprintState, depth: number): string {
  switch (typeof value) {
    case 'string': return JSON.stringify(value)
    case 'function':
      state.complete = false
      return `fn:${Function.prototype.toString.call(value)}`
    case 'object': return value === null ? 'null' : describeObject(value, state, depth)
    case 'symbol': return value.toString()
    case 'bigint': return `${value}n`
    default: return String(value)
  }
}

function describeObject(value: object, state: FingerprintState, depth: number): string {
  if (value instanceof RegExp) return `re:${value.toString()}`
  if (value instanceof URL || value instanceof Date) return `${value.constructor.name}:${value instanceof URL ? value.href : value.getTime()}`
  if (state.seen.has(value) || depth > 12) {
    state.complete = false
    return '<seen>'
  }
  state.seen.add(value)
  try {
    return describeEntries(value, state, depth)
  } finally {
    state.seen.delete(value)
  }
}

function describeEntries(value: object, state: FingerprintState, depth: number): string {
  const each = (entry: unknown): string => describeSafely(() => entry, state, depth)
  if (Array.isArray(value)) return `[${value.map(each).join(',')}]`
  if (value instanceof Map) return `map:[${[...value].map(([key, entry]) => `${each(key)}:${each(entry)}`).join(',')}]`
  if (value instanceof Set) return `set:[${[...value].map(each).join(',')}]`
  const prototype: unknown = Object.getPrototypeOf(value)
  // Private fields and inherited accessors of a class instance cannot be seen.
  if ((prototype !== Object.prototype && prototype !== null) || hidesKeys(value)) state.complete = false
  const keys = Object.keys(value).sort()
  return `{${keys.map(key => `${JSON.stringify(key)}:${describeSafely(() => Reflect.get(value, key), state, depth)}`).join(',')}}`
}

function describeSafely(read: () => unknown, state: FingerprintState, depth: number): string {
  try {
    return describe(read(), state, depth + 1)
  } catch {
    // A getter or a proxy of somebody else's that throws: its value is unknown, and nobody must notice that we asked.
    state.complete = false
    return '<throws>'
  }
}
