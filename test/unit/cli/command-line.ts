/** Runs whole commands without a process. */
import { main } from '../../../src/cli/main.ts'
import type { Env } from '../../../src/cli/io.ts'

export interface Run {
  readonly code: number
  readonly out: string
  readonly err: string
}

export async function run(args: readonly string[], cwd = '/', env: Env = {}, columns = 100): Promise<Run> {
  let out = ''
  let err = ''
  const code = await main(args, {
    cwd,
    env,
    terminal: { color: false, columns },
    out: text => void (out += text),
    err: text => void (err += text),
  })
  return { code, out, err }
}
