/**
 * Finds builds of the history by what a person types: an id or its beginning, `last`, `prev` for the newest before it that may be compared
 * with it, or `~n` for the n-th before the last, of whatever kind.
 */
import { PitcrewError } from '../errors.ts'
import { History } from '../history/history.ts'
import type { BuildEntry } from '../monitor/build-entry.ts'
import { stratumKey } from '../monitor/build-record.ts'
import type { CliIo } from './io.ts'

/** Every build in the cache directory, oldest first. What is damaged is said. */
export async function readBuilds(cacheDir: string, io: CliIo): Promise<readonly BuildEntry[]> {
  const { entries, fault } = await new History(cacheDir).readAll()
  if (fault) io.err(`pitcrew: ${fault.message} [${fault.code}]\n`)
  return entries
}

/** @throws PitcrewError CLI_USAGE when it names none, or several. */
export function findBuild(entries: readonly BuildEntry[], name: string): BuildEntry {
  if (name === 'prev') return previousOfKind(entries)
  const back = name === 'last' ? 0 : /^~\d+$/.test(name) ? Number(name.slice(1)) : null
  const found = back === null ? entries.filter(({ record }) => record.id.startsWith(name)) : entries.slice(0, entries.length - back).slice(-1)
  const [entry] = found
  if (entry === undefined) throw new PitcrewError('CLI_USAGE', `there is no build \`${name}\`; \`pitcrew history\` lists them.`)
  if (found.length > 1) throw new PitcrewError('CLI_USAGE', `\`${name}\` may be any of ${found.map(({ record }) => record.id).join(', ')}.`)
  return entry
}

/** Updates of a dev server, and builds with other caches, lie between builds that may be compared. */
function previousOfKind(entries: readonly BuildEntry[]): BuildEntry {
  const last = entries.at(-1)
  const key = last === undefined ? '' : stratumKey(last.record.stratum)
  const previous = entries.slice(0, -1).findLast(({ record }) => stratumKey(record.stratum) === key)
  if (previous !== undefined) return previous
  const why = entries.length < 2 ? 'only one build is remembered' : 'no build before the last is of its kind (command, mode, caches, machine, Node); `~1` is the one before it, whatever it was'
  throw new PitcrewError('CLI_USAGE', `there is no \`prev\`: ${last === undefined ? 'no build is remembered' : why}.`)
}
