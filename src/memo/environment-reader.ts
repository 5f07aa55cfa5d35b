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

/** A place in a file: its text up to it and from it on, as much as one statement has. */
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
  const statement = place.before.split(/[;\n]/).at(-1)! + place.after.split(/[;\n]/, 1)[0]!
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
    const text = fs.readFileSync(path, 'utf8')
    const offset = lineStart(text, line) + column - 1
    return { path, before: text.slice(Math.max(0, offset - STATEMENT_CHARACTERS), offset), after: text.slice(offset, offset + STATEMENT_CHARACTERS) }
  } catch {
    // Code that lies in no file: nothing is known about it.
    return null
  }
}

/** @param line Counted from one. */
function lineStart(text: string, line: number): number {
  let start = 0
  for (let at = 1; at < line; at++) start = text.indexOf('\n', start) + 1
  return start
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
