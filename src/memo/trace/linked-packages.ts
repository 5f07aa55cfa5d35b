/**
 * Packages that are links into the workspace (`file:`, npm and pnpm workspaces): their files change without the
 * lockfile, so a path through such a link stands for the file that it really is.
 */
import { realpathSync } from 'node:fs'
import { isAbsolute, join, resolve } from 'node:path'

/** The folder of the last package in a path, and what comes behind it. */
const PACKAGE = /^(.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)([\\/].*)$/

const MAX_MEANT = 50_000

export class LinkedPackages {
  /** Package folder to the folder that it links to, or to null when it is none of the workspace's. */
  readonly #targets = new Map<string, string | null>()
  /** From before anything was replaced. */
  readonly #realpath = realpathSync.native

  /** What absolute paths were found to mean: the same few are asked for by every call. */
  readonly #meant = new Map<string, string>()

  /** The file that is meant by a path as it is written, absolute and normalised. */
  fileMeantBy(path: string): string {
    const known = this.#meant.get(path)
    if (known !== undefined) return known
    const file = this.resolve(resolve(path))
    // Another one, once the working directory is another one.
    if (!isAbsolute(path)) return file
    if (this.#meant.size >= MAX_MEANT) this.#meant.clear()
    this.#meant.set(path, file)
    return file
  }

  /** `path`, or the file of the workspace that it leads to. */
  resolve(path: string): string {
    const match = PACKAGE.exec(path)
    if (!match) return path
    const target = this.#targetOf(match[1]!)
    return target === null ? path : join(target, match[2]!)
  }

  #targetOf(folder: string): string | null {
    const known = this.#targets.get(folder)
    if (known !== undefined) return known
    const target = this.#look(folder)
    this.#targets.set(folder, target)
    return target
  }

  #look(folder: string): string | null {
    try {
      const real = this.#realpath(folder)
      return /[\\/]node_modules[\\/]/.test(real) ? null : real
    } catch {
      // Not there: then nothing is read from it either.
      return null
    }
  }
}
