/**
 * What esbuild loaded and what became of it, from its metafile. The metafile is ordered when the analysis wants it; it
 * changes no output, and whoever did not order it does not get it.
 */
import { isAbsolute, join } from 'node:path'
import type { BuildOptions, BuildResult, Metafile } from 'esbuild'
import type { BuiltOutput } from '../../src/guidance/guidance.ts'
import type { Build } from '../../src/build.ts'
import { definedVariables } from './vite-output.ts'

/** @returns What tells the build of a result, and takes back what was ordered. */
export function orderMetafile(options: BuildOptions, build: Build): (result: BuildResult) => void {
  if (build.options.analysis === null) return () => undefined
  const isOwn = options.metafile !== true
  if (isOwn) options.metafile = true
  return result => {
    const { metafile } = result
    if (!metafile) return
    if (isOwn) delete (result as { metafile?: Metafile }).metafile
    const cwd = options.absWorkingDir ?? process.cwd()
    build.guidance.modules(Object.keys(metafile.inputs).flatMap(path => pathOf(path, cwd) ?? []))
    build.guidance.chunks(outputOf(metafile, options, cwd))
  }
}

function outputOf({ inputs, outputs }: Metafile, { platform = 'browser', define = {}, target }: BuildOptions, cwd: string): BuiltOutput {
  const isClient = platform === 'browser' ? true : platform === 'node' ? false : null
  const known = new Map(Object.entries(inputs).map(([path, input]) => [pathOf(path, cwd), input]))
  return {
    chunks: Object.entries(outputs).filter(([file]) => /\.[cm]?js$/.test(file)).map(([file, output]) => ({
      name: file, isClient,
      modules: Object.entries(output.inputs).flatMap(([path, { bytesInOutput }]): [string, number][] => toPairs(pathOf(path, cwd), bytesInOutput)),
    })),
    entries: Object.values(outputs).flatMap(({ entryPoint }) => (entryPoint === undefined ? [] : pathOf(entryPoint, cwd) ?? [])),
    importsOf: id => known.get(id)?.imports.flatMap(({ path, external }) => (external === true ? [] : pathOf(path, cwd) ?? [])) ?? [],
    exposed: definedVariables(define),
    target: [target ?? []].flat().flatMap(each => each.split(',')),
  }
}

function toPairs(path: string | null, bytes: number): [string, number][] {
  return path === null ? [] : [[path, bytes]]
}

/** Inputs of other namespaces than `file` begin with their name. */
function pathOf(path: string, cwd: string): string | null {
  if (isAbsolute(path)) return path
  return /^[\w-]{2,}:/.test(path) ? null : join(cwd, path)
}
