/**
 * Who reads the environment: the code at the place of a read, where that says what the value is for.
 */
import fs from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Read to know whether a terminal has colours, and by others for other ends: it depends on who reads. */
const TERMINAL_NAMES: ReadonlySet<string> = new Set([
  'FORCE_COLOR', 'NO_COLOR', 'CLICOLOR', 'CLICOLOR_FORCE', 'COLORTERM', 'TERM', 'TERM_PROGRAM', 'TERM_PROGRAM_VERSION', 'CI', 'CI_NAME', 'TEAMCITY_VERSION', 'TF_BUILD', 'AGENT_NAME',
  'TRAVIS', 'CIRCLECI', 'APPVEYOR', 'GITLAB_CI', 'GITHUB_ACTIONS', 'GITEA_ACTIONS', 'BUILDKITE', 'DRONE',
])
/** Packages that do nothing but to colour texts. */
const COLOUR_PACKAGES = /[\\/](?:supports-color|picocolors|colorette|kleur|ansi-colors|nanocolors|yoctocolors|tinyrainbow|has-color)[\\/]/
/** In a bundle there is no package's name: a statement that also looks for a terminal or a flag, or only compares, asks for colours. */
const COLOUR_STATEMENT = /\bisTTY\b|--(?:no-)?color\b|['"](?:FORCE|NO)_COLOR['"]\s+in\b|\b(?:FORCE|NO)_COLOR\s*(?:[!=]==|\.length\b)/
const STATEMENT_CHARACTERS = 300
/** Of one UTF-16 unit in UTF-8. */
const MAX_BYTES = 3

/** A place in a file: the text of its line up to it, and what follows it, as much as one statement has. */
interface Place {
  readonly path: string
  readonly before: string
  readonly after: string
}

/**
 * Whether `name` is read to know if texts may be coloured: then it is of no account for a call that says nothing.
 *
 * @param below The function whose caller is meant.
 */
export function asksForColours(name: string, below: (...args: never[]) => unknown): boolean {
  if (!TERMINAL_NAMES.has(name)) return false
  const place = callerOf(below)
  if (place === null) return false
  const statement = place.before.split(';').at(-1)! + place.after.split(/[;\n]/, 1)[0]!
  return COLOUR_PACKAGES.test(place.path) || COLOUR_STATEMENT.test(statement)
}

/** The code from the place on where the caller of `below` stands, or an empty text where it cannot be had. */
export function codeAtCallerOf(below: (...args: never[]) => unknown): string {
  return callerOf(below)?.after ?? ''
}

function callerOf(below: (...args: never[]) => unknown): Place | null {
  const site = sitesAbove(below).find(each => each.getFileName() !== null && !each.isNative())
  const file = site?.getFileName()
  const [line, column] = [site?.getLineNumber(), site?.getColumnNumber()]
  if (!file || !line || !column) return null
  const path = file.startsWith('file:') ? fileURLToPath(file) : file
  try {
    return { path, ...around(fs.readFileSync(path), line, column) }
  } catch {
    // Code that lies in no file: nothing is known about it.
    return null
  }
}

/** Only what is needed becomes a text: the file may be a bundle of megabytes. @param line Counted from one, as `column`, which counts UTF-16 units. */
function around(file: Buffer, line: number, column: number): Omit<Place, 'path'> {
  let start = 0
  for (let at = 1; at < line; at++) start = file.indexOf('\n', start) + 1
  const text = file.toString('utf8', start, start + MAX_BYTES * (column + STATEMENT_CHARACTERS))
  const offset = column - 1
  return { before: text.slice(Math.max(0, offset - STATEMENT_CHARACTERS), offset), after: text.slice(offset, offset + STATEMENT_CHARACTERS) }
}

function sitesAbove(below: (...args: never[]) => unknown): NodeJS.CallSite[] {
  const { prepareStackTrace } = Error
  const holder: { stack?: unknown } = {}
  try {
    Error.prepareStackTrace = (_error, sites) => sites
    Error.captureStackTrace(holder, below)
    return Array.isArray(holder.stack) ? holder.stack as NodeJS.CallSite[] : []
  } finally {
    Error.prepareStackTrace = prepareStackTrace
  }
}
