/**
 * The `pitcrew` command: finds the subcommand and turns what it throws into a message and an exit code.
 *
 * Exit codes: 0 done; 1 the answer is bad news (not found, damaged, failed); 2 wrong usage. Never throws.
 */
import { PitcrewError } from '../errors.ts'
import { version } from '../version.ts'
import type { CliIo } from './io.ts'

interface Command {
  readonly help: string
  /** @returns The exit code. @throws PitcrewError CLI_USAGE */
  run(args: readonly string[], io: CliIo): Promise<number>
}

/** Loaded when they are asked for: no command needs what another one does, such as a parser. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  explain: async () => {
    const { EXPLAIN_HELP: help, runExplain: run } = await import('./explain.ts')
    return { help, run }
  },
  verify: async () => {
    const { VERIFY_HELP: help, runVerify: run } = await import('./verify.ts')
    return { help, run }
  },
  analyze: async () => {
    const { ANALYZE_HELP: help, runAnalyze: run } = await import('./analyze.ts')
    return { help, run }
  },
  findings: async () => {
    const { FINDINGS_HELP: help, runFindings: run } = await import('./findings.ts')
    return { help, run }
  },
  baseline: async () => {
    const { BASELINE_HELP: help, runBaseline: run } = await import('./baseline.ts')
    return { help, run }
  },
  history: async () => {
    const { HISTORY_HELP: help, runHistory: run } = await import('./history.ts')
    return { help, run }
  },
  compare: async () => {
    const { COMPARE_HELP: help, runCompare: run } = await import('./compare.ts')
    return { help, run }
  },
  cache: async () => {
    const { CACHE_HELP: help, runCache: run } = await import('./cache.ts')
    return { help, run }
  },
}

const HELP = `pitcrew ${version}: what Pitcrew remembered of your builds

  pitcrew explain <module>                why it was redone in the last build, or not
  pitcrew verify -- <build command>       is a warm build the same as one without Pitcrew
  pitcrew analyze [path...]               how good and how safe the code is
  pitcrew findings                        what the last build found in the code
  pitcrew baseline                        make that known: later builds report what is new
  pitcrew history                         the builds that were made here, and what became slower
  pitcrew compare <A> <B>                 what the difference between two builds is made of
  pitcrew cache stats|verify|gc|clear     the store
  pitcrew <command> --help
  pitcrew --version
`

const VERSION_WORDS: ReadonlySet<string> = new Set(['--version', '-v'])
const HELP_FLAGS: ReadonlySet<string> = new Set(['--help', '-h'])

/** @param args Without the interpreter and the script. @returns The exit code. */
export async function main(args: readonly string[], io: CliIo): Promise<number> {
  const [name, ...rest] = args
  try {
    return await dispatch(name, rest, io)
  } catch (error) {
    if (!(error instanceof PitcrewError)) {
      io.err(`pitcrew: ${error instanceof Error ? error.stack ?? error.message : String(error)}\n`)
      return 1
    }
    const isUsage = error.code === 'CLI_USAGE'
    io.err(`pitcrew: ${error.message}${isUsage ? ` Try \`${helpCommand(name)}\`.` : ''} [${error.code}]\n`)
    return isUsage ? 2 : 1
  }
}

async function dispatch(name: string | undefined, args: readonly string[], io: CliIo): Promise<number> {
  if (name === undefined) throw new PitcrewError('CLI_USAGE', 'a command is missing.')
  if (VERSION_WORDS.has(name)) return say(`${version}\n`, io)
  if (name === 'help' || HELP_FLAGS.has(name)) return say(HELP, io)
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (!load) throw new PitcrewError('CLI_USAGE', `there is no command \`${name}\`; there are ${Object.keys(COMMANDS).join(', ')}.`)
  const command = await load()
  return asksForHelp(args) ? say(command.help, io) : command.run(args, io)
}

/** What is behind `--` is for somebody else. */
function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf('--')
  return (end < 0 ? args : args.slice(0, end)).some(argument => HELP_FLAGS.has(argument))
}

function helpCommand(name: string | undefined): string {
  return name !== undefined && Object.hasOwn(COMMANDS, name) ? `pitcrew ${name} --help` : 'pitcrew --help'
}

function say(text: string, io: CliIo): number {
  io.out(text)
  return 0
}
