/**
 * What became of the modules of a build, as Rollup, Rolldown and Vite tell it when the chunks are rendered.
 *
 * Of Rolldown only names and numbers are asked: a module's information costs a crossing to its native side, and a chunk's
 * code a copy.
 */
import type { BuiltChunk, BuiltOutput } from '../../../src/guidance/guidance.ts'

export type Bundle = Readonly<Record<string, BundleItem>>

interface BundleItem {
  readonly type: 'chunk' | 'asset'
  readonly name?: string
  readonly isEntry?: boolean
  readonly facadeModuleId?: string | null
  readonly modules?: Readonly<Record<string, { readonly renderedLength?: number } | null>>
}

export interface OutputContext {
  getModuleInfo(id: string): { readonly importedIds?: readonly string[]; readonly dynamicallyImportedIds?: readonly string[] } | null
}

export type OutputFacts = Pick<BuiltOutput, 'exposed' | 'target'> & { readonly isClient: boolean | null }

export function outputOf(bundle: Bundle, context: OutputContext, { isClient, exposed, target }: OutputFacts): BuiltOutput {
  const chunks: BuiltChunk[] = []
  const entries: string[] = []
  for (const [file, item] of Object.entries(bundle)) {
    if (item.type !== 'chunk') continue
    if (item.isEntry === true && typeof item.facadeModuleId === 'string') entries.push(item.facadeModuleId)
    chunks.push({ name: file, isClient, modules: Object.entries(item.modules ?? {}).map(([id, module]): [string, number] => [id, module?.renderedLength ?? 0]) })
  }
  return { chunks, entries, exposed, target, importsOf: id => importsOf(context, id) }
}

function importsOf(context: OutputContext, id: string): string[] {
  const info = context.getModuleInfo(id)
  return [...info?.importedIds ?? [], ...info?.dynamicallyImportedIds ?? []]
}

/** The targets in an option that holds none, one or several. */
export function enginesIn(target: unknown): string[] {
  return [target].flat().filter(each => typeof each === 'string')
}
