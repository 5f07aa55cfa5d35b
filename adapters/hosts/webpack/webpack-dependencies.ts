/**
 * From what loaders and resolvers declared to a trace.
 *
 * A file counts by its content, a directory by its being one and by where it really lies (a package that is linked
 * elsewhere is another), a missing path by its absence. Resolvers declare hundreds of missing paths: where several are
 * in one directory of installed packages, its listing stands for all of them.
 */
import { realpathSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { digest } from '../../../src/hash.ts'
import type { Digest } from '../../../src/hash.ts'
import { MissingPaths } from '../../../src/memo/trace/missing-paths.ts'
import type { PortableText } from '../../../src/memo/record/portable-text.ts'
import type { Trace } from '../../../src/memo/trace/trace.ts'
import type { VirtualFileSystem } from '../../../src/vfs/virtual-file-system.ts'
import type { Declared } from './webpack-result.ts'

/** Label of the input that holds where directories really lie; the paths follow it. */
export const LINKS = 'links '

/** So many missing paths in one directory are worth a listing. */
const LISTED_COUNT = 4

export class Declarations {
  readonly #vfs: VirtualFileSystem
  readonly #portable: PortableText
  readonly #lists: boolean
  readonly #missing: MissingPaths
  readonly #places = new Map<string, { readonly epoch: number; readonly place: string }>()

  /**
   * @param missing How missing paths are held on to. `probes`: the resolver declares every one of them. `listings`: it does
   * so only for what it found in the end, so that whatever else comes to lie beside them may be an answer.
   */
  constructor(vfs: VirtualFileSystem, portable: PortableText, missing: 'probes' | 'listings') {
    this.#lists = missing === 'listings'
    this.#vfs = vfs
    this.#missing = new MissingPaths(vfs)
    this.#portable = portable
  }

  trace({ files, directories, missing }: Declared, trace: Trace): void {
    if (directories.length > 0) trace.refuse(`it watches a whole directory, ${directories[0]}`)
    const places = new Set<string>()
    for (const path of files) {
      // The resolver looks at every directory above a file for links. Those above a root tell where the root lies, no more.
      if (this.#vfs.kind(path) === 'directory') places.add(this.#portable.rootIn(path) ?? path)
      else trace.file(path)
    }
    for (const path of places) trace.probe(path)
    if (places.size > 0) {
      const paths = [...places].map(path => this.#portable.tokenise(path)).sort()
      trace.inputs.set(`${LINKS}${JSON.stringify(paths)}`, this.placesDigest(paths))
    }
    this.#traceMissing(missing, trace)
  }

  /** Where directories really lie. @param paths As tokens. */
  placesDigest(paths: readonly string[]): Digest {
    return digest(JSON.stringify(paths.map(path => this.#portable.tokenise(this.#placeOf(this.#portable.restore(path))))))
  }

  #placeOf(path: string): string {
    const known = this.#places.get(path)
    if (known && known.epoch === this.#vfs.epoch) return known.place
    const place = placeOf(path)
    this.#places.set(path, { epoch: this.#vfs.epoch, place })
    return place
  }

  #traceMissing(missing: readonly string[], trace: Trace): void {
    const byDirectory = new Map<string, Set<string>>()
    for (const path of missing) {
      const nearest = this.#missing.nearest(path)
      const dir = dirname(nearest)
      byDirectory.set(dir, (byDirectory.get(dir) ?? new Set()).add(basename(nearest)))
    }
    for (const [dir, names] of byDirectory) {
      const isListed = this.#lists ? [...names].some(name => name !== 'package.json') : names.size >= LISTED_COUNT && /[\\/]node_modules[\\/]/.test(dir)
      if (isListed) trace.directory(dir)
      else for (const name of names) trace.probe(join(dir, name))
    }
  }
}

function placeOf(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    // Gone: its probe says so, too.
    return ''
  }
}
