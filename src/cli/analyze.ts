/**
 * `pitcrew analyze [paths…]`: the analysis of a build, without a build: what only a bundler knows (chunks, bytes, what was
 * replaced) is missing, and every module is taken for loaded.
 *
 * Reads files, writes none. A file that cannot be read is a note, not an end.
 */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { ModuleAnalysis } from '../analysis/analyze.ts'
import { toFacts } from '../analysis/project/facts.ts'
import { fixFor } from '../analysis/project/fixes.ts'
import { joinProject } from '../analysis/project/join.ts'
import type { Baseline, Joined } from '../analysis/project/join.ts'
import type { ProjectModule } from '../analysis/project/graph.ts'
import type { ProjectReport } from '../analysis/project/project-report.ts'
import { PitcrewError } from '../errors.ts'
import { readBaseline } from '../guidance/baseline.ts'
import { churnOf } from '../guidance/churn.ts'
import { importModule } from '../guidance/import-module.ts'
import { loadAnalyzer } from '../guidance/load-analyzer.ts'
import { DEFAULT_BASELINE } from '../guidance/settings.ts'
import { renderFindings } from '../report/findings-text.ts'
import { toSarif } from '../report/sarif.ts'
import { version } from '../version.ts'
import { parseArguments } from './arguments.ts'
import type { CliIo } from './io.ts'
import { findSources } from './source-files.ts'

export const ANALYZE_HELP: string = `pitcrew analyze [path…]

What a build would say about the code, without a build: findings that are not in the baseline, cycles, hotspots, advice.

  --json               as JSON, every module with its metrics
  --sarif              as SARIF 2.1.0
  --all                known findings as well, and every proposal
  --fail-on <level>    exit with 1 for a new finding of this severity or above: low, medium, high (default: none)
  --rules <file>       a module that exports rules of your own (defineRule)
  --baseline <file>    findings that are known (default: ${DEFAULT_BASELINE})
  --root <dir>         root of the project (default: the working directory)
`

const SEVERITIES = ['low', 'medium', 'high'] as const

interface Analysed {
  readonly modules: readonly ModuleAnalysis[]
  readonly project: readonly ProjectModule[]
  readonly flaws: readonly string[]
}

/** @throws PitcrewError CLI_USAGE, BASELINE_INVALID */
export async function runAnalyze(args: readonly string[], io: CliIo): Promise<number> {
  const { positionals, root, text, flag } = parseArguments(args, { json: 'boolean', sarif: 'boolean', all: 'boolean', 'fail-on': 'string', rules: 'string', baseline: 'string' }, io)
  if (flag('json') && flag('sarif')) throw new PitcrewError('CLI_USAGE', '--json and --sarif exclude each other.')
  const failOn = text('fail-on')
  if (failOn !== null && rank(failOn) < 0) throw new PitcrewError('CLI_USAGE', `--fail-on is ${JSON.stringify(failOn)}, but must be one of ${SEVERITIES.join(', ')}.`)
  const ruleFile = text('rules')
  const analysed = await analyzeFiles(root, positionals, ruleFile === null ? [] : [resolve(io.cwd, ruleFile)])
  const { report, findings } = await reportOn(analysed, root, await readBaseline(resolve(root, text('baseline') ?? DEFAULT_BASELINE)))
  io.out(render(analysed, { ...report, findings }, { isJson: flag('json'), isSarif: flag('sarif'), isAll: flag('all'), columns: io.terminal.columns }))
  return failOn !== null && findings.some(({ severity, isNew }) => isNew && rank(severity) >= rank(failOn)) ? 1 : 0
}

function rank(severity: string): number {
  return SEVERITIES.findIndex(each => each === severity)
}

async function analyzeFiles(root: string, paths: readonly string[], ruleFiles: readonly string[]): Promise<Analysed> {
  const { ids, flaws } = findSources(root, paths)
  const unreadable = [...flaws]
  const analyzer = await loadAnalyzer(ruleFiles, importModule)
  const modules: ModuleAnalysis[] = []
  const project: ProjectModule[] = []
  for (const id of ids) {
    try {
      // pitcrew-ignore path-traversal/file: reading the files that the person at the terminal named is the task
      const source = readFileSync(join(root, id), 'utf8')
      const analysis = analyzer.analyze(id, source)
      modules.push(analysis)
      project.push({ id, facts: toFacts(analysis, finding => fixFor(finding, source)) })
    } catch (error) {
      unreadable.push(`${id}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  return { modules, project, flaws: unreadable }
}

/** Nothing is known of chunks here: no module is in one, and none for clients. */
async function reportOn({ project }: Analysed, root: string, baseline: Baseline): Promise<Joined> {
  const churn = await churnOf(root)
  return joinProject({
    modules: project, edges: new Map(), entries: [], bytes: new Map(), packages: [], client: { chunkOf: new Map(), exposed: new Map() }, baseline,
    rules: new Map(), gates: { warn: {}, fail: {} }, analysedCount: project.length, churn: churn === null ? null : new Map(Object.entries(churn)), buildMs: new Map(),
    replacements: null, target: [],
  })
}

interface Format {
  readonly isJson: boolean
  readonly isSarif: boolean
  readonly isAll: boolean
  readonly columns: number
}

function render({ modules, flaws }: Analysed, report: ProjectReport, { isJson, isSarif, isAll, columns }: Format): string {
  if (isSarif) return `${JSON.stringify(toSarif(modules, version), null, 2)}\n`
  if (isJson) return `${JSON.stringify({ version: 1, pitcrew: version, modules, project: report, unreadable: flaws }, null, 2)}\n`
  return renderFindings(report, { columns, isAll }) + flaws.map(flaw => `  note     ${flaw}\n`).join('')
}
