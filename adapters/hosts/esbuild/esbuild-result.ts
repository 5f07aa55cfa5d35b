/**
 * Results of esbuild's `onLoad` in stored form and back, with the results of satellite modules that belong to them.
 *
 * Kept: contents as text or as bytes, every other field that is JSON. A result with errors has no stored form, nor has one
 * with `pluginData` or a warning's `detail` that is more than JSON: another plugin may take it for what it is.
 */
import type { OnLoadResult } from 'esbuild'
import type { EncodedResult } from '../../../src/memo/host-call.ts'
import { dehydrate, hydrate, isPlain } from '../../../src/memo/record/plain.ts'
import type { MemoRecord } from '../../../src/memo/record/record.ts'
import type { Satellite } from '../../../src/memo/sites/site.ts'
import { joinInlineMaps, splitInlineMaps } from '../inline-maps.ts'

export type LoadResult = OnLoadResult | null | undefined

/** A satellite with what the plugin answered for it. */
export interface SatelliteLoad {
  readonly satellite: Satellite
  readonly result: LoadResult
}

export interface LoadOutcome {
  readonly result: LoadResult
  readonly satellites: readonly SatelliteLoad[]
}

interface StoredLoad {
  /** `nothing`: the plugin left the module to others. `rest`: it gave no contents. */
  readonly form: 'nothing' | 'text' | 'bytes' | 'rest'
  readonly rest: Readonly<Record<string, unknown>>
  /** Media types of the inline maps in its text. */
  readonly maps: readonly string[]
}

interface StoredResult {
  readonly main: StoredLoad
  readonly satellites: readonly { readonly satellite: Satellite; readonly load: StoredLoad }[]
}

/** Between the texts and between the maps of one record; never in JSON text, and text that holds it is not stored so. */
const SEPARATOR = '\u0000'

export function encodeLoad({ result, satellites }: LoadOutcome): EncodedResult {
  const texts: string[] = []
  const maps: string[] = []
  const main = encodeOne(result, texts, maps)
  if (typeof main === 'string') return refused(main)
  const others = encodeSatellites(satellites, texts, maps)
  if (typeof others === 'string') return refused(others)
  if (!isSeparable(texts, maps)) return refused('its text holds NUL characters')
  const bytes = main.form === 'bytes' ? result!.contents as Uint8Array : null
  if (bytes && texts.length > 0) return refused('it gave bytes, and text for modules that go with it')
  return { ok: true, result: { main, satellites: others } satisfies StoredResult, code: bytes ?? joined(texts), map: joined(maps) }
}

function refused(reason: string): EncodedResult {
  return { ok: false, reason }
}

/** Whether texts and maps can be told apart again when each kind is joined. */
function isSeparable(texts: readonly string[], maps: readonly string[]): boolean {
  if (texts.length <= 1 && maps.length <= 1) return true
  return ![...texts, ...maps].some(text => text.includes(SEPARATOR))
}

function joined(texts: readonly string[]): string | null {
  return texts.length === 0 ? null : texts.join(SEPARATOR)
}

/** @returns Why one of them has no stored form, or all of them without their texts. */
function encodeSatellites(satellites: readonly SatelliteLoad[], texts: string[], maps: string[]): StoredResult['satellites'] | string {
  const stored: StoredResult['satellites'][number][] = []
  for (const { satellite, result } of satellites) {
    const load = encodeOne(result, texts, maps)
    if (typeof load === 'string') return `a module that goes with it cannot be stored: ${load}`
    if (load.form === 'bytes' || !isPlain(satellite)) return 'a module that goes with it is not text'
    stored.push({ satellite, load })
  }
  return stored
}

/** @returns Why it has no stored form, or the form without its text. */
function encodeOne(result: LoadResult, texts: string[], maps: string[]): StoredLoad | string {
  if (result === null || result === undefined) return { form: 'nothing', rest: {}, maps: [] }
  if (typeof result !== 'object') return 'its result is not an object'
  const { contents, errors, ...others } = result
  if (errors && errors.length > 0) return 'it reported errors'
  const rest = dehydrate({ ...others, ...(errors ? { errors } : {}) })
  if (!isPlain(rest)) return 'its result holds something that is not JSON'
  return encodeContents(contents, rest as Record<string, unknown>, texts, maps)
}

function encodeContents(contents: unknown, rest: StoredLoad['rest'], texts: string[], maps: string[]): StoredLoad | string {
  if (contents === undefined || contents === null) return { form: 'rest', rest, maps: [] }
  if (contents instanceof Uint8Array) return { form: 'bytes', rest, maps: [] }
  if (typeof contents !== 'string') return 'its contents are neither text nor bytes'
  const split = splitInlineMaps(contents)
  texts.push(split.text)
  maps.push(...split.maps)
  return { form: 'text', rest, maps: split.types }
}

export function decodeLoad(record: MemoRecord): LoadOutcome {
  const { main, satellites } = record.result as StoredResult
  const loads = [main, ...satellites.map(({ load }) => load)]
  const texts = takeApart(record.code, loads.filter(({ form }) => form === 'text').length)
  const maps = takeApart(record.map, loads.reduce((count, load) => count + load.maps.length, 0))
  const decode = (load: StoredLoad): LoadResult => {
    if (load.form === 'nothing') return null
    const rest = hydrate(load.rest) as OnLoadResult
    if (load.form === 'rest') return rest
    if (load.form === 'bytes') return { ...rest, contents: record.code as Uint8Array }
    return { ...rest, contents: joinInlineMaps({ text: texts.shift() ?? '', types: load.maps, maps: maps.splice(0, load.maps.length) }) }
  }
  return { result: decode(main), satellites: satellites.map(({ satellite, load }) => ({ satellite, result: decode(load) })) }
}

function takeApart(joined: MemoRecord['code'], count: number): string[] {
  if (typeof joined !== 'string') return []
  return count > 1 ? joined.split(SEPARATOR) : [joined]
}
