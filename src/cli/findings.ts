/** `pitcrew findings`: what the last build found in the code. */
import { group } from '../analysis/project/graph.ts'
import { PitcrewError } from '../errors.ts'
import { readLastBuild } from '../guidance/last-build.ts'
import type { LastBuild } from '../guidance/last-build.ts'
import { renderFindings } from '../report/findings-text.ts'
import { toSarif } from '../report/sarif.ts'
import type { SarifModule } from '../report/sarif.ts'
import { version } from '../version.ts'
import { parseArguments } from './arguments.ts'
import type { CliIo } from './io.ts'
import { unreachedFiles } from './unreached.ts'

export const FINDINGS_HELP = `pitcrew findings

What the last build found in the code: findings, cycles, waste, hotspots, and what to do about them.

  --all               known findings as well, and every proposal
  --unreached         source files beside those of the build that no entry reaches
  --json              as JSON
  --sarif             as SARIF 2.1.0, for code scanning
  --root <dir>        root of the project (default: the working directory)
  --cache-dir <dir>   where the build keeps its cache
`

/** @throws PitcrewError CLI_USAGE */
export async function runFindings(args: readonly string[], io: CliIo): Promise<number> {
  const { positionals, root, cacheDir, flag } = parseArguments(args, { all: 'boolean', json: 'boolean', unreached: 'boolean', sarif: 'boolean' }, io)
  if (positionals.length > 0) throw new PitcrewError('CLI_USAGE', `findings takes no ${JSON.stringify(positionals[0])}.`)
  const build = requireLastBuild(cacheDir, root, io)
  if (build === null) return 1
  if (flag('unreached')) return listUnreached(build, io, flag('json'))
  if (flag('sarif')) io.out(`${JSON.stringify(toSarif(byModule(build), version), null, 2)}\n`)
  else io.out(flag('json') ? `${JSON.stringify(build.report, null, 2)}\n` : renderFindings(build.report, { columns: io.terminal.columns, isAll: flag('all') }))
  return 0
}

function byModule({ report, suppressed }: LastBuild): SarifModule[] {
  const found = group(report.findings, ({ id }) => id)
  const silent = group(suppressed, ({ id }) => id)
  const notes = group(report.notes, ({ id }) => id)
  return [...new Set([...found.keys(), ...silent.keys(), ...notes.keys()])].sort().map(id => ({ id, findings: found.get(id) ?? [], suppressed: silent.get(id) ?? [], notes: notes.get(id) ?? [] }))
}

export function requireLastBuild(cacheDir: string, root: string, io: CliIo): LastBuild | null {
  const build = readLastBuild(cacheDir, root)
  if (build === null) io.err(`pitcrew: no build of ${root} left findings in ${cacheDir}. Build once with pitcrew in the configuration, or run \`pitcrew analyze\`.\n`)
  return build
}

function listUnreached(build: LastBuild, io: CliIo, isJson: boolean): number {
  const files = unreachedFiles(build.root, build.moduleIds)
  io.out(isJson ? `${JSON.stringify(files, null, 2)}\n` : `${files.length} source files lie beside those of the build, and no entry reaches them\n${files.map(file => `  ${file}\n`).join('')}`)
  return 0
}
