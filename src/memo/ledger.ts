/**
 * The ledger: what the last build of one stratum (project, command, mode, bundler, environments) did with each call, and
 * from which parts each key was made. `pitcrew explain` reads it, and so does a build that wants to name the cause of a
 * miss. It decides nothing: a lost or wrong ledger costs an explanation, never a hit.
 *
 * Guarantees: writing is atomic (temporary file, then rename) and keeps the last ledger as `<stratum>.prev.json`; reading
 * takes whatever is on the disk and gives back a ledger or a reason; the file is bounded (MAX_BYTES), and calls that did
 * not fit are counted.
 *
 * Not guaranteed: an input of a call is kept in 16 characters, enough to tell two apart and no more. When two builds of
 * one stratum end at once, either is the last build.
 */
import { randomBytes } from 'node:crypto'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Cause, Fault, Outcome } from '../types.ts'
import { INPUT_LENGTH, KEY_LENGTH, LEDGER_VERSION, NONE, shortenInput, shortenParts } from './ledger-document.ts'
import type { ColumnName, LedgerCall, LedgerDocument, LedgerHeader, LedgerPlugin } from './ledger-document.ts'

export { readLedger } from './ledger-reader.ts'
export type { Ledger, LedgerRead } from './ledger-reader.ts'
export type { LedgerCall, LedgerHeader, LedgerPlugin, Parts } from './ledger-document.ts'

const MAX_BYTES = 16_000_000

/** One call, as a build tells it. */
export interface LedgerEntry extends Omit<LedgerCall, 'plugin' | 'key'> {
  /** From `LedgerWriter.plugin`. */
  readonly plugin: number
  /** 32 bytes, or null. */
  readonly key: Uint8Array | null
}

/** A header as a build tells it. */
export type LedgerFacts = Omit<LedgerHeader, 'root'> & { readonly root?: string }

export interface LedgerWriter {
  /** Adds a hook of a plugin. @returns Its number for `call`. */
  plugin(plugin: LedgerPlugin): number
  /** The last call of one (plugin, id) counts: a rebuild tells it again. */
  call(entry: LedgerEntry): void
  serialize(): string
  /**
   * Writes the ledger to `path`, and what was there to its `.prev.json`. Missing folders are created.
   * @returns Null, or what went wrong.
   */
  write(path: string): Promise<Fault | null>
}

export function createLedgerWriter(facts: LedgerFacts): LedgerWriter {
  const header: LedgerHeader = { root: '', ...facts, build: shortenParts(facts.build) }
  const plugins: LedgerPlugin[] = []
  const ids = createTable<string>(id => id)
  /** By plugin, then by number of the id: where the call is in `entries`. */
  const positions: number[][] = []
  const entries: LedgerEntry[] = []
  let bytes = 0
  let droppedCount = 0

  function serialize(): string {
    const document = toDocument({ ...header, plugins, ids: ids.values, droppedCount }, entries, ids.numberOf)
    // Field by field: V8 builds one text of two megabytes much more slowly than a dozen that are joined.
    return `{${Object.entries(document).map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',\n')}}\n`
  }

  return {
    plugin({ name, hook, parts }) {
      positions.push([])
      return plugins.push({ name, hook, parts: shortenParts(parts) }) - 1
    },
    call(entry) {
      const ofPlugin = positions[entry.plugin]
      if (!ofPlugin) return
      const known = ofPlugin[ids.numberOf(entry.id)]
      if (known !== undefined) {
        entries[known] = entry
      } else if (bytes > MAX_BYTES) {
        droppedCount += 1
      } else {
        bytes += sizeAtMost(entry)
        ofPlugin[ids.numberOf(entry.id)] = entries.push(entry) - 1
      }
    },
    serialize,
    write: path => replaceFile(path, serialize),
  }
}

/** What a call adds to the file: eight short numbers, what is in tables of its own, and parts of fixed length. */
function sizeAtMost({ id, key, inputs, cause }: LedgerEntry): number {
  const causeLength = cause?.kind === 'trace' ? cause.path.length : 0
  return 60 + id.length + causeLength + (key ? KEY_LENGTH + Object.keys(inputs).length * INPUT_LENGTH : 0)
}

type DocumentHead = LedgerHeader & Pick<LedgerDocument, 'plugins' | 'ids' | 'droppedCount'>

function toDocument(head: DocumentHead, entries: readonly LedgerEntry[], numberOfId: (id: string) => number): LedgerDocument {
  const outcomes = createTable<Outcome>(outcome => outcome)
  const causes = createTable<Cause>(cause => JSON.stringify(cause))
  const reasons = createTable<string>(reason => reason)
  const shapes = createTable<readonly string[]>(labels => labels.join('\0'))
  const columns: Record<ColumnName, number[]> = { plugin: [], id: [], outcome: [], shape: [], cause: [], reason: [], costUs: [], dependencyCount: [] }
  const keys: Uint8Array[] = []
  let inputs = ''
  for (const entry of entries) {
    columns.plugin.push(entry.plugin)
    columns.id.push(numberOfId(entry.id))
    columns.outcome.push(outcomes.numberOf(entry.outcome))
    columns.cause.push(causes.numberOf(entry.cause))
    columns.reason.push(reasons.numberOf(entry.reason))
    columns.costUs.push(Math.round(entry.costMs * 1000) || 0)
    columns.dependencyCount.push(entry.dependencyCount)
    const labels = entry.key ? Object.keys(entry.inputs) : null
    columns.shape.push(shapes.numberOf(labels))
    if (entry.key) keys.push(entry.key)
    for (const label of labels ?? []) inputs += shortenInput(entry.inputs[label] ?? '').padEnd(INPUT_LENGTH)
  }
  return {
    version: LEDGER_VERSION, ...head,
    outcomes: outcomes.values, causes: causes.values, reasons: reasons.values, shapes: shapes.values,
    columns, keys: Buffer.concat(keys).toString('hex'), inputs,
  }
}

/** Gives out small numbers, equal values the same. */
function createTable<T>(keyOf: (value: T) => string): { readonly values: T[]; numberOf(value: T | null): number } {
  const values: T[] = []
  const numbers = new Map<string, number>()
  return {
    values,
    numberOf(value) {
      if (value === null) return NONE
      const key = keyOf(value)
      const known = numbers.get(key)
      if (known !== undefined) return known
      numbers.set(key, values.length)
      return values.push(value) - 1
    },
  }
}

async function replaceFile(path: string, serialize: () => string): Promise<Fault | null> {
  const temporary = `${path}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`
  try {
    await createFolders(dirname(path))
    await writeFile(temporary, serialize())
    await rename(path, previousLedgerPath(path)).catch(ignoring('ENOENT'))
    await rename(temporary, path)
    return null
  } catch (error) {
    // What cannot be removed either is a stray file, and has been told of by the fault.
    await rm(temporary, { force: true }).catch(() => undefined)
    const message = `the ledger could not be written to ${path} (${error instanceof Error ? error.message : String(error)}); the build is not affected, but \`pitcrew explain\` will not know of it`
    return { code: 'REPORT_FAULT', message, count: 1 }
  }
}

/** Level by level: on Node 20 a recursive mkdir of a path that cannot exist, as under `/proc`, never returns. */
async function createFolders(path: string): Promise<void> {
  try {
    await mkdir(path).catch(ignoring('EEXIST'))
  } catch (error) {
    if (!hasCode(error, 'ENOENT') || dirname(path) === path) throw error
    await createFolders(dirname(path))
    await mkdir(path).catch(ignoring('EEXIST'))
  }
}

function ignoring(code: string): (error: unknown) => void {
  return (error) => {
    if (!hasCode(error, code)) throw error
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}

/** Where the ledger before the one at `path` is kept. */
export function previousLedgerPath(path: string): string {
  return path.replace(/(\.json)?$/, '.prev.json')
}

