/**
 * What code of the project reads while a build runs and no call is watched: in a plugin or loader that is refused, in a hook
 * of the bundler, in a preset that is evaluated for a call that is not remembered. A helper may keep it, and other plugins,
 * whose calls are remembered, answer from it without a read of their own; so it is a dependency of each call that ends later.
 *
 * Seen are contents of files and names in folders. Not seen: whether a file is there, which is asked for each module and
 * seldom kept; what a package keeps on its own, without code of the project that calls it; what follows an `await`; variables
 * of the environment; more than `MAX_PATHS` of either, which is somebody who goes through the project and keeps no table; what
 * is read after all modules are there and before the next build begins, such as the output; and the file that a call is about,
 * which that call reads for itself.
 */
import { dirname, resolve } from 'node:path'
import { digestParts } from '../../hash.ts'
import { SharedReads, readsInProcess } from '../trace/shared-reads.ts'
import { isInPackage } from '../trace/package-paths.ts'
import { isAskedByBundler, isAskedByProject, isLoadedByRuntime } from './caller.ts'
import { isOfKernel } from './fs-arguments.ts'

const MAX_PATHS = 64
const CODE = /\.[cm]?[jt]sx?$/

export type UnwatchedLook = 'content' | 'listing'

export interface UnwatchedSources {
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** The module that the call is about which runs now, as far as that is known. */
  readonly module: () => string | undefined
}

export class UnwatchedReads {
  readonly reads: SharedReads
  readonly #sources: UnwatchedSources
  #isLooking = true

  /** @param reads Where they go. */
  constructor(sources: UnwatchedSources, reads: SharedReads) {
    this.#sources = sources
    this.reads = reads
  }

  /** For a project, with what this process knows of it: whoever keeps something does so in all of its builds. */
  static of(root: string, sources: UnwatchedSources): UnwatchedReads {
    const known = readsInProcess(digestParts(['unwatched', root]), () => ({ reads: new SharedReads(true), env: new Map() }))
    return new UnwatchedReads(sources, known.reads!)
  }

  /** Modules are made, or may be. */
  look(): void {
    this.#isLooking = true
  }

  /** All modules are there, and what is read now is the output. */
  rest(): void {
    this.#isLooking = false
  }

  /** @param below The function whose caller asks. Never throws. */
  note(look: UnwatchedLook, subject: string, below: (...args: never[]) => unknown): void {
    if (!this.#isLooking) return
    try {
      const path = resolve(subject)
      const known = look === 'content' ? this.reads.files : this.reads.directories
      const isRoom = known.size < MAX_PATHS || known.has(path)
      if (isRoom && !isInPackage(path) && !this.#isModule(path) && isData(path, below)) known.set(path, this.#sources.now())
    } catch {
      // No working directory: whoever reads learns of it as without Pitcrew.
    }
  }

  /**
   * Somebody in this process writes there, or moves something there. Whoever read it before knows, as one that makes a table of routes
   * and writes it: from now on it counts as it is, where a file that was changed by others lets no call be stored. @returns That nothing was read.
   */
  wrote(paths: readonly (string | null)[]): false {
    if (this.reads.files.size + this.reads.directories.size > 0) for (const path of paths) if (path !== null) this.#wrote(path)
    return false
  }

  #wrote(path: string): void {
    try {
      const absolute = resolve(path)
      takeAsItIs(this.reads.files, absolute)
      takeAsItIs(this.reads.directories, dirname(absolute))
    } catch {
      // No working directory.
    }
  }

  #isModule(path: string): boolean {
    const id = this.#sources.module()
    return id !== undefined && resolve(id.split('?', 1)[0]!) === path
  }
}

function takeAsItIs(looks: Map<string, number>, path: string): void {
  if (looks.has(path)) looks.set(path, Infinity)
}

/** Whether the project asks, and not to run it. */
function isData(path: string, below: (...args: never[]) => unknown): boolean {
  return !isOfKernel(path) && !isAskedByBundler(below) && isAskedByProject(below) && !(CODE.test(path) && isLoadedByRuntime(below))
}
