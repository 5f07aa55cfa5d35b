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
import type { Cause, Fault, Outcome } from '../../types.ts'
import { INPUT_LENGTH, KEY_LENGTH, LEDGER_VERSION, NONE, shortenInput, shortenParts } from './ledger-document.ts'
import type { Outline } from './outlines.ts'
import type { ColumnName, LedgerCall, LedgerDocument, LedgerHeader, LedgerPlugin, Parts } from './ledger-document.ts'

export { readLedger } from './ledger-reader.ts'
export type { Ledger, LedgerRead } from './ledger-reader.ts'
export type { LedgerCall, LedgerHeader, LedgerPlugin, Parts } from './ledger-document.ts'

const MAX_BYTES = 16_000_000
/** Hooks of plugins, of which a build has dozens. Small, so that a row's place in the index stays a small integer to V8. */
const MAX_PLUGINS = 4096

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

/** @param outlineOf What a part of a key is made of. @default nothing is known */
export function createLedgerWriter(facts: LedgerFacts, outlineOf: (part: string) => Outline | null = () => null): LedgerWriter {
  const header: LedgerHeader = { root: '', ...facts, build: shortenParts(facts.build) }
  const plugins: LedgerPlugin[] = []
  const rows = createRows()

  function serialize(): string {
    const document: LedgerDocument = { version: LEDGER_VERSION, ...header, plugins, outlines: outlinesOf(plugins, outlineOf), ...rows.content() }
    // Field by field: V8 builds one text of two megabytes much more slowly than a dozen that are joined.
    return `{${Object.entries(document).map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',\n')}}\n`
  }

  return {
    plugin: ({ name, hook, parts }) => plugins.push({ name, hook, parts: shortenParts(parts) }) - 1,
    call(entry) {
      if (entry.plugin in plugins && entry.plugin < MAX_PLUGINS) rows.set(entry)
    },
    serialize,
    write: path => replaceFile(path, serialize),
  }
}

/** Of all parts of plugins that have one. */
function outlinesOf(plugins: readonly LedgerPlugin[], outlineOf: (part: string) => Outline | null): LedgerDocument['outlines'] {
  const parts = new Set(plugins.flatMap(plugin => Object.values(plugin.parts)))
  return Object.fromEntries([...parts].flatMap(part => {
    const outline = outlineOf(part)
    return outline === null ? [] : [[part, outline] as const]
  }))
}

interface Rows {
  set(entry: LedgerEntry): void
  content(): Omit<LedgerDocument, keyof LedgerHeader | 'version' | 'plugins' | 'outlines'>
}

/** Calls go into the columns as they come, so that at build end nothing is left to do but to write them out. */
function createRows(): Rows {
  const ids = createTable<string>(id => id)
  const outcomes = createTable<Outcome>(outcome => outcome)
  const causes = createTable<Cause>(cause => JSON.stringify(cause))
  const reasons = createTable<string>(reason => reason)
  const shapes = createTable<readonly string[]>(labels => labels.join('\0'))
  const columns: Record<ColumnName, number[]> = { plugin: [], id: [], outcome: [], shape: [], cause: [], reason: [], costUs: [], dependencyCount: [] }
  const keys: (Uint8Array | null)[] = []
  const inputs: string[] = []
  const rowOf = new Map<number, number>()
  let bytes = 0
  let droppedCount = 0

  /** The row of a call: its own, a new one, or none when the ledger is full. */
  function findRow(plugin: number, id: number): number {
    const known = rowOf.get(id * MAX_PLUGINS + plugin)
    if (known !== undefined) return known
    if (bytes > MAX_BYTES) return NONE
    rowOf.set(id * MAX_PLUGINS + plugin, keys.length)
    return keys.length
  }

  return {
    set(entry) {
      // When it is full, ids are looked for without being entered: else they would fill their table instead.
      const id = bytes > MAX_BYTES ? ids.find(entry.id) : ids.numberOf(entry.id)
      const row = findRow(entry.plugin, id)
      if (row === NONE) {
        droppedCount += 1
        return
      }
      const labels = entry.key ? Object.keys(entry.inputs) : null
      if (row === keys.length) bytes += sizeAtMost(entry, labels)
      columns.plugin[row] = entry.plugin
      columns.id[row] = id
      columns.outcome[row] = outcomes.numberOf(entry.outcome)
      columns.shape[row] = shapes.numberOf(labels)
      columns.cause[row] = causes.numberOf(entry.cause)
      columns.reason[row] = reasons.numberOf(entry.reason)
      columns.costUs[row] = Math.round(entry.costMs * 1000) || 0
      columns.dependencyCount[row] = entry.dependencyCount
      keys[row] = entry.key
      inputs[row] = labels === null ? '' : inputText(entry.inputs, labels)
    },
    content: () => ({
      ids: ids.values, outcomes: outcomes.values, causes: causes.values, reasons: reasons.values, shapes: shapes.values, columns,
      keys: Buffer.concat(keys.filter(key => key !== null)).toString('hex'), inputs: inputs.join(''), droppedCount,
    }),
  }
}

/** What a call adds to the file: eight short numbers, what is in tables of its own, and parts of fixed length. */
function sizeAtMost({ id, cause, reason }: LedgerEntry, labels: readonly string[] | null): number {
  const words = (cause?.kind === 'trace' ? cause.path.length : 0) + (reason?.length ?? 0)
  return 60 + id.length + words + (labels === null ? 0 : KEY_LENGTH + labels.length * INPUT_LENGTH)
}

function inputText(inputs: Parts, labels: readonly string[]): string {
  let text = ''
  for (const label of labels) text += shortenInput(inputs[label] ?? '').padEnd(INPUT_LENGTH)
  return text
}

interface Table<T> {
  /** In the order of their numbers. */
  readonly values: T[]
  /** The number of a value, a new one if need be; NONE for null. */
  numberOf(value: T | null): number
  /** The number of a value that has one, else NONE. */
  find(value: T): number
}

/** Gives out small numbers, equal values the same. */
function createTable<T>(keyOf: (value: T) => string): Table<T> {
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
    find: value => numbers.get(keyOf(value)) ?? NONE,
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

