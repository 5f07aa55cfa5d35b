/**
 * What the disk says at present, for what is asked whether it has been stable. Questions and looks have places in one order,
 * the ticks; within a batch each path is asked about once, and what was said before a look says nothing about what was seen in it.
 */
import type { BigIntStats } from 'node:fs'
import type { Digest } from '../hash.ts'
import { listingDigest, statOrNull } from './disk.ts'

/** What was asked of the disk for a batch of records. */
interface Batch {
  /** When it was made, among questions and looks. */
  readonly place: number
  readonly stats: Map<string, { readonly tick: number; readonly stat: BigIntStats | null }>
  readonly listings: Map<string, { readonly tick: number; readonly listing: Digest | null }>
}

export class Present {
  #batch: Batch | null = null
  #lastTick = 0

  /** Stands for the one that runs now, if one does. */
  get batch(): number | null {
    return this.#batch?.place ?? null
  }

  /** The place of a look or of a question. */
  tick(): number {
    return ++this.#lastTick
  }

  /**
   * Within what it is given to run, each path is asked about once, if that was after the look in question. For calls that
   * had all ended when the batch was made.
   */
  createBatch(): (body: () => void) => void {
    const batch: Batch = { place: this.tick(), stats: new Map(), listings: new Map() }
    return body => {
      this.#batch = batch
      try {
        body()
      } finally {
        this.#batch = null
      }
    }
  }

  /** @param after Place of a look: what the disk said before it does not count. */
  stat(path: string, after: number): BigIntStats | null {
    const known = this.#batch?.stats.get(path)
    if (known !== undefined && known.tick > after) return known.stat
    const asked = { tick: this.tick(), stat: statOrNull(path) }
    this.#batch?.stats.set(path, asked)
    return asked.stat
  }

  /** @param after The same. */
  listing(path: string, after: number): Digest | null {
    const known = this.#batch?.listings.get(path)
    if (known !== undefined && known.tick > after) return known.listing
    const asked = { tick: this.tick(), listing: listingDigest(path) }
    this.#batch?.listings.set(path, asked)
    return asked.listing
  }
}
