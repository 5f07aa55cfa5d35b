/**
 * `pitcrew explain <module>`: what the last build did with a module, and why.
 */
import { isAbsolute, relative, resolve, sep } from 'node:path'
import { PitcrewError } from '../errors.ts'
import { explainModule, matchModules } from '../memo/ledger/explain.ts'
import type { ModuleExplanation } from '../memo/ledger/explain.ts'
import { createSegmentStore } from '../store/index.ts'
import { parseArguments } from './arguments.ts'
import type { ParsedArguments } from './arguments.ts'
import type { CliIo } from './io.ts'
import { findLedgers, readPreviousLedger } from './ledger-files.ts'
import type { FoundLedgers, LedgerFile } from './ledger-files.ts'
import { renderDifferences, renderExplanation } from './render-explanation.ts'
import { createTraceReader } from './trace-reader.ts'

export const EXPLAIN_HELP = `pitcrew explain <module>

  Prints what the last build did with a module: the outcome of each hook, what its key is made of, what it read, and
  for a call that was redone what differs. <module> is a path, or the end of one.

  --diff              only what differs from the build before: parts of the key, and what was read
  --plugin <name>     only this plugin's calls
  --json              as JSON
  --root <dir>        root of the project (default: the working directory)
  --cache-dir <dir>   where the cache is (default: PITCREW_CACHE_DIR, then node_modules/.cache/pitcrew in the root)
`

const MAX_CANDIDATES = 12

/** A module that was asked for, in the latest build that had it. */
interface Match {
  readonly file: LedgerFile
  readonly modules: ReadonlyMap<string, readonly string[]>
}

/** @throws PitcrewError CLI_USAGE */
export async function runExplain(args: readonly string[], io: CliIo): Promise<number> {
  const parsed = parseArguments(args, { plugin: 'string', json: 'boolean', diff: 'boolean' }, io)
  const match = findMatch(queryIn(parsed), parsed, io.cwd)
  if (typeof match === 'string') return complain(match, io)
  const explanation = await explain(match, parsed)
  if (explanation.calls.length === 0) return complain(noCall(explanation, match.file, parsed.text('plugin') ?? ''), io)
  const render = parsed.flag('diff') ? renderDifferences : renderExplanation
  io.out(parsed.flag('json') ? `${JSON.stringify(explanation, null, 2)}\n` : render(explanation, io.terminal))
  return 0
}

/** @throws PitcrewError CLI_USAGE */
function queryIn({ positionals }: ParsedArguments): string {
  const [query = '', ...rest] = positionals
  if (query === '') throw new PitcrewError('CLI_USAGE', 'which module? Its path, or the end of it, is missing.')
  if (rest.length > 0) throw new PitcrewError('CLI_USAGE', `one module at a time, not ${positionals.length} (${positionals.join(', ')}).`)
  return query
}

/** @returns The one module that is meant, or why there is none. */
function findMatch(query: string, { cacheDir, root }: ParsedArguments, cwd: string): Match | string {
  const found = findLedgers(cacheDir, root)
  if (found.files.length === 0) return missingLedger(found, root)
  const match = findModule(found.files, relativeQuery(query, root, cwd))
  if (match === null) return notFound(query, found.files)
  return match.modules.size > 1 ? ambiguous(query, [...match.modules.keys()]) : match
}

/** Somebody in a sub-folder of the root means the files there, and a shell completes absolute paths. */
function relativeQuery(query: string, root: string, cwd: string): string[] {
  const isPath = isAbsolute(query) || query.startsWith('.')
  const path = relative(root, resolve(cwd, query))
  const inRoot = path !== '' && !path.startsWith('..') && !isAbsolute(path)
  const asFile = inRoot ? [path.replaceAll(sep, '/')] : []
  return isPath && asFile.length > 0 ? asFile : [...asFile, query]
}

/** In the latest build first. A file that the working directory has is meant before an id that ends in the same words. */
function findModule(files: readonly LedgerFile[], queries: readonly string[]): Match | null {
  for (const file of files) {
    const exact = queries.find(query => file.ledger.ids.includes(query))
    for (const query of exact === undefined ? queries : [exact]) {
      const modules = matchModules(file.ledger.ids, query)
      if (modules.size > 0) return { file, modules }
    }
  }
  return null
}

async function explain({ file, modules }: Match, { cacheDir, root, text }: ParsedArguments): Promise<ModuleExplanation> {
  const store = createSegmentStore({ directory: cacheDir })
  try {
    const [[module, ids] = ['', []]] = modules
    return explainModule(module, ids, text('plugin'), { ledger: file.ledger, previous: readPreviousLedger(file), traces: createTraceReader(store, root) })
  } finally {
    await store.close()
  }
}

function complain(message: string, io: CliIo): number {
  io.err(`pitcrew: ${message}\n`)
  return 1
}

function missingLedger({ directory, flaws }: FoundLedgers, root: string): string {
  const found = flaws.length > 0 ? `what is there cannot be read (${flaws.join('; ')})` : 'there is none'
  return `looked in ${directory} for what the last build of ${root} did, but ${found}. Build once with Pitcrew, or say where to look with --root or --cache-dir.`
}

function notFound(query: string, files: readonly LedgerFile[]): string {
  const builds = files.map(({ ledger }) => `${ledger.bundler} ${ledger.command} (${ledger.mode}, ${ledger.ids.length} modules)`)
  const dropped = files.some(({ ledger }) => ledger.droppedCount > 0) ? ' The ledger of so large a build is cut, so the module may be missing from it.' : ''
  return `no module called ${query} reached a plugin that Pitcrew watches, in ${builds.join(', ')}. Give its path relative to the root, or the end of it.${dropped}`
}

function ambiguous(query: string, paths: readonly string[]): string {
  const more = paths.length > MAX_CANDIDATES ? `\n  and ${paths.length - MAX_CANDIDATES} more` : ''
  return `${query} may be any of ${paths.length} modules; give more of the path:\n${paths.slice(0, MAX_CANDIDATES).map(path => `  ${path}`).join('\n')}${more}`
}

function noCall({ module }: ModuleExplanation, { ledger }: LedgerFile, plugin: string): string {
  const names = [...new Set(ledger.plugins.map(({ name }) => name))]
  return names.includes(plugin) ? `${plugin} was not called for ${module}.` : `there is no plugin called ${plugin}; there are ${names.join(', ')}.`
}
