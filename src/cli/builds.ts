/**
 * Finds builds of the history by what a person types: an id or its beginning, `last`, `prev`, or `~n` for the n-th before the last.
 */
import { PitcrewError } from '../errors.ts'
import { History } from '../history/history.ts'
import type { BuildEntry } from '../monitor/build-entry.ts'
import type { CliIo } from './io.ts'

/** Every build in the cache directory, oldest first. What is damaged is said. */
export async function readBuilds(cacheDir: string, io: CliIo): Promise<readonly BuildEntry[]> {
  const { entries, fault } = await new History(cacheDir).readAll()
  if (fault) io.err(`pitcrew: ${fault.message} [${fault.code}]\n`)
  return entries
}

/** @throws PitcrewError CLI_USAGE when it names none, or several. */
export function findBuild(entries: readonly BuildEntry[], name: string): BuildEntry {
  const back = name === 'last' ? 0 : name === 'prev' ? 1 : /^~\d+$/.test(name) ? Number(name.slice(1)) : null
  const found = back === null ? entries.filter(({ record }) => record.id.startsWith(name)) : entries.slice(0, entries.length - back).slice(-1)
  const [entry] = found
  if (entry === undefined) throw new PitcrewError('CLI_USAGE', `there is no build \`${name}\`; \`pitcrew history\` lists them.`)
  if (found.length > 1) throw new PitcrewError('CLI_USAGE', `\`${name}\` may be any of ${found.map(({ record }) => record.id).join(', ')}.`)
  return entry
}
