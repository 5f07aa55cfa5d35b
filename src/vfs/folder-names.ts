/**
 * The names in directories, listed once for each state of a directory: as long as its stamp is the same, nothing came or
 * went in it. What changed so shortly before it was listed that a later change could leave the same stamp is listed again.
 */
import type { Clock } from '../clock.ts'
import { isRacy, namesOrNull, stampOf, statOrNull } from './disk.ts'
import type { Present } from './present.ts'

/** What one directory was seen to hold. */
export interface Names {
  epoch: number
  /** Folded; empty where no directory is at the path, `null` where it cannot be listed. */
  readonly names: ReadonlySet<string> | null
  /** When they were looked at, milliseconds since the epoch. */
  wallMs: number
  /** The place of that in the order in which the disk was asked. */
  tick: number
  readonly stamp: string
  readonly racy: boolean
}

const NONE: ReadonlySet<string> = new Set()

export class FolderNames {
  readonly #known = new Map<string, Names>()
  readonly #clock: Clock
  readonly #present: Present

  constructor(clock: Clock, present: Present) {
    this.#clock = clock
    this.#present = present
  }

  /** As they are in this epoch. */
  of(dir: string, epoch: number): Names {
    const known = this.#known.get(dir)
    if (known?.epoch === epoch) return known
    const wallMs = this.#clock.wall()
    const tick = this.#present.tick()
    const stat = statOrNull(dir)
    const stamp = stampOf(stat)
    if (known && !known.racy && known.stamp === stamp) return Object.assign(known, { epoch, wallMs, tick })
    const names = { epoch, wallMs, tick, stamp, names: stat?.isDirectory() ? namesOrNull(dir) : NONE, racy: stat !== null && isRacy(stat, wallMs) }
    this.#known.set(dir, names)
    return names
  }

  /** What was looked at in this epoch, if it was. */
  seen(dir: string, epoch: number): Names | null {
    const known = this.#known.get(dir)
    return known?.epoch === epoch ? known : null
  }

  forget(dir: string): void {
    this.#known.delete(dir)
  }

  clear(): void {
    this.#known.clear()
  }
}
