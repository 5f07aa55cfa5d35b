/**
 * What loaders leave behind besides their result: declared dependencies, `buildMeta`, and what cannot be given back:
 * errors, warnings past the context, anything else in the module.
 *
 * Dependencies are taken where they are added, on the context itself: resolvers add theirs there, too.
 */
import type { Trace } from '../../../src/memo/trace/trace.ts'
import type { Declared } from './webpack-result.ts'
import type { LoaderContext, NormalModule } from './webpack-types.ts'

export interface SideFacts {
  /** What was left since this was made. Ends the watch. */
  readonly take: (trace: Trace | null) => { readonly declared: Declared; readonly meta: Readonly<Record<string, unknown>> }
}

type Method = (...args: unknown[]) => unknown

const ADDING = { addDependency: 'files', dependency: 'files', addContextDependency: 'directories', addMissingDependency: 'missing' } as const

/** Parts of `buildInfo` that are given back otherwise, or that the bundler writes itself. */
const KNOWN_INFO = new Set(['assets', 'assetsInfo', 'buildDependencies', 'cacheable', 'fileDependencies', 'contextDependencies', 'missingDependencies'])

export function watchSideEffects(context: LoaderContext, module: NormalModule): SideFacts {
  const declarations = watchDeclarations(context)
  const before = { meta: { ...module.buildMeta }, info: { ...module.buildInfo }, errors: count(module, 'Errors'), warnings: count(module, 'Warnings') }
  return {
    take(trace) {
      if (trace) {
        if (count(module, 'Errors') !== before.errors) trace.refuse('it reported an error')
        const noted = trace.effects.filter(effect => effect.kind === 'loader-warning').length
        if (before.warnings !== null && count(module, 'Warnings') !== before.warnings + noted) trace.refuse('it reported a warning past its context')
        const strange = changedNames(before.info, module.buildInfo ?? {}).find(name => !KNOWN_INFO.has(name))
        if (strange !== undefined) trace.refuse(`it changed buildInfo.${strange}`)
      }
      const meta = module.buildMeta ?? {}
      return { declared: declarations(), meta: Object.fromEntries(changedNames(before.meta, meta).map(name => [name, meta[name]])) }
    },
  }
}

/** @returns Ends the watch and gives what was declared. */
function watchDeclarations(context: LoaderContext): () => Declared {
  const lists = { files: [] as string[], directories: [] as string[], missing: [] as string[] }
  let cleared = false
  const originals = new Map<string, unknown>()
  const replace = (name: string, made: (own: Method) => Method): void => {
    const own = context[name]
    if (typeof own !== 'function') return
    originals.set(name, own)
    context[name] = made(own as Method)
  }
  for (const [name, list] of Object.entries(ADDING)) {
    replace(name, own => path => {
      lists[list].push(String(path))
      return own(path)
    })
  }
  replace('clearDependencies', own => () => {
    cleared = true
    for (const list of Object.values(lists)) list.length = 0
    return own()
  })
  return () => {
    for (const [name, own] of originals) context[name] = own
    return { cleared, ...lists }
  }
}

/** `null` where the bundler keeps them elsewhere, and loaders have no way to them but the context. */
function count(module: NormalModule, what: 'Errors' | 'Warnings'): number | null {
  return module[`getNumberOf${what}`]?.() ?? null
}

function changedNames(before: Readonly<Record<string, unknown>>, after: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(after).filter(name => before[name] !== after[name])
}
