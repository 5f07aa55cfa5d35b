/**
 * `pitcrew verify -- <build command>`: is what a warm build writes what a build without Pitcrew writes?
 */
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve, sep } from 'node:path'
import { PitcrewError } from '../errors.ts'
import { formatCount, formatSeconds, plural } from '../report/format.ts'
import { Builds } from '../verify/builds.ts'
import type { FirstDifference } from '../verify/outputs.ts'
import { RUN_NAMES, verifyBuilds } from '../verify/verification.ts'
import type { Verification, VerifiedRun, WrongRun } from '../verify/verification.ts'
import { parseArguments } from './arguments.ts'
import type { ParsedArguments } from './arguments.ts'
import type { CliIo } from './io.ts'

export const VERIFY_HELP = `pitcrew verify [options] -- <build command>

Runs the build without Pitcrew twice, then cold, warm and warm again, and compares every byte that it writes. Your own
store and your own output are left as they are. Exits with 1 when an output differs.

  --out <dir>         folder that the build writes (default: dist)
  --no-blame          do not look for the plugin whose memo makes the difference
  --json              as JSON
  --root <dir>        where the command is run (default: the working directory)

  pitcrew verify -- npm run build
  pitcrew verify --out build -- npx webpack
`

const SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP']
/** Differing files that are named. */
const SHOWN_FILES = 5

/** @throws PitcrewError CLI_USAGE, and what `verifyBuilds` throws */
export async function runVerify(args: readonly string[], io: CliIo): Promise<number> {
  const { command, root, text, flag } = splitArguments(args, io)
  const outDir = resolve(root, text('out') ?? 'dist')
  const scratch = scratchIn(root)
  checkOutDir(outDir, root, scratch)
  const isJson = flag('json')
  const say = isJson ? io.err : io.out
  const builds = new Builds({ command, root, outDir, scratch, env: io.env })
  // Interrupted, the build ends, and with it this one: what was in the output folder is put back first.
  const interrupt = (signal: NodeJS.Signals): void => builds.interrupt(signal)
  for (const signal of SIGNALS) process.on(signal, interrupt)
  try {
    say(`pitcrew verify: ${command.join(' ')}\n`)
    const verification = await verifyBuilds(builds, {
      blame: !flag('no-blame'),
      progress: name => io.err(`  ${name}...\n`),
      done: run => say(`${renderRun(run)}\n`),
    })
    io.out(isJson ? `${JSON.stringify(verification, null, 2)}\n` : renderVerdict(verification))
    return verification.verdict === 'identical' ? 0 : 1
  } finally {
    builds.dispose()
    for (const signal of SIGNALS) process.off(signal, interrupt)
  }
}

/** @throws PitcrewError CLI_USAGE */
function splitArguments(args: readonly string[], io: CliIo): ParsedArguments & { readonly command: readonly string[] } {
  const end = args.indexOf('--')
  const command = end < 0 ? [] : args.slice(end + 1)
  const parsed = parseArguments(end < 0 ? args : args.slice(0, end), { out: 'string', 'no-blame': 'boolean', json: 'boolean' }, io)
  if (command.length === 0) throw new PitcrewError('CLI_USAGE', 'a build command is missing behind `--`, as in `pitcrew verify -- npm run build`.')
  if (parsed.positionals.length > 0) throw new PitcrewError('CLI_USAGE', `\`${parsed.positionals.join(' ')}\` must come behind \`--\`.`)
  return { ...parsed, command }
}

/** The output is emptied and moved away between builds. @throws PitcrewError CLI_USAGE */
function checkOutDir(outDir: string, root: string, scratch: string): void {
  const holds = (path: string): boolean => path === outDir || path.startsWith(outDir + sep)
  if (holds(root)) throw new PitcrewError('CLI_USAGE', `--out is ${outDir}, which holds the project itself.`)
  if (holds(scratch)) throw new PitcrewError('CLI_USAGE', `--out is ${outDir}, which holds what is kept between the builds.`)
}

/** On the disk of the project, where an output is moved in no time, and where no tool looks for sources. */
function scratchIn(root: string): string {
  const modules = join(root, 'node_modules')
  return join(existsSync(modules) ? join(modules, '.cache') : tmpdir(), `pitcrew-verify-${process.pid}`)
}

function renderRun({ name, wallMs, fileCount, differingCount, calls }: VerifiedRun): string {
  const width = Math.max(...RUN_NAMES.map(({ length }) => length))
  const same = name === 'off' ? plural(fileCount, 'file') : differingCount === 0 ? 'the same' : `${plural(differingCount, 'file')} ${differingCount === 1 ? 'differs' : 'differ'}`
  const memory = calls === null ? '' : `, ${formatCount(calls.hit)} of ${plural(calls.all, 'call')} from memory`
  return `  ${name.padEnd(width)}  ${formatSeconds(wallMs).padStart(8)}  ${same}${memory}`
}

function renderVerdict({ verdict, runs, unstable, wrong }: Verification): string {
  if (wrong !== null) return renderWrong(wrong)
  if (verdict === 'identical') return `All ${runs.length} outputs are the same, byte for byte.\n`
  return `Two builds without Pitcrew differ in ${listed(unstable)}, so that nothing can be said about ${unstable.length === 1 ? 'it' : 'them'}. All other files are the same.\n`
}

function renderWrong({ run, files, first, plugins }: WrongRun): string {
  const blame = plugins.length === 0 ? '' : plugins.length === 1
    ? `\nIt is the memo of ${plugins[0]}. Until this is mended, leave it alone: pitcrew({ plugins: { '${plugins[0]}': false } })\nPlease report it.\n`
    : `\nNo plugin does it alone; together it is ${plugins.join(', ')}. Please report it.\n`
  return `The output of the ${run} build is wrong: ${listed(files.map(({ file }) => file))}.\n${first === null ? '' : renderFirst(first)}${blame}`
}

function renderFirst({ file, kind, at, expected, actual, source }: FirstDifference): string {
  if (kind !== 'changed') return `\n  ${file} ${kind === 'missing' ? 'is missing' : 'should not be there'}\n`
  if (at === null) return `\n  ${file} has another name\n`
  return `\n  ${file}:${at.line}:${at.column}${source === null ? '' : `, from ${source}`}\n  - ${JSON.stringify(expected)}\n  + ${JSON.stringify(actual)}\n`
}

function listed(files: readonly string[]): string {
  const more = files.length - SHOWN_FILES
  return `${files.slice(0, SHOWN_FILES).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}
