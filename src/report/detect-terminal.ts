/**
 * What the terminal can show, from the environment and the stream alone: pure, so that every rule has a test.
 *
 * Colour, first match wins: `FORCE_COLOR` (`0` and `false` force it off), a non-empty `NO_COLOR`, `TERM=dumb`, then
 * whether the stream is a terminal. A CI log is no terminal, and gets colour when `FORCE_COLOR` asks for it.
 * Width: the terminal's own. Logs are read in wide windows and have none: they get LOG_COLUMNS, as do terminals in CI,
 * whose reported width is whatever the runner's pseudo-terminal was created with.
 */

export interface TerminalOptions {
  readonly color: boolean
  readonly columns: number
}

/** What is needed of `process.stdout`. */
export interface TerminalStream {
  readonly isTTY?: boolean | undefined
  readonly columns?: number | undefined
}

const LOG_COLUMNS = 120
const MIN_COLUMNS = 30
const MAX_COLUMNS = 160

export function detectTerminal(env: Readonly<Record<string, string | undefined>>, stream: TerminalStream): TerminalOptions {
  return { color: hasColor(env, stream), columns: columnsOf(env, stream) }
}

function hasColor(env: Readonly<Record<string, string | undefined>>, stream: TerminalStream): boolean {
  const forced = env['FORCE_COLOR']
  if (forced !== undefined) return forced !== '0' && forced !== 'false'
  if (env['NO_COLOR']) return false
  if (env['TERM'] === 'dumb') return false
  return stream.isTTY === true
}

function columnsOf(env: Readonly<Record<string, string | undefined>>, stream: TerminalStream): number {
  const { isTTY, columns } = stream
  if (isTTY !== true || isCI(env) || columns === undefined || !(columns > 0)) return LOG_COLUMNS
  return Math.min(MAX_COLUMNS, Math.max(MIN_COLUMNS, columns))
}

/** Every large CI service sets `CI`; people set `CI=false` to be treated as a person there. */
export function isCI(env: Readonly<Record<string, string | undefined>>): boolean {
  const value = env['CI']
  return value !== undefined && value !== '' && value !== '0' && value !== 'false'
}
