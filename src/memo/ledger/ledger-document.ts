/**
 * The ledger's file: what is in it, in which form, and whether a file really has that form.
 *
 * Columns instead of an object a call, and each id, cause and reason once: ten thousand calls are read in milliseconds,
 * because the parser meets a few long texts and flat arrays of numbers.
 */
import { digest } from '../../hash.ts'
import { OUTCOMES } from '../../types.ts'
import type { Cause, Outcome } from '../../types.ts'
import type { Outline } from './outlines.ts'

/** Raised whenever the meaning of a field changes. */
export const LEDGER_VERSION = 2 as const
/** Hex of 32 bytes. */
export const KEY_LENGTH = 64
/** An input of a call is kept in so many characters: enough to tell two apart and no more. */
export const INPUT_LENGTH = 16
const MAX_PART_LENGTH = 64
/** In a column of numbers of entries of a table: no entry. */
export const NONE = -1

/** Label to digest, or to the value itself where that is short. Order is that of the key. */
export type Parts = Readonly<Record<string, string>>

export interface LedgerHeader {
  readonly pitcrew: string
  /** Absolute root of the project, since projects may share a cache directory; empty when it was not told. */
  readonly root: string
  /** ISO 8601. */
  readonly startedAt: string
  readonly bundler: string
  readonly command: string
  readonly mode: string
  /** Build identity. What differs between environments of one build belongs to the plugins' parts instead. */
  readonly build: Parts
}

/** One hook of one plugin. */
export interface LedgerPlugin {
  readonly name: string
  readonly hook: string
  /** Plugin identity. */
  readonly parts: Parts
}

/** One call, as a reader gets it back. */
export interface LedgerCall {
  readonly plugin: LedgerPlugin
  /** Relative to the root, with `/`. */
  readonly id: string
  readonly outcome: Outcome
  /** The store key in hex, 64 characters; null for calls that have none (`refused`, `bypass`, `restored`). */
  readonly key: string | null
  /** Parts of the key that are the call's own: code, module type and so on. Empty without a key. */
  readonly inputs: Parts
  readonly cause: Cause | null
  /** Why it was refused, bypassed or not stored, in words. */
  readonly reason: string | null
  /** To a thousandth. */
  readonly costMs: number
  readonly dependencyCount: number
}

/** The file's content. Columns have one entry a call, `keys` and `inputs` one part a call that has a key. */
export interface LedgerDocument extends LedgerHeader {
  readonly version: typeof LEDGER_VERSION
  readonly plugins: readonly LedgerPlugin[]
  /** By parts of plugins. */
  readonly outlines: Readonly<Record<string, Outline>>
  readonly ids: readonly string[]
  readonly outcomes: readonly Outcome[]
  readonly causes: readonly Cause[]
  readonly reasons: readonly string[]
  /** Lists of input labels. */
  readonly shapes: readonly (readonly string[])[]
  readonly columns: Readonly<Record<ColumnName, readonly number[]>>
  readonly keys: string
  readonly inputs: string
  readonly droppedCount: number
}

export const COLUMNS = ['plugin', 'id', 'outcome', 'shape', 'cause', 'reason', 'costUs', 'dependencyCount'] as const
export type ColumnName = (typeof COLUMNS)[number]

export function shortenParts(parts: Parts): Parts {
  return Object.fromEntries(Object.entries(parts).map(([label, value]) => [label, shortenPart(value)]))
}

/** What the ledger keeps of a part of the build's or a plugin's identity: there are few, so they stay whole if they can. */
export function shortenPart(value: string): string {
  return value.length > MAX_PART_LENGTH ? digest(value) : value
}

/**
 * What the ledger keeps of an input of a call, without the spaces that make all of them equally long. Digests (43
 * characters of base64url, 64 of hex) are cut; other long texts may differ anywhere, so they are hashed first.
 */
export function shortenInput(value: string): string {
  const isDigest = value.length === 43 || value.length === 64
  const text = value.length > INPUT_LENGTH && !isDigest ? digest(value) : value
  return text.slice(0, INPUT_LENGTH).trimEnd()
}

/** What makes `document` unusable, or null. @throws TypeError where it is not even shaped like a ledger. */
export function findFlaw(document: LedgerDocument): string | null {
  if (document.version !== LEDGER_VERSION) return `it has version ${String(document.version)}, and this Pitcrew reads ${LEDGER_VERSION}`
  const { pitcrew, root, startedAt, bundler, command, mode, plugins, ids, outcomes, causes, reasons, shapes } = document
  const parts = [document.build, ...plugins.map(plugin => plugin.parts), ...Object.values(document.outlines)].flatMap(Object.values)
  const names = plugins.flatMap(({ name, hook }) => [name, hook])
  if (![pitcrew, root, startedAt, bundler, command, mode, ...names, ...parts].every(isText)) return 'its head is damaged'
  if (![...ids, ...reasons, ...shapes.flat()].every(isText)) return 'its texts are damaged'
  if (!outcomes.every(outcome => OUTCOMES.includes(outcome))) return 'its outcomes are damaged'
  if (!causes.every(isCause)) return 'its causes are damaged'
  return findColumnFlaw(document)
}

function findColumnFlaw({ plugins, ids, outcomes, causes, reasons, shapes, columns, keys, inputs }: LedgerDocument): string | null {
  const limits: Record<ColumnName, number> = {
    plugin: plugins.length, id: ids.length, outcome: outcomes.length, shape: shapes.length,
    cause: causes.length, reason: reasons.length, costUs: Infinity, dependencyCount: Infinity,
  }
  const count = columns.plugin.length
  for (const name of COLUMNS) {
    const isWhole = columns[name].length === count && columns[name].every(value => Number.isInteger(value) && value >= NONE && value < limits[name])
    if (!isWhole) return `its column ${name} is damaged`
  }
  const keyed = columns.shape.filter(shape => shape !== NONE)
  const inputCount = keyed.reduce((sum, shape) => sum + (shapes[shape]?.length ?? 0), 0)
  const isFilled = keys.length === keyed.length * KEY_LENGTH && inputs.length === inputCount * INPUT_LENGTH
  return isFilled ? null : 'its keys are damaged'
}

function isText(value: unknown): boolean {
  return typeof value === 'string'
}

function isCause(cause: Cause): boolean {
  switch (cause.kind) {
    case 'new': return true
    case 'key': return isText(cause.part)
    case 'options': return [cause.part, ...cause.names].every(isText) && Number.isInteger(cause.moreCount)
    case 'trace': return isText(cause.path) && TRACED.includes(cause.what)
    case 'corrupt':
    case 'not-stored': return isText(cause.detail)
    default: return false
  }
}

const TRACED: readonly Extract<Cause, { kind: 'trace' }>['what'][] = ['file', 'absent', 'probe', 'config', 'directory', 'resolve', 'env', 'input']
