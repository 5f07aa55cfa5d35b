/**
 * What files were seen to contain in this process, by path and the stamp under which they were read. A run of several builds
 * (environments, a server and a browser) reads what configures it once and then only looks whether it is still the same.
 *
 * The same trust in a stamp as from one epoch of a build to the next: one that was racy when it was read is not entered.
 */
import { LRUCache } from 'lru-cache'
import type { Digest } from '../hash.ts'

const MAX_FILES = 20_000

interface Seen {
  readonly stamp: string
  readonly digest: Digest
}

export class Stamps {
  /** With `max` it would have room for all of them from the beginning, which takes 2 ms. */
  readonly #seen = new LRUCache<string, Seen>({ maxSize: MAX_FILES, sizeCalculation: () => 1 })

  /** @returns `undefined` where it was not read under this stamp. */
  digestOf(path: string, stamp: string): Digest | undefined {
    const seen = this.#seen.get(path)
    return seen?.stamp === stamp ? seen.digest : undefined
  }

  enter(path: string, seen: Seen): void {
    this.#seen.set(path, seen)
  }
}
