/**
 * `pitcrew cache <action>`: what is in the store, is all of it intact, make it smaller, away with it.
 */
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { PitcrewError } from '../errors.ts'
import { formatBytes, formatCount, plural } from '../report/format.ts'
import { createSegmentStore } from '../store/index.ts'
import type { SegmentStore } from '../store/index.ts'
import { parseArguments } from './arguments.ts'
import type { CliIo } from './io.ts'

export const CACHE_HELP = `pitcrew cache <action>

  stats     how much is in the store
  verify    reads every record and says whether it is intact; changes nothing
  gc        drops damaged and old records and merges small files
  clear     deletes everything that is remembered

  --max-bytes <n>     gc: how much to keep (default: 1 GB, as in a build)
  --json              as JSON
  --root <dir>        root of the project (default: the working directory)
  --cache-dir <dir>   where the cache is (default: PITCREW_CACHE_DIR, then node_modules/.cache/pitcrew in the root)
`

/** What an action found, as JSON, in words, and whether it is bad news. */
interface Answer {
  readonly json: Readonly<Record<string, unknown>>
  readonly text: string
  readonly isBad: boolean
}

type Action = (store: SegmentStore, cacheDir: string) => Promise<Answer>

const ACTIONS: Readonly<Record<string, Action>> = { stats, verify, gc, clear }

/** @throws PitcrewError CLI_USAGE */
export async function runCache(args: readonly string[], io: CliIo): Promise<number> {
  const { positionals, cacheDir, text, flag } = parseArguments(args, { json: 'boolean', 'max-bytes': 'string' }, io)
  const [name, ...rest] = positionals
  const known = `there are ${Object.keys(ACTIONS).join(', ')}`
  if (name === undefined) throw new PitcrewError('CLI_USAGE', `an action is missing; ${known}.`)
  const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined
  if (!action) throw new PitcrewError('CLI_USAGE', `there is no action \`${name}\`; ${known}.`)
  if (rest.length > 0) throw new PitcrewError('CLI_USAGE', `\`${rest.join(' ')}\` is too much behind \`${name}\`.`)
  const maxBytes = parseBytes(text('max-bytes'), name)
  const store = createSegmentStore({
    directory: cacheDir,
    ...(maxBytes === null ? {} : { maxBytes }),
    onFault: (code, message) => io.err(`pitcrew: ${message} [${code}]\n`),
  })
  try {
    const { json, text: words, isBad } = await action(store, cacheDir)
    io.out(flag('json') ? `${JSON.stringify({ version: 1, action: name, location: store.location, ...json }, null, 2)}\n` : words)
    return isBad ? 1 : 0
  } finally {
    await store.close()
  }
}

function parseBytes(text: string | null, action: string): number | null {
  if (text === null) return null
  if (action !== 'gc') throw new PitcrewError('CLI_USAGE', '--max-bytes is for gc alone.')
  const bytes = Number(text)
  if (!Number.isSafeInteger(bytes) || bytes <= 0) throw new PitcrewError('CLI_USAGE', `--max-bytes is ${JSON.stringify(text)}, but must be a whole number of bytes above 0.`)
  return bytes
}

async function stats(store: SegmentStore): Promise<Answer> {
  const { state, entryCount, sizeBytes } = store.stats()
  const word = state === 'ok' ? '' : `, ${state}`
  return { json: { state, entryCount, sizeBytes }, text: `${store.location}${word}: ${plural(entryCount, 'record')}, ${formatBytes(sizeBytes)}\n`, isBad: false }
}

async function verify(store: SegmentStore): Promise<Answer> {
  const result = await store.verify()
  const { okCount, corruptCount, unreadCount, valueBytes, damagedBytes } = result
  const isBad = corruptCount > 0 || damagedBytes > 0
  const lines = [`${formatCount(okCount)} of ${plural(okCount + corruptCount + unreadCount, 'record')} intact, ${formatBytes(valueBytes)}`]
  if (corruptCount > 0) lines.push(`${formatCount(corruptCount)} damaged: each is computed anew when a build asks for it`)
  if (damagedBytes > 0) lines.push(`${formatBytes(damagedBytes)} hold no record`)
  if (unreadCount > 0) lines.push(`${formatCount(unreadCount)} could not be read now: a build may be writing them`)
  if (isBad) lines.push('next: npx pitcrew cache gc')
  return { json: { ...result }, text: lines.map(line => `${line}\n`).join(''), isBad }
}

async function gc(store: SegmentStore): Promise<Answer> {
  const before = store.stats().sizeBytes
  const result = await store.gc()
  if (result === null) return { json: { outcome: 'failed' }, text: 'nothing was changed: the store cannot be written\n', isBad: true }
  if (result.outcome === 'locked') return { json: { ...result }, text: 'nothing was changed: another process is tidying the store; try again later\n', isBad: true }
  const { entryCount, sizeBytes } = store.stats()
  const dropped = result.droppedEntries > 0 ? `${plural(result.droppedEntries, 'record')} dropped, ` : ''
  const text = `${dropped}${formatBytes(Math.max(0, before - sizeBytes))} freed; ${plural(entryCount, 'record')}, ${formatBytes(sizeBytes)} kept\n`
  return { json: { ...result, freedBytes: Math.max(0, before - sizeBytes), entryCount, sizeBytes }, text, isBad: false }
}

async function clear(store: SegmentStore, cacheDir: string): Promise<Answer> {
  const { removedFiles, freedBytes, failedFiles } = await store.clear()
  const ledgers = clearLedgers(cacheDir)
  const failed = failedFiles + ledgers.failedFiles
  const lines = [`${plural(removedFiles + ledgers.removedFiles, 'file')} deleted, ${formatBytes(freedBytes)} freed`]
  if (failed > 0) lines.push(`${plural(failed, 'file')} could not be deleted`)
  return {
    json: { removedFiles: removedFiles + ledgers.removedFiles, freedBytes, failedFiles: failed },
    text: lines.map(line => `${line}\n`).join(''),
    isBad: failed > 0,
  }
}

/** Without the records, what the ledgers say about the last build would be misleading: the next one is a first one. */
function clearLedgers(cacheDir: string): { removedFiles: number; failedFiles: number } {
  const directory = join(cacheDir, 'ledger')
  let removedFiles = 0
  let failedFiles = 0
  for (const name of listFiles(directory)) {
    try {
      rmSync(join(directory, name))
      removedFiles += 1
    } catch {
      // Counted, and told with the others.
      failedFiles += 1
    }
  }
  return { removedFiles, failedFiles }
}

function listFiles(directory: string): string[] {
  try {
    // pitcrew-ignore path-traversal/file: whose cache it is, the person at the terminal says
    return readdirSync(directory).filter(name => /^[\w-]+(\.prev)?\.json$/.test(name))
  } catch {
    // No build has written one.
    return []
  }
}
