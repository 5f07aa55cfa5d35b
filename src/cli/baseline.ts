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
comments, order and fields that you added stay. Commit the file.

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
  const { added, removed, kept } = await writeBaseline(file, build.report.findings)
  io.out(`${relative(io.cwd, file) || file}: ${added} added, ${removed} removed, ${kept} kept\n`)
  return 0
}
