/**
 * The baseline: findings that a project lives with, as a commented JSON file that belongs into version control.
 *
 *     { "version": 1, "findings": { "<fingerprint>": { "rule": "xss/markup-property", "files": ["src/Preview.vue"] } } }
 *
 * A finding is known by its fingerprint, as often as files are listed; so moved lines and moved files stay known, and a
 * second copy of a known mistake is new. Writing keeps every comment, the order, and what else people added.
 */
import { readFile, writeFile } from 'node:fs/promises'
import type { ReportedFinding } from '../analysis/project/project-report.ts'
import { PitcrewError } from '../errors.ts'
import { readOrNull } from '../vfs/disk.ts'

/** What a baseline needs of a finding. */
export type KnownFinding = Pick<ReportedFinding, 'fingerprint' | 'ruleId' | 'id'>

interface BaselineEntry {
  rule: string
  files: string[]
  [more: string]: unknown
}

interface BaselineDocument {
  version: number
  findings: Record<string, BaselineEntry>
}

const TEMPLATE = `// Findings that were here before: pitcrew reports only what is new.
// \`pitcrew baseline\` adds and removes entries and keeps every comment. Say here why an entry stays.
{
  "version": 1,
  "findings": {}
}
`

/** @returns How often each finding is known; null when there is no file. @throws PitcrewError BASELINE_INVALID */
export async function readBaseline(path: string): Promise<ReadonlyMap<string, number> | null> {
  const text = await textOf(path)
  if (text === null) return null
  const { findings } = await parse(text, path)
  return new Map(Object.entries(findings).map(([fingerprint, { files }]) => [fingerprint, files.length]))
}

export interface BaselineChange {
  readonly added: number
  readonly removed: number
  readonly kept: number
}

/** Makes the baseline say what is found now. @param isWhole Whether all of the project was looked at: else nothing is removed. @throws PitcrewError BASELINE_INVALID, and what writing throws. */
export async function writeBaseline(path: string, found: readonly KnownFinding[], { isWhole }: { readonly isWhole: boolean } = { isWhole: true }): Promise<BaselineChange> {
  const document = await parse(await textOf(path) ?? TEMPLATE, path)
  const now = entriesOf(found)
  const gone = isWhole ? Object.keys(document.findings).filter(fingerprint => !now.has(fingerprint)) : []
  for (const fingerprint of gone) delete document.findings[fingerprint]
  let added = 0
  for (const [fingerprint, entry] of now) {
    const known = document.findings[fingerprint]
    if (known) bringUpToDate(known, entry, isWhole)
    else {
      document.findings[fingerprint] = entry
      added++
    }
  }
  const { stringify } = await import('comment-json')
  await writeFile(path, `${stringify(document, null, 2)}\n`)
  return { added, removed: gone.length, kept: now.size - added }
}

interface BaselineEntry {
  rule: string
  files: string[]
}

function entriesOf(found: readonly KnownFinding[]): Map<string, BaselineEntry> {
  const entries = new Map<string, BaselineEntry>()
  for (const { fingerprint, ruleId, id } of found) {
    const entry = entries.get(fingerprint) ?? { rule: ruleId, files: [] }
    entry.files.push(id)
    entries.set(fingerprint, entry)
  }
  return entries
}

/** Only what differs is assigned: an assigned list has lost its comments. */
function bringUpToDate(known: BaselineEntry, { files }: BaselineEntry, isWhole: boolean): void {
  const isOther = known.files.join('\n') !== files.join('\n')
  if (isOther && (isWhole || files.length > known.files.length)) known.files = files
}

/** Of the file as it lies there; nothing where it cannot be read, which `readBaseline` tells. */
export function textOrEmpty(path: string): string {
  return readOrNull(path)?.toString('utf8') ?? ''
}

async function textOf(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw new PitcrewError('BASELINE_INVALID', `the baseline ${path} cannot be read (${error instanceof Error ? error.message : String(error)}).`, { cause: error })
  }
}

async function parse(text: string, path: string): Promise<BaselineDocument> {
  const { parse: parseCommented } = await import('comment-json')
  try {
    const document = parseCommented(text) as unknown as BaselineDocument
    const isGood = document !== null && typeof document === 'object' && document.version === 1 && document.findings !== null && typeof document.findings === 'object'
      && Object.values(document.findings).every(entry => Array.isArray(entry?.files))
    if (isGood) return document
  } catch (error) {
    throw new PitcrewError('BASELINE_INVALID', `the baseline ${path} is not JSON with comments (${error instanceof Error ? error.message : String(error)}); correct it, or delete it and run \`pitcrew baseline\`.`, { cause: error })
  }
  throw new PitcrewError('BASELINE_INVALID', `the baseline ${path} must hold "version": 1 and "findings" with "files" in each entry; correct it, or delete it and run \`pitcrew baseline\`.`)
}
