/**
 * What esbuild loaded and what became of it, from its metafile. The metafile is ordered when the analysis wants it; it
 * changes no output, and whoever did not order it does not get it.
 */
import { isAbsolute, join } from 'node:path'
import type { BuildOptions, BuildResult, Metafile } from 'esbuild'
import type { BuiltOutput } from '../../../src/guidance/guidance.ts'
import type { Build } from '../../../src/build.ts'
import { definedVariables } from '../vite/vite-output.ts'

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
    build.guidance.whole(wordsOf(metafile, options, cwd), () => {
      const paths = new Map(Object.keys(metafile.inputs).map(path => [path, pathOf(path, cwd)]))
      build.guidance.modules([...paths.values()].filter(path => path !== null))
      build.guidance.chunks(outputOf(metafile, options, path => paths.get(path) ?? pathOf(path, cwd)))
    })
  }
}

/** All that is told of a build, but for how imports were resolved. */
function wordsOf({ inputs, outputs }: Metafile, { platform, define, target }: BuildOptions, cwd: string): string {
  return JSON.stringify([cwd, platform ?? null, define ?? null, target ?? null, Object.keys(inputs), outputs])
}

function outputOf({ inputs, outputs }: Metafile, { platform = 'browser', define = {}, target }: BuildOptions, pathOf: (path: string) => string | null): BuiltOutput {
  const isClient = platform === 'browser' ? true : platform === 'node' ? false : null
  // Only asked for imports that nobody else can resolve, which most builds have none of.
  const known = { byPath: null as Map<string | null, Metafile['inputs'][string]> | null }
  const inputAt = (id: string): Metafile['inputs'][string] | undefined => (known.byPath ??= new Map(Object.entries(inputs).map(([path, input]) => [pathOf(path), input]))).get(id)
  return {
    chunks: Object.entries(outputs).filter(([file]) => /\.[cm]?js$/.test(file)).map(([file, output]) => ({
      name: file, isClient,
      modules: Object.entries(output.inputs).flatMap(([path, { bytesInOutput }]): [string, number][] => toPairs(pathOf(path), bytesInOutput)),
    })),
    entries: Object.values(outputs).flatMap(({ entryPoint }) => (entryPoint === undefined ? [] : pathOf(entryPoint) ?? [])),
    importsOf: id => inputAt(id)?.imports.flatMap(({ path, external }) => (external === true ? [] : pathOf(path) ?? [])) ?? [],
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
