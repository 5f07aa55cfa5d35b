/**
 * Reads a ledger, whatever is on the disk: a ledger or a reason. One call is found without making objects of the others.
 */
import { readFileSync } from 'node:fs'
import { findFlaw, INPUT_LENGTH, KEY_LENGTH, NONE } from './ledger-document.ts'
import type { LedgerCall, LedgerDocument, LedgerHeader, LedgerPlugin } from './ledger-document.ts'

export interface Ledger extends LedgerHeader {
  readonly plugins: readonly LedgerPlugin[]
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
  const { pitcrew, root, startedAt, bundler, command, mode, build, plugins, ids, columns, droppedCount } = document
  let index: LedgerIndex | null = null
  return {
    pitcrew, root, startedAt, bundler, command, mode, build, plugins, ids, droppedCount,
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
    rows[columns.plugin[row] ?? NONE]?.set(ids[columns.id[row] ?? NONE] ?? '', row)
    keysBefore[row] = keyCount
    inputsBefore[row] = inputCount
    const labels = shapes[columns.shape[row] ?? NONE]
    keyCount += labels ? 1 : 0
    inputCount += labels?.length ?? 0
  }
  return { rows, keysBefore, inputsBefore }
}

function callAt(document: LedgerDocument, index: LedgerIndex, row: number): LedgerCall | null {
  const { columns } = document
  const plugin = document.plugins[columns.plugin[row] ?? NONE]
  const outcome = document.outcomes[columns.outcome[row] ?? NONE]
  if (!plugin || !outcome) return null
  const labels = document.shapes[columns.shape[row] ?? NONE]
  const keyAt = (index.keysBefore[row] ?? 0) * KEY_LENGTH
  const inputAt = (position: number): string => {
    const at = ((index.inputsBefore[row] ?? 0) + position) * INPUT_LENGTH
    return document.inputs.slice(at, at + INPUT_LENGTH).trimEnd()
  }
  return {
    plugin,
    outcome,
    id: document.ids[columns.id[row] ?? NONE] ?? '',
    key: labels ? document.keys.slice(keyAt, keyAt + KEY_LENGTH) : null,
    inputs: Object.fromEntries((labels ?? []).map((label, position) => [label, inputAt(position)])),
    cause: document.causes[columns.cause[row] ?? NONE] ?? null,
    reason: document.reasons[columns.reason[row] ?? NONE] ?? null,
    costMs: (columns.costUs[row] ?? 0) / 1000,
    dependencyCount: columns.dependencyCount[row] ?? 0,
  }
}
