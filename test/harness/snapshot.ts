/** Compares directories byte by byte, and says where the first difference is so that a person sees what it is. */
import { createHash } from 'node:crypto'
import { readFileSync, readdirSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'

/** Relative path with `/` to SHA-256 in hex, in the order of the paths. */
export type Snapshot = ReadonlyMap<string, string>

/** @throws Error ENOENT when there is no such directory. */
export function snapshotDirectory(dir: string): Snapshot {
  const files = filesIn(dir)
  return new Map(files.map(file => [file, createHash('sha256').update(readFileSync(join(dir, file))).digest('hex')]))
}

/** One digest over all paths and contents. */
export function digestOf(snapshot: Snapshot): string {
  const hash = createHash('sha256')
  for (const [file, digest] of snapshot) hash.update(`${Buffer.byteLength(file)} ${file} ${digest}\n`)
  return hash.digest('hex')
}

export function bytesIn(dir: string): number {
  return filesIn(dir).reduce((total, file) => total + statSync(join(dir, file)).size, 0)
}

/** @returns What differs first, for a person, or `null` when every file is the same byte for byte. */
export function diffDirectories(left: string, right: string): string | null {
  const [before, after] = [snapshotDirectory(left), snapshotDirectory(right)]
  for (const [file, digest] of before) {
    const other = after.has(file) ? file : [...after.keys()].find(candidate => !before.has(candidate) && withoutHash(candidate) === withoutHash(file))
    if (other === undefined) return `${file} is missing in ${right}`
    if (other === file && after.get(file) === digest) continue
    const excerpt = firstDifference(readFileSync(join(left, file)), readFileSync(join(right, other)))
    // A name that differs only by its hash is the consequence of another file; show the cause if there is one.
    if (excerpt !== null) return `${file}${other === file ? '' : ` / ${other}`}, ${excerpt}`
  }
  const added = [...after.keys()].find(file => !before.has(file))
  return added === undefined ? null : `${added} is only in ${right}`
}

const EXCERPT_BYTES = 120

function firstDifference(left: Buffer, right: Buffer): string | null {
  if (left.equals(right)) return null
  const length = Math.min(left.length, right.length)
  let at = 0
  while (at < length && left[at] === right[at]) at++
  const around = (bytes: Buffer): string => JSON.stringify(bytes.subarray(Math.max(0, at - EXCERPT_BYTES), at + EXCERPT_BYTES).toString('utf8'))
  return `byte ${at} (${left.length} and ${right.length} bytes):\n  - ${around(left)}\n  + ${around(right)}`
}

function withoutHash(file: string): string {
  return file.replace(/-[\w-]{8}(?=\.)/, '')
}

function filesIn(dir: string): string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => relative(dir, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort()
}
