/**
 * What a remembered run gives, in stored form and back: the values that the last of its loaders returned, the
 * dependencies that all of them declared, and what they left in the module's `buildMeta`.
 *
 * A value that is not text, bytes or JSON (an AST, a class) has no stored form.
 */
import type { EncodedResult } from '../../../src/memo/host-call.ts'
import { dehydrate, hydrate, isPlain } from '../../../src/memo/record/plain.ts'
import type { PortableText } from '../../../src/memo/record/portable-text.ts'
import type { MemoRecord } from '../../../src/memo/record/record.ts'

export interface RunResult {
  /** Content, source map, additional data: as many as the loader returned. */
  readonly values: readonly unknown[]
  readonly declared: Declared
  /** What is new in `buildMeta`. */
  readonly meta: Readonly<Record<string, unknown>>
}

/** In the order in which they were declared. Absolute. */
export interface Declared {
  /** The loaders dropped what had been declared before. */
  readonly cleared: boolean
  readonly files: readonly string[]
  readonly directories: readonly string[]
  readonly missing: readonly string[]
}

/** `[index, key]`, by index. */
type UnsetKey = readonly [number, string]
type MapForm = 'absent' | 'null' | 'text' | 'object'

interface Stored {
  readonly count: number
  readonly map: MapForm
  /** Of a map that is an object: where among all of its keys those are that it has without a value. */
  readonly unset: readonly UnsetKey[]
  readonly data: unknown
  /** `null` was handed on, and not nothing. */
  readonly isDataNull: boolean
  readonly cleared: boolean
  /** Paths in one text: hundreds of them are read faster than as many strings. */
  readonly files: string
  readonly directories: string
  readonly missing: string
  readonly meta: Readonly<Record<string, unknown>>
}

const SEPARATOR = '\n'

export function encodeRun({ values, declared, meta }: RunResult, portable: PortableText): EncodedResult {
  const [content, map, data] = values
  if (typeof content !== 'string' && !(content instanceof Uint8Array)) return refused('it returned neither text nor bytes')
  if (values.length > 3) return refused('it returned more than content, source map and data')
  const encodedMap = encodeMap(map)
  if (encodedMap === null) return refused('its source map is of an unknown kind')
  const handed = data ?? null
  if (!isPlain(handed)) return refused('it hands data to the next loader that is not JSON')
  if (!isPlain(meta)) return refused('it left something in the module that is not JSON')
  const paths = [declared.files, declared.directories, withoutAppended(declared.missing, portable)]
  if (paths.flat().some(path => path.includes(SEPARATOR))) return refused('a path holds a line break')
  const [files, directories, missing] = paths.map(list => list.join(SEPARATOR)) as [string, string, string]
  const result: Stored = { count: values.length, map: encodedMap.form, unset: encodedMap.unset, data: handed, isDataNull: data === null, cleared: declared.cleared, files, directories, missing, meta }
  return { ok: true, result, code: content, map: encodedMap.text }
}

export function decodeRun(record: MemoRecord): RunResult {
  const stored = record.result as Stored
  const content = record.code === null || typeof record.code === 'string' ? record.code : Buffer.from(record.code)
  const values = [content, decodeMap(stored, record.map), stored.isDataNull ? null : stored.data ?? undefined]
  return {
    values: values.slice(0, stored.count),
    declared: { cleared: stored.cleared, files: split(stored.files), directories: split(stored.directories), missing: split(stored.missing) },
    meta: stored.meta,
  }
}

/**
 * Asked for an absolute path, a resolver also tries it below where it asks from, and declares that it is missing there.
 * Such a path cannot be moved, and nobody will make that file: it is not declared again.
 */
function withoutAppended(missing: readonly string[], portable: PortableText): readonly string[] {
  return missing.filter(path => !portable.isAppended(path))
}

function split(paths: string): readonly string[] {
  return paths === '' ? [] : paths.split(SEPARATOR)
}

function refused(reason: string): EncodedResult {
  return { ok: false, reason }
}

interface EncodedMap {
  readonly form: MapForm
  readonly text: string | null
  readonly unset: readonly UnsetKey[]
}

function encodeMap(map: unknown): EncodedMap | null {
  if (map === undefined) return { form: 'absent', text: null, unset: [] }
  if (map === null) return { form: 'null', text: null, unset: [] }
  if (typeof map === 'string') return { form: 'text', text: map, unset: [] }
  const kept = dehydrate(map)
  return isPlain(kept) ? { form: 'object', text: JSON.stringify(kept), unset: unsetKeysOf(map) } : null
}

function unsetKeysOf(map: unknown): readonly UnsetKey[] {
  return Object.entries(map as object).flatMap(([key, value]: [string, unknown], index): UnsetKey[] => (value === undefined ? [[index, key]] : []))
}

function decodeMap({ map: form, unset }: Stored, text: string | null): unknown {
  switch (form) {
    case 'absent': return undefined
    case 'null': return null
    case 'text': return text
    case 'object': return text === null ? null : withUnset(hydrate(JSON.parse(text)) as object, unset)
  }
}

/**
 * The bundler sets some keys of a map itself, each where it was, and hashes the text of the whole: a key that had no value
 * decides about names of files by its place.
 */
function withUnset(map: object, unset: readonly UnsetKey[]): object {
  if (unset.length === 0) return map
  const entries: [string, unknown][] = Object.entries(map)
  for (const [index, key] of unset) entries.splice(index, 0, [key, undefined])
  for (const key of Object.keys(map)) Reflect.deleteProperty(map, key)
  return Object.assign(map, Object.fromEntries(entries))
}

/**
 * What the run declares now, or what it declared then, where that includes it: resolvers answer from their caches without
 * saying again what they looked at, and in any order.
 */
export function settleDeclared(then: Declared, now: Declared, isAppended: (path: string) => boolean): Declared {
  const settle = (before: readonly string[], after: readonly string[]): readonly string[] => {
    const known = new Set(before)
    return after.every(path => known.has(path)) ? before : after
  }
  return {
    cleared: now.cleared,
    files: settle(then.files, now.files),
    directories: settle(then.directories, now.directories),
    missing: settle(then.missing, now.missing.filter(path => !isAppended(path))),
  }
}
