/** Outputs of builds: which files there are, which of them differ, and where the first difference is. */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { SourceMap } from 'node:module'
import type { SourceMapPayload } from 'node:module'
import { join, relative, sep } from 'node:path'

/** Path relative to the output folder, with `/`, to the SHA-256 of the content. Sorted. */
export type Snapshot = ReadonlyMap<string, string>

export interface Difference {
  readonly file: string
  readonly kind: 'changed' | 'missing' | 'added'
  /** What `file` is called in the other output, where the names differ by a hash alone. */
  readonly otherFile: string
}

export interface FirstDifference {
  readonly file: string
  readonly kind: Difference['kind']
  /** Bytes from the start, and 1-based line and column; `null` unless the content differs. */
  readonly at: { readonly byte: number; readonly line: number; readonly column: number } | null
  /** Around the place: as it should be, and as it is. */
  readonly expected: string
  readonly actual: string
  /** The module that the place came from, by the source map beside the file. */
  readonly source: string | null
}

/** What comes behind the first hyphen of a name, or behind a dot, up to the next dot. */
const BUILD_HASH = /((?<![\w-])\w*-|\.)[\w-]{8,}(?=\.)/g
const EXCERPT_BYTES = 60

/** @throws What the file system throws. */
export function takeSnapshot(dir: string): Snapshot {
  const files = readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => relative(dir, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort()
  return new Map(files.map(file => [file, createHash('sha256').update(readFileSync(join(dir, file))).digest('hex')]))
}

/** @param unstable Files that are not compared. */
export function differences(expected: Snapshot, actual: Snapshot, unstable: ReadonlySet<string> = new Set()): Difference[] {
  const added = [...actual.keys()].filter(file => !expected.has(file))
  const found: Difference[] = []
  for (const [file, digest] of expected) {
    if (unstable.has(file) || actual.get(file) === digest) continue
    const sibling = actual.has(file) ? file : added.find(other => withoutHash(other) === withoutHash(file))
    found.push(sibling === undefined ? { file, kind: 'missing', otherFile: file } : { file, kind: 'changed', otherFile: sibling })
  }
  const paired = new Set(found.map(({ otherFile }) => otherFile))
  return [...found, ...added.filter(file => !paired.has(file) && !unstable.has(file)).map((file): Difference => ({ file, kind: 'added', otherFile: file }))]
}

/** The difference that tells most: of content, and not one of mere names that follow from it. */
export function firstDifference(found: readonly Difference[], expectedDir: string, actualDir: string): FirstDifference | null {
  const described = found.map(difference => describe(difference, expectedDir, actualDir))
  return described.find(({ at, file }) => at !== null && !file.endsWith('.map')) ?? described.find(({ kind }) => kind !== 'changed') ?? described[0] ?? null
}

function describe({ file, kind, otherFile }: Difference, expectedDir: string, actualDir: string): FirstDifference {
  const nothing = { file, kind, at: null, expected: '', actual: '', source: null }
  if (kind !== 'changed') return nothing
  const [expected, actual] = [readFileSync(join(expectedDir, file)), readFileSync(join(actualDir, otherFile))]
  const length = Math.min(expected.length, actual.length)
  let byte = 0
  while (byte < length && expected[byte] === actual[byte]) byte++
  if (byte === length && expected.length === actual.length) return nothing
  const before = expected.subarray(0, byte).toString('utf8').split('\n')
  const at = { byte, line: before.length, column: before.at(-1)!.length + 1 }
  return { file, kind, at, expected: excerpt(expected, byte), actual: excerpt(actual, byte), source: sourceAt(join(expectedDir, file), at) }
}

function excerpt(bytes: Buffer, at: number): string {
  return bytes.subarray(Math.max(0, at - EXCERPT_BYTES), at + EXCERPT_BYTES).toString('utf8')
}

function sourceAt(path: string, { line, column }: { line: number; column: number }): string | null {
  if (!existsSync(`${path}.map`)) return null
  try {
    const entry = new SourceMap(JSON.parse(readFileSync(`${path}.map`, 'utf8')) as SourceMapPayload).findEntry(line - 1, column - 1)
    return 'originalSource' in entry ? entry.originalSource : null
  } catch {
    // A map that cannot be read tells nothing.
    return null
  }
}

function withoutHash(file: string): string {
  return file.replace(BUILD_HASH, (_match, before: string) => before.slice(0, -1))
}
