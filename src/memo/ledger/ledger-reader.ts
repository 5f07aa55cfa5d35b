/**
 * Reads a ledger, whatever is on the disk: a ledger or a reason. One call is found without making objects of the others.
 */
import { readFileSync } from 'node:fs'
import { findFlaw, INPUT_LENGTH, KEY_LENGTH, NONE } from './ledger-document.ts'
import type { LedgerCall, LedgerDocument, LedgerHeader, LedgerPlugin } from './ledger-document.ts'

export interface Ledger extends LedgerHeader {
  readonly plugins: readonly LedgerPlugin[]
  /** What parts of plugins are made of, by part. */
  readonly outlines: LedgerDocument['outlines']
  /** Distinct module ids, in the order of their first call. */
  readonly ids: readonly string[]
  readonly callCount: number
  /** Calls that did not fit into the file. */
  readonly droppedCount: number
  /** The call of `id` by the hook that `plugins` has at `plugin`. */
  find(plugin: number, id: string): LedgerCall | null
}

export type LedgerRead = { readonly ledger: Ledger; readonly reason: null } | { readonly ledger: null; readonly reason: string }

/** Never throws: what is missing, damaged or of another version is a reason, fit for a person. */
export function readLedger(path: string): LedgerRead {
  try {
    const document: unknown = JSON.parse(readFileSync(path, 'utf8'))
    const flaw = findFlaw(document as LedgerDocument)
    return flaw === null ? { ledger: createLedger(document as LedgerDocument), reason: null } : { ledger: null, reason: flaw }
  } catch (error) {
    if (error instanceof SyntaxError) return { ledger: null, reason: 'it is not JSON' }
    if (error instanceof TypeError) return { ledger: null, reason: 'it is not a ledger' }
    return { ledger: null, reason: error instanceof Error ? error.message : String(error) }
  }
}

interface LedgerIndex {
  /** By plugin: id to row. */
  readonly rows: readonly Map<string, number>[]
  /** By row: how many keys and how many inputs there are before its own. */
  readonly keysBefore: Int32Array
  readonly inputsBefore: Int32Array
}

function createLedger(document: LedgerDocument): Ledger {
  const { pitcrew, root, startedAt, bundler, command, mode, build, plugins, outlines, ids, columns, droppedCount } = document
  let index: LedgerIndex | null = null
  return {
    pitcrew, root, startedAt, bundler, command, mode, build, plugins, outlines, ids, droppedCount,
    callCount: columns.plugin.length,
    find(plugin, id) {
      // Only now: a build in which nothing missed asks nothing.
      index ??= createIndex(document)
      const row = index.rows[plugin]?.get(id)
      return row === undefined ? null : callAt(document, index, row)
    },
  }
}

function createIndex({ plugins, ids, shapes, columns }: LedgerDocument): LedgerIndex {
  const count = columns.plugin.length
  const rows = plugins.map(() => new Map<string, number>())
  const keysBefore = new Int32Array(count)
  const inputsBefore = new Int32Array(count)
  let keyCount = 0
  let inputCount = 0
  for (let row = 0; row < count; row++) {
    named(rows, columns.plugin, row)?.set(named(ids, columns.id, row) ?? '', row)
    keysBefore[row] = keyCount
    inputsBefore[row] = inputCount
    const labels = named(shapes, columns.shape, row)
    if (labels === undefined) continue
    keyCount += 1
    inputCount += labels.length
  }
  return { rows, keysBefore, inputsBefore }
}

function callAt(document: LedgerDocument, index: LedgerIndex, row: number): LedgerCall | null {
  const { columns, plugins, outcomes, ids, causes, reasons } = document
  const plugin = named(plugins, columns.plugin, row)
  const outcome = named(outcomes, columns.outcome, row)
  if (!plugin || !outcome) return null
  return {
    plugin,
    outcome,
    id: named(ids, columns.id, row) ?? '',
    ...keyAt(document, index, row),
    cause: named(causes, columns.cause, row) ?? null,
    reason: named(reasons, columns.reason, row) ?? null,
    costMs: at(columns.costUs, row) / 1000,
    dependencyCount: at(columns.dependencyCount, row),
  }
}

function keyAt({ columns, shapes, keys, inputs }: LedgerDocument, { keysBefore, inputsBefore }: LedgerIndex, row: number): Pick<LedgerCall, 'key' | 'inputs'> {
  const labels = named(shapes, columns.shape, row)
  if (labels === undefined) return { key: null, inputs: {} }
  const keyFrom = at(keysBefore, row) * KEY_LENGTH
  const inputAt = (position: number): string => {
    const from = (at(inputsBefore, row) + position) * INPUT_LENGTH
    return inputs.slice(from, from + INPUT_LENGTH).trimEnd()
  }
  return { key: keys.slice(keyFrom, keyFrom + KEY_LENGTH), inputs: Object.fromEntries(labels.map((label, position) => [label, inputAt(position)])) }
}

/** What a column names at a row; `undefined` where it names nothing. */
function named<Value>(values: readonly Value[], column: ArrayLike<number>, row: number): Value | undefined {
  return values[column[row] ?? NONE]
}

function at(column: ArrayLike<number>, row: number): number {
  return column[row] ?? 0
}
