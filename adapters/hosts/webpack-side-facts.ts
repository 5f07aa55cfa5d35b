/**
 * What loaders leave behind besides their result, seen by comparing before and after: declared dependencies, `buildMeta`,
 * and what cannot be given back: errors, warnings past the context, anything else in the module.
 */
import type { Trace } from '../../src/memo/trace.ts'
import type { Declared } from './webpack-result.ts'
import type { LoaderContext, NormalModule } from './webpack-types.ts'

export interface SideFacts {
  /** The loaders dropped all dependencies: from here on they are counted from the beginning. */
  readonly clear: () => void
  /** What is there now and was not when this was made. */
  readonly take: (trace: Trace | null) => { readonly declared: Declared; readonly meta: Readonly<Record<string, unknown>> }
}

/** Parts of `buildInfo` that are given back otherwise, or that the bundler writes itself. */
const KNOWN_INFO = new Set(['assets', 'assetsInfo', 'buildDependencies', 'cacheable', 'fileDependencies', 'contextDependencies', 'missingDependencies'])

export function sideFacts(context: LoaderContext, module: NormalModule): SideFacts {
  let cleared = false
  let counts = declaredCounts(context)
  const before = { meta: { ...module.buildMeta }, info: { ...module.buildInfo }, errors: module.getNumberOfErrors(), warnings: module.getNumberOfWarnings() }
  return {
    clear() {
      cleared = true
      counts = [0, 0, 0]
    },
    take(trace) {
      if (trace) {
        if (module.getNumberOfErrors() !== before.errors) trace.refuse('it reported an error')
        const noted = trace.effects.filter(effect => effect.kind === 'loader-warning').length
        if (module.getNumberOfWarnings() - before.warnings !== noted) trace.refuse('it reported a warning past its context')
        const strange = changedNames(before.info, module.buildInfo ?? {}).find(name => !KNOWN_INFO.has(name))
        if (strange !== undefined) trace.refuse(`it changed buildInfo.${strange}`)
      }
      const meta = module.buildMeta ?? {}
      return {
        declared: {
          cleared,
          files: context.getDependencies().slice(counts[0]),
          directories: context.getContextDependencies().slice(counts[1]),
          missing: context.getMissingDependencies().slice(counts[2]),
        },
        meta: Object.fromEntries(changedNames(before.meta, meta).map(name => [name, meta[name]])),
      }
    },
  }
}

function declaredCounts(context: LoaderContext): readonly [number, number, number] {
  return [context.getDependencies().length, context.getContextDependencies().length, context.getMissingDependencies().length]
}

function changedNames(before: Readonly<Record<string, unknown>>, after: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(after).filter(name => before[name] !== after[name])
}
