/**
 * A text of any value that is the same for the same value, for what options of plugins and bundlers are in a key.
 */
import { hidesKeys } from './plain.ts'

/** Text by the way to it, as `module.rules[2]`: of what a value is made of, so far as a person has names for it. */
export type Sections = ReadonlyMap<string, string>

export interface Fingerprint {
  readonly text: string
  /** Whether nothing was lost, as what a function captures is. */
  readonly complete: boolean
}

/** Names of options are seldom longer than that. */
const SECTION_DEPTH = 3
const MAX_SECTIONS = 600

/**
 * A digest-stable text of any value, for the fingerprint of options: functions by their source, regular expressions by
 * their text, keys sorted, cycles cut.
 */
export function fingerprint(value: unknown): Fingerprint {
  const { text, complete } = describeAll(value, null)
  return { text, complete }
}

/** The same, and the texts that it is made of. */
export function sectionedFingerprint(value: unknown): Fingerprint & { readonly sections: Sections } {
  const sections = new Map<string, string>()
  return { ...describeAll(value, sections), sections }
}

function describeAll(value: unknown, sections: Map<string, string> | null): Fingerprint {
  const state = { complete: true, seen: new Set<object>(), sections, way: '' }
  return { text: describe(value, state, 0), complete: state.complete }
}

interface FingerprintState {
  complete: boolean
  readonly seen: Set<object>
  readonly sections: Map<string, string> | null
  /** To the value in hand. */
  way: string
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
  if (Array.isArray(value)) return `[${value.map((entry, index) => describeSection(`[${index}]`, () => entry, state, depth)).join(',')}]`
  if (value instanceof Map) return `map:[${[...value].map(([key, entry]) => `${each(key)}:${each(entry)}`).join(',')}]`
  if (value instanceof Set) return `set:[${[...value].map(each).join(',')}]`
  const prototype: unknown = Object.getPrototypeOf(value)
  // Private fields and inherited accessors of a class instance cannot be seen.
  if ((prototype !== Object.prototype && prototype !== null) || hidesKeys(value)) state.complete = false
  const keys = Object.keys(value).sort()
  return `{${keys.map(key => `${JSON.stringify(key)}:${describeSection(state.way === '' ? key : `.${key}`, () => Reflect.get(value, key), state, depth)}`).join(',')}}`
}

function describeSection(step: string, read: () => unknown, state: FingerprintState, depth: number): string {
  const { sections, way } = state
  if (sections === null || depth >= SECTION_DEPTH || sections.size >= MAX_SECTIONS) return describeSafely(read, state, depth)
  state.way = way + step
  const { size } = sections
  const text = describeSafely(read, state, depth)
  if (sections.size === size) sections.set(state.way, text)
  state.way = way
  return text
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
