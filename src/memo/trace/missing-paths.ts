/**
 * Paths below directories that do not exist: nothing can be there before the uppermost of these comes, so that one probe stands for all.
 */
import { dirname } from 'node:path'
import type { VirtualFileSystem } from '../../vfs/virtual-file-system.ts'

export class MissingPaths {
  readonly #vfs: VirtualFileSystem
  /** Of a directory, the uppermost that is missing, it or one above it; `null` where it exists. */
  readonly #uppermost = new Map<string, string | null>()
  #epoch = -1

  constructor(vfs: VirtualFileSystem) {
    this.#vfs = vfs
  }

  /** The uppermost directory above it that is missing, or `path` itself. @param path Of something that is not there. */
  nearest(path: string): string {
    const dir = dirname(path)
    // A folder that has come since, as a watcher tells within a build, stands for nothing below it any more.
    const isOld = this.#epoch !== this.#vfs.epoch || !this.#isStillMissing(this.#uppermost.get(dir))
    if (isOld) this.#uppermost.clear()
    this.#epoch = this.#vfs.epoch
    return this.#uppermostOf(dir) ?? path
  }

  #isStillMissing(uppermost: string | null | undefined): boolean {
    return typeof uppermost !== 'string' || this.#vfs.kind(uppermost) === 'absent'
  }

  #uppermostOf(dir: string): string | null {
    const known = this.#uppermost.get(dir)
    if (known !== undefined) return known
    const above = dirname(dir)
    const isMissing = above !== dir && this.#vfs.kind(dir) === 'absent'
    const uppermost = isMissing ? this.#uppermostOf(above) ?? dir : null
    this.#uppermost.set(dir, uppermost)
    return uppermost
  }
}
