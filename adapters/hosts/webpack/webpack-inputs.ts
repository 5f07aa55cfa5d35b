/**
 * What a remembered run is given: the parts of its key that are the call's own, and the requests of its chain, which are
 * a dependency where a loader looked at them.
 */
import { digest } from '../../../src/hash.ts'
import type { Digest } from '../../../src/hash.ts'
import { dehydrate, isPlain } from '../../../src/memo/record/plain.ts'
import type { PortableText } from '../../../src/memo/record/portable-text.ts'
import type { VirtualFileSystem } from '../../../src/vfs/virtual-file-system.ts'
import type { InputFileSystem, LoaderContext, NormalModule } from './webpack-types.ts'

/** Stands for what cannot be seen: that it is there can. */
const UNSEEN = Symbol('unseen')
/** Objects that a bundler makes once and nobody changes. Others may hold something else by the time a loader looks into them. */
const CONSTANT = new Set(['environment', 'utils'])

/** Parts of the context that the id, the chain or the options stand for, and those that the runner changes as it goes. */
const ELSEWHERE = new Set([
  'resource', 'resourcePath', 'resourceQuery', 'resourceFragment', 'context', 'loaders', 'loaderIndex', 'request', 'remainingRequest',
  'currentRequest', 'previousRequest', 'query', 'data', 'async', 'callback', '_module', '_compilation', '_compiler', 'fs',
])

export class RunInputs {
  readonly #portable: PortableText
  #last: { readonly values: readonly unknown[]; readonly text: string } = { values: [], text: '' }

  constructor(portable: PortableText) {
    this.#portable = portable
  }

  of(context: LoaderContext, module: NormalModule, content: Buffer): Readonly<Record<string, string>> {
    return {
      content: contentDigest(content, this.#portable),
      context: this.#plainContext(context),
      module: JSON.stringify([module.type, module.layer, module.matchResource ?? null]),
    }
  }

  /** All plain values that loaders can see, also those that plugins added: mode, target, `hot`, what the output supports. */
  #plainContext(context: LoaderContext): string {
    const values: unknown[] = []
    for (const name of Object.keys(context)) {
      if (ELSEWHERE.has(name)) continue
      const value = context[name]
      if (value === undefined) continue
      values.push(name, isSeen(name, value) ? value : UNSEEN)
    }
    for (const symbol of Object.getOwnPropertySymbols(context)) values.push(String(symbol), UNSEEN)
    // The modules of a compilation share these values, but for a few kinds of modules.
    const { values: known } = this.#last
    if (values.length !== known.length || values.some((value, index) => value !== known[index])) this.#last = { values, text: describe(values) }
    return this.#last.text
  }
}

/** Whether the key has all that a loader can see of a value of the context. */
export function isPartOfKey(name: string, value: unknown): boolean {
  return isSeen(name, value) && isVisible(value)
}

/** Whether a value of the context is the same when a loader looks at it as it was before the loaders ran. */
function isSeen(name: string, value: unknown): boolean {
  return typeof value !== 'function' && (value === null || typeof value !== 'object' || CONSTANT.has(name))
}

/** @param values Names and values in turn. What is not plain is refused where a loader uses it; but whether it is there, a loader may ask. */
function describe(values: readonly unknown[]): string {
  const entries: [string, unknown?][] = []
  for (let at = 0; at < values.length; at += 2) {
    const [name, value] = [values[at] as string, values[at + 1]]
    entries.push(value !== UNSEEN && isVisible(value) ? [name, value] : [name])
  }
  return JSON.stringify(entries.sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Bytes as they are; a text that names the root counts by what it names, so that it is another text in another place. */
function contentDigest(content: Buffer, portable: PortableText): Digest {
  const text = content.toString('utf8')
  return portable.includesRoot(text) ? `${digest(content)} ${digest(portable.tokenise(text))}` : digest(content)
}

/** Whether all that a loader can see of a value is in its JSON. What is `undefined` there is as good as absent. */
function isVisible(value: unknown): boolean {
  return value !== undefined && typeof value !== 'function' && isPlain(dehydrate(value))
}

/** The requests of the whole chain and of the module, and where the run begins. */
export function chainDigest(context: LoaderContext, start: number, tokenise: (text: string) => string): Digest {
  return digest(tokenise(JSON.stringify([start, context.resource, context.loaders.map(loader => loader.request)])))
}

/** @returns `null` when there is nothing to read. */
export function readResource(path: string, fileSystem: InputFileSystem): Buffer | null {
  try {
    const content = fileSystem.readFileSync(path)
    return Buffer.isBuffer(content) ? content : Buffer.from(content)
  } catch {
    // The bundler will read it again, and say what is wrong with it; a file system that cannot do this is not known.
    return null
  }
}

/**
 * Files that exist in memory over those on disk, by content. A run that reads a file in memory is not remembered; this is
 * for those that were, before there was one. The module itself is read through the bundler, wherever it is.
 */
export function virtualShadows(fileSystem: InputFileSystem, vfs: VirtualFileSystem): string {
  const files = fileSystem._virtualFiles
  if (!files) return ''
  const shadows = Object.entries(files).filter(([path]) => vfs.kind(path) === 'file').map(([path, file]) => [path, String(file.contents ?? '')])
  return shadows.length === 0 ? '' : JSON.stringify(shadows)
}
