/**
 * Results of Rollup-like `transform` and `load` hooks in stored form and back.
 *
 * What a bundler can tell apart is kept apart: `null`, a string, an object with or without `code`, and a `map` that is
 * absent, `null` or a string. A result that holds anything but JSON (an AST, a native magic string, a function) has no
 * stored form.
 */
import { dehydrate, hydrate, isPlain } from '../../../src/memo/record/plain.ts'
import type { EncodedResult } from '../../../src/memo/host-call.ts'
import type { MemoRecord } from '../../../src/memo/record/record.ts'

/** `own`: an object whose one source is the code that the hook was given, which is not stored a second time. */
type MapForm = 'absent' | 'null' | 'text' | 'object' | 'own' | 'empty'

interface StoredResult {
  readonly form: 'nothing' | 'text' | 'object'
  readonly map: MapForm
  readonly rest: Readonly<Record<string, unknown>>
}

/** Fields of a source map that bundlers read. */
const MAP_FIELDS = ['version', 'file', 'sourceRoot', 'sources', 'sourcesContent', 'names', 'mappings', 'ignoreList', 'x_google_ignoreList', 'debugId']

/**
 * Fields that no bundler reads from `rest`: code and map are kept apart, the others are what Babel's generator returns besides,
 * computed anew whenever somebody looks, and larger than code and map together.
 */
const UNREAD: ReadonlySet<string> = new Set(['code', 'map', 'decodedMap', 'rawMappings', '__mergedMap'])
/** Fields that bundlers read wherever the object has them from. */
const READ = ['meta', 'moduleSideEffects', 'syntheticNamedExports', 'moduleType', 'attributes', 'assertions', 'ast']

/** @param input The code that the hook was given, or null. */
export function encodeRollupResult(result: unknown, input: string | null): EncodedResult {
  if (result === null || result === undefined) return encoded({ form: 'nothing', map: 'absent', rest: {} }, null, null)
  if (typeof result === 'string') return encoded({ form: 'text', map: 'absent', rest: {} }, result, null)
  if (typeof result !== 'object') return refused('its result is neither text nor an object')
  return encodeObject(result, input)
}

function encodeObject(result: object, input: string | null): EncodedResult {
  const { code, map } = result as Record<string, unknown>
  if (code !== undefined && typeof code !== 'string') return refused('its code is not text')
  if (Array.isArray(result)) return refused('its result is a list')
  if (hasUnset((result as { meta?: unknown }).meta)) return refused('its metadata takes away what others have said')
  const rest = dehydrate(restOf(result))
  if (!isPlain(rest)) return refused('its result holds something that is not JSON')
  const encodedMap = encodeMap(map, input)
  if (encodedMap === null) return refused('its source map is of an unknown kind')
  return encoded({ form: 'object', map: encodedMap.form, rest: rest as Record<string, unknown> }, code ?? null, encodedMap.text)
}

function restOf(result: object): Record<string, unknown> {
  const names = new Set([...Object.keys(result), ...READ.filter(name => name in result)])
  return Object.fromEntries([...names].filter(name => !UNREAD.has(name)).map(name => [name, Reflect.get(result, name)]))
}

/** What is `undefined` in metadata overwrites what was there. */
function hasUnset(meta: unknown): boolean {
  return meta !== null && typeof meta === 'object' && Object.values(meta).includes(undefined)
}

/** @param input The code that the hook is given now: the same as then. */
export function decodeRollupResult(record: MemoRecord, input: string | null): unknown {
  const stored = record.result as StoredResult
  if (stored.form === 'nothing') return null
  if (stored.form === 'text') return record.code
  const result: Record<string, unknown> = { ...hydrate(stored.rest) as Record<string, unknown> }
  if (record.code !== null) result['code'] = record.code
  const map = decodeMap(stored.map, record.map, input)
  if (map !== undefined) result['map'] = map
  return result
}

function encoded(result: StoredResult, code: string | null, map: string | null): EncodedResult {
  return { ok: true, result, code, map }
}

function refused(reason: string): EncodedResult {
  return { ok: false, reason }
}

function encodeMap(map: unknown, input: string | null): { form: MapForm; text: string | null } | null {
  if (map === undefined) return { form: 'absent', text: null }
  if (map === null) return { form: 'null', text: null }
  if (typeof map === 'string') return { form: 'text', text: map }
  return typeof map === 'object' ? encodeMapObject(map, input) : null
}

function encodeMapObject(map: object, input: string | null): { form: MapForm; text: string | null } | null {
  const kept = mapFields(map)
  if (kept['mappings'] === '' && Object.keys(kept).length === 1) return { form: 'empty', text: null }
  // Decoded mappings (nested arrays) are as good; anything else (a class that decodes late) is not known.
  if (!('mappings' in kept) || !isPlain(kept)) return null
  // The empty list keeps the place of the field.
  return isOnly(kept['sourcesContent'], input) ? { form: 'own', text: JSON.stringify({ ...kept, sourcesContent: [] }) } : { form: 'object', text: JSON.stringify(kept) }
}

/** In the order of the object, because a dev server writes it out; what a class computes on demand comes after. */
function mapFields(map: object): Record<string, unknown> {
  const fields: Record<string, unknown> = {}
  for (const name of Object.keys(map)) if (MAP_FIELDS.includes(name)) addField(fields, map, name)
  for (const name of MAP_FIELDS) if (!Object.hasOwn(fields, name)) addField(fields, map, name)
  return fields
}

function addField(fields: Record<string, unknown>, map: object, name: string): void {
  const value: unknown = Reflect.get(map, name)
  if (value !== undefined) fields[name] = value
}

function isOnly(contents: unknown, input: string | null): boolean {
  return input !== null && Array.isArray(contents) && contents.length === 1 && contents[0] === input
}

function decodeMap(form: MapForm, text: string | null, input: string | null): unknown {
  switch (form) {
    case 'absent': return undefined
    case 'null': return null
    case 'empty': return { mappings: '' }
    case 'text': return text
    case 'own': return { ...JSON.parse(text ?? '{}') as object, sourcesContent: [input] }
    case 'object': return text === null ? null : JSON.parse(text)
  }
}
