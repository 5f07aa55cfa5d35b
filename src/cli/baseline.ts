/** `pitcrew baseline`: makes the findings of the last build known ones. */
import { relative, resolve } from 'node:path'
import { PitcrewError } from '../errors.ts'
import { writeBaseline } from '../guidance/baseline.ts'
import { DEFAULT_BASELINE } from '../guidance/settings.ts'
import { parseArguments } from './arguments.ts'
import { requireLastBuild } from './findings.ts'
import type { CliIo } from './io.ts'

export const BASELINE_HELP: string = `pitcrew baseline

Makes what the last build found the baseline: later builds report only what is new. Entries that are no longer found go;
comments, order and fields that you added stay. Commit the file. After a build that has not analysed all modules yet,
entries are only added.

  --baseline <file>   the file (default: the build's, ${DEFAULT_BASELINE})
  --root <dir>        root of the project (default: the working directory)
  --cache-dir <dir>   where the build keeps its cache
`

/** @throws PitcrewError CLI_USAGE, BASELINE_INVALID */
export async function runBaseline(args: readonly string[], io: CliIo): Promise<number> {
  const { positionals, root, cacheDir, text } = parseArguments(args, { baseline: 'string' }, io)
  if (positionals.length > 0) throw new PitcrewError('CLI_USAGE', `baseline takes no ${JSON.stringify(positionals[0])}.`)
  const build = requireLastBuild(cacheDir, root, io)
  if (build === null) return 1
  const file = resolve(root, text('baseline') ?? build.baselineFile ?? DEFAULT_BASELINE)
  const { findings, leftCount, moduleCount } = build.report
  const { added, removed, kept } = await writeBaseline(file, findings, { isWhole: leftCount === 0 })
  io.out(`${relative(io.cwd, file) || file}: ${added} added, ${removed} removed, ${kept} kept\n`)
  if (leftCount > 0) io.out(`The last build had analysed ${moduleCount} of ${moduleCount + leftCount} modules: nothing was removed, and what the others hold will be new. Build until all are (or once with \`analysis: { wait: true }\`), then run this again.\n`)
  return 0
}
