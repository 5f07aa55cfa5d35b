/**
 * The `pitcrew` command: finds the subcommand and turns what it throws into a message and an exit code.
 *
 * Exit codes: 0 done; 1 the answer is bad news (not found, damaged, failed); 2 wrong usage. Never throws.
 */
import { PitcrewError } from '../errors.ts'
import { version } from '../version.ts'
import { CACHE_HELP, runCache } from './cache.ts'
import { EXPLAIN_HELP, runExplain } from './explain.ts'
import type { CliIo } from './io.ts'
import { VERIFY_HELP, runVerify } from './verify.ts'

interface Command {
  readonly help: string
  /** @returns The exit code. @throws PitcrewError CLI_USAGE */
  run(args: readonly string[], io: CliIo): Promise<number>
}

const COMMANDS: Readonly<Record<string, Command>> = {
  explain: { help: EXPLAIN_HELP, run: runExplain },
  verify: { help: VERIFY_HELP, run: runVerify },
  cache: { help: CACHE_HELP, run: runCache },
}

const HELP = `pitcrew ${version}: what Pitcrew remembered of your builds

  pitcrew explain <module>                why it was redone in the last build, or not
  pitcrew verify -- <build command>       is a warm build the same as one without Pitcrew
  pitcrew cache stats|verify|gc|clear     the store
  pitcrew <command> --help
  pitcrew --version
`

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
  if (name === '--version' || name === '-v') return say(`${version}\n`, io)
  if (name === '--help' || name === '-h' || name === 'help') return say(HELP, io)
  if (name === undefined) throw new PitcrewError('CLI_USAGE', 'a command is missing.')
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (!command) throw new PitcrewError('CLI_USAGE', `there is no command \`${name}\`; there are ${Object.keys(COMMANDS).join(', ')}.`)
  const end = args.indexOf('--')
  const asksForHelp = args.slice(0, end < 0 ? args.length : end).some(argument => argument === '--help' || argument === '-h')
  return asksForHelp ? say(command.help, io) : command.run(args, io)
}

function helpCommand(name: string | undefined): string {
  return name !== undefined && Object.hasOwn(COMMANDS, name) ? `pitcrew ${name} --help` : 'pitcrew --help'
}

function say(text: string, io: CliIo): number {
  io.out(text)
  return 0
}
