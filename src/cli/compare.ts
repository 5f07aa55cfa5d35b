/**
 * `pitcrew compare <A> <B>`: what the difference between two builds is made of, plugin by plugin, hook by hook, module by module.
 */
import { PitcrewError } from '../errors.ts'
import { subjectChanges } from '../monitor/attribute-text.ts'
import { attribute } from '../monitor/attribute.ts'
import { duration, evidenceText } from '../monitor/anomalies/describe.ts'
import type { BuildEntry } from '../monitor/build-entry.ts'
import { stratumKey } from '../monitor/build-record.ts'
import { coincidences } from '../monitor/evidence.ts'
import { formatSeconds, printable } from '../report/format.ts'
import { parseArguments } from './arguments.ts'
import { findBuild, readBuilds } from './builds.ts'
import type { CliIo } from './io.ts'

export const COMPARE_HELP = `pitcrew compare <A> <B>

  Takes the difference between two builds apart: plugins, their hooks and modules, and the rest add up to it. A build is an
  id from \`pitcrew history\` or its beginning, \`last\`, \`prev\` (the newest before it of its kind), or \`~3\` for the third before
  the last, of whatever kind.

  --json              as JSON, every hook and every known module
  --root <dir>        root of the project (default: the working directory)
  --cache-dir <dir>   where the cache is (default: PITCREW_CACHE_DIR, then node_modules/.cache/pitcrew in the root)
`

const MAX_EVIDENCE = 6

/** @throws PitcrewError CLI_USAGE */
export async function runCompare(args: readonly string[], io: CliIo): Promise<number> {
  const { positionals, cacheDir, flag } = parseArguments(args, { json: 'boolean' }, io)
  const [first, second, ...rest] = positionals
  if (first === undefined || second === undefined) throw new PitcrewError('CLI_USAGE', 'which builds? Two are compared, as in `pitcrew compare prev last`.')
  if (rest.length > 0) throw new PitcrewError('CLI_USAGE', `two builds are compared, not ${positionals.length}.`)
  const entries = await readBuilds(cacheDir, io)
  const [before, after] = [findBuild(entries, first), findBuild(entries, second)]
  const attribution = attribute(before.record, after.record)
  const evidence = coincidences(before.record, after.record, null)
  if (flag('json')) {
    io.out(`${JSON.stringify({ version: 1, before: before.record.id, after: after.record.id, ...attribution, evidence }, null, 2)}\n`)
    return 0
  }
  io.out([headline(before, after), ...subjectChanges(attribution).map(line => `  ${printable(line)}`), ...surroundings(before, after, evidence)].map(line => `${line}\n`).join(''))
  return 0
}

function headline({ record: a }: BuildEntry, { record: b }: BuildEntry): string {
  const delta = b.wallMs - a.wallMs
  return `${a.id} took ${formatSeconds(a.wallMs)}, ${b.id} ${formatSeconds(b.wallMs)}: ${delta < 0 ? '-' : '+'}${duration(Math.abs(delta))}`
}

function surroundings({ record: a }: BuildEntry, { record: b }: BuildEntry, evidence: ReturnType<typeof coincidences>): string[] {
  const lines = evidence.slice(0, MAX_EVIDENCE).map(item => printable(evidenceText(item)))
  if (stratumKey(a.stratum) !== stratumKey(b.stratum)) lines.push('the builds are not of one kind (command, mode, caches, machine or Node), so their times tell little')
  return lines.length === 0 ? ['nothing else is known to differ'] : [`what else differs: ${lines.join('; ')}`]
}
