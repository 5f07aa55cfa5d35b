/**
 * `pitcrew history`: the builds that are remembered, as a table or as JSON.
 */
import { PitcrewError } from '../errors.ts'
import { isAlertKind } from '../monitor/anomalies/anomaly.ts'
import { subjectName } from '../monitor/anomalies/describe.ts'
import type { BuildEntry } from '../monitor/build-entry.ts'
import { formatSeconds, padEnd, padStart, printable } from '../report/format.ts'
import { parseArguments } from './arguments.ts'
import { readBuilds } from './builds.ts'
import type { CliIo } from './io.ts'

export const HISTORY_HELP = `pitcrew history

  Lists the builds that were made here, the newest last: what they took, what was expected, and what became slower.

  --limit <n>         the newest n (default: 20)
  --json              everything that is known of them, as JSON
  --root <dir>        root of the project (default: the working directory)
  --cache-dir <dir>   where the cache is (default: PITCREW_CACHE_DIR, then node_modules/.cache/pitcrew in the root)

  next: pitcrew compare prev last
`

const DEFAULT_LIMIT = 20
const HEADINGS = ['build', 'began', 'took', 'expected', 'what', 'caches', 'commit', 'slower'] as const

/** @throws PitcrewError CLI_USAGE */
export async function runHistory(args: readonly string[], io: CliIo): Promise<number> {
  const { positionals, cacheDir, text, flag } = parseArguments(args, { json: 'boolean', limit: 'string' }, io)
  if (positionals.length > 0) throw new PitcrewError('CLI_USAGE', `\`${positionals.join(' ')}\` is too much.`)
  const limit = parseLimit(text('limit'))
  const entries = await readBuilds(cacheDir, io)
  const shown = entries.slice(-limit)
  if (flag('json')) {
    io.out(`${JSON.stringify({ version: 1, builds: shown.map(({ record, findings, forecast }) => ({ ...record, forecast, findings })) }, null, 2)}\n`)
    return 0
  }
  if (shown.length === 0) {
    io.err(`pitcrew: no build is remembered in ${cacheDir}. Each build adds itself, and a dev server each of its updates.\n`)
    return 1
  }
  io.out(table(shown))
  if (entries.length > shown.length) io.out(`${entries.length - shown.length} earlier ${entries.length - shown.length === 1 ? 'build is' : 'builds are'} not shown (--limit)\n`)
  return 0
}

function parseLimit(text: string | null): number {
  const limit = text === null ? DEFAULT_LIMIT : Number(text)
  if (!Number.isSafeInteger(limit) || limit <= 0) throw new PitcrewError('CLI_USAGE', `--limit is ${JSON.stringify(text)}, but must be a whole number above 0.`)
  return limit
}

function table(entries: readonly BuildEntry[]): string {
  const rows = [HEADINGS, ...entries.map(cells)]
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map(row => (row[column] ?? '').length)))
  return rows.map(row => `${row.map((cell, column) => (column === 2 || column === 3 ? padStart : padEnd)(cell, widths[column] ?? 0)).join('  ').trimEnd()}\n`).join('')
}

function cells({ record, forecast, findings }: BuildEntry): string[] {
  const { stratum, provenance } = record
  const slower = findings.filter(({ kind }) => isAlertKind(kind) || kind === 'machine').map(({ kind, subject }) => (kind === 'machine' ? 'the machine' : subjectName(subject)))
  return [
    record.id,
    localTime(record.startedAtMs),
    formatSeconds(record.wallMs),
    forecast === null ? '' : formatSeconds(forecast.expectedMs),
    [stratum.bundler, stratum.command, stratum.mode, stratum.variant].filter(part => part !== '').join(' '),
    stratum.cache,
    provenance.commit?.slice(0, 8) ?? '',
    slower.join(', '),
  ].map(printable)
}

/** To the minute, as the clock on the wall shows it. */
function localTime(ms: number): string {
  const time = new Date(ms)
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())} ${two(time.getHours())}:${two(time.getMinutes())}`
}
