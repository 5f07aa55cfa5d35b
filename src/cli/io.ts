/**
 * What the command line needs of its process: a seam, so that tests run whole commands without one.
 */
import { detectTerminal } from '../report/detect-terminal.ts'
import type { TerminalOptions } from '../report/detect-terminal.ts'

export type Env = Readonly<Record<string, string | undefined>>

export interface CliIo {
  readonly cwd: string
  readonly env: Env
  readonly terminal: TerminalOptions
  /** Writes text as it is to the standard output. */
  out(text: string): void
  /** The same to the standard error. */
  err(text: string): void
}

export function createProcessIo(source: NodeJS.Process): CliIo {
  // The reader may go away early (`pitcrew explain … | head`): then there is nobody left to tell anything.
  source.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
  return {
    cwd: source.cwd(),
    env: source.env,
    terminal: detectTerminal(source.env, source.stdout),
    out: text => void source.stdout.write(text),
    err: text => void source.stderr.write(text),
  }
}
