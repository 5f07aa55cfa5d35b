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

/** Whether it has properties that a loop over its keys passes by. */
export function hidesKeys(value: object): boolean {
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
