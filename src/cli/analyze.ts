/**
 * `pitcrew analyze [paths…]`: the analysis of a build, without a build.
 *
 * Reads files, writes none. Directories are walked in name order, so that two runs print the same; what is not source,
 * lies in `node_modules` or in a hidden directory is left out. A file that cannot be read is a note, not an end.
 */
import { readFileSync, readdirSync, statSync } from 'node:fs'
import { join, relative, resolve, sep } from 'node:path'
import { createAnalyzer } from '../analysis/analyze.ts'
import type { ModuleAnalysis } from '../analysis/analyze.ts'
import type { Finding } from '../analysis/findings.ts'
import { PitcrewError } from '../errors.ts'
import { toSarif } from '../report/sarif.ts'
import { version } from '../version.ts'
import { parseArguments } from './arguments.ts'
import type { CliIo } from './io.ts'

export const ANALYZE_HELP = `pitcrew analyze [path…]

What a build would say about the code, without a build: metrics, roles and security findings.

  --json               as JSON
  --sarif              as SARIF 2.1.0
  --fail-on <level>    exit with 1 for a finding of this severity or above: low, medium, high (default: none)
  --root <dir>         root of the project (default: the working directory)
`

const SOURCE = /\.(?:[cm]?[jt]sx?|vue|svelte|mdx|astro)$/
const SKIPPED: ReadonlySet<string> = new Set(['node_modules', 'dist', 'build', 'coverage', 'out'])
const SEVERITIES = ['low', 'medium', 'high'] as const
const MAX_SHOWN = 50
const HOTSPOTS = 5
/** SonarJS's own default for what is too hard to follow. */
const HARD = 15

/** @throws PitcrewError CLI_USAGE */
export async function runAnalyze(args: readonly string[], io: CliIo): Promise<number> {
  const { positionals, root, text, flag } = parseArguments(args, { json: 'boolean', sarif: 'boolean', 'fail-on': 'string' }, io)
  if (flag('json') && flag('sarif')) throw new PitcrewError('CLI_USAGE', '--json and --sarif exclude each other.')
  const failOn = text('fail-on')
  if (failOn !== null && rank(failOn) < 0) throw new PitcrewError('CLI_USAGE', `--fail-on is ${JSON.stringify(failOn)}, but must be one of ${SEVERITIES.join(', ')}.`)
  const { modules, unreadable } = analyzeFiles(root, positionals)
  io.out(`${render(modules, unreadable, flag('sarif') ? 'sarif' : flag('json') ? 'json' : 'text')}\n`)
  const isBad = failOn !== null && modules.some(({ findings }) => findings.some((finding) => rank(finding.severity) >= rank(failOn)))
  return isBad ? 1 : 0
}

function analyzeFiles(root: string, paths: readonly string[]): { modules: ModuleAnalysis[]; unreadable: string[] } {
  const { analyze } = createAnalyzer()
  const modules: ModuleAnalysis[] = []
  const unreadable: string[] = []
  for (const file of sourceFiles(root, paths, unreadable)) {
    const id = relative(root, file).split(sep).join('/')
    try {
      // pitcrew-ignore path-traversal/file: reading the files that the person at the terminal named is the task
      modules.push(analyze(id, readFileSync(file, 'utf8')))
    } catch (error) {
      unreadable.push(`${id}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  return { modules, unreadable }
}

function rank(severity: string): number {
  return SEVERITIES.findIndex((each) => each === severity)
}

function sourceFiles(root: string, paths: readonly string[], unreadable: string[]): string[] {
  const files: string[] = []
  const visit = (path: string, isAsked: boolean): void => {
    try {
      if (statSync(path).isDirectory()) {
        for (const entry of readdirSync(path, { withFileTypes: true }).sort((left, right) => (left.name < right.name ? -1 : 1))) {
          const isSkipped = entry.isDirectory() ? SKIPPED.has(entry.name) || entry.name.startsWith('.') : !SOURCE.test(entry.name)
          // Links are not followed: they can go in circles, and what they lead to is counted where it lies.
          if (!isSkipped && !entry.isSymbolicLink()) visit(join(path, entry.name), false)
        }
      } else if (isAsked || SOURCE.test(path)) files.push(path)
    } catch (error) {
      unreadable.push(`${relative(root, path)}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  for (const path of paths.length === 0 ? ['.'] : paths) visit(resolve(root, path), true)
  return files
}

function render(modules: readonly ModuleAnalysis[], unreadable: readonly string[], format: 'text' | 'json' | 'sarif'): string {
  if (format === 'sarif') return JSON.stringify(toSarif(modules, version), null, 2)
  if (format === 'json') return JSON.stringify({ version: 1, pitcrew: version, modules, unreadable }, null, 2)
  return renderText(modules, unreadable)
}

function renderText(modules: readonly ModuleAnalysis[], unreadable: readonly string[]): string {
  const found = modules.flatMap(({ id, findings }) => findings.map((finding) => ({ id, finding })))
  found.sort((left, right) => rank(right.finding.severity) - rank(left.finding.severity))
  const notes = [...modules.flatMap(({ id, notes: own }) => own.map((note) => `${id}: ${note.message}`)), ...unreadable]
  return [
    summary(modules, found.length),
    ...found.slice(0, MAX_SHOWN).map(({ id, finding }) => findingLine(id, finding)),
    ...(found.length > MAX_SHOWN ? [`  … and ${found.length - MAX_SHOWN} more; --json shows all`] : []),
    ...hotspots(modules),
    ...notes.map((note) => `  note     ${note}`),
  ].join('\n')
}

function summary(modules: readonly ModuleAnalysis[], findingCount: number): string {
  const lines = modules.reduce((sum, each) => sum + each.metrics.codeLines, 0)
  const functions = modules.reduce((sum, each) => sum + each.functions.length, 0)
  return `pitcrew  ${modules.length} modules, ${functions} functions, ${lines} lines of code; ${findingCount} findings`
}

function findingLine(id: string, { line, column, severity, title, ruleId, cwe }: Finding): string {
  return `  ${severity.padEnd(8)} ${id}:${line}:${column}  ${title} (${ruleId}, CWE-${cwe[0]})`
}

/** The functions that are hardest to follow. */
function hotspots(modules: readonly ModuleAnalysis[]): string[] {
  const all = modules.flatMap(({ id, functions }) => functions.map((each) => ({ id, each })))
  const worst = all.filter(({ each }) => each.cognitive.sonar > HARD).sort((left, right) => right.each.cognitive.sonar - left.each.cognitive.sonar)
  return worst.slice(0, HOTSPOTS).map(({ id, each }) => `  complex  ${id}:${each.line}  ${each.name}: cognitive ${each.cognitive.sonar}, cyclomatic ${each.cyclomatic.classic}`)
}
