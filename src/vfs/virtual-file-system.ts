/**
 * VirtualFileSystem: every read that goes through JavaScript, through one cache, and every content hash computed once
 * per content.
 *
 * Guarantees: within one epoch (one build, or one rebuild) a path is read at most once unless it was evicted or
 * invalidated; content handed out is what was on disk at one moment of the epoch; absence is remembered as well.
 * In a new epoch each path is looked at again: its stat is compared (size, mtime, ctime, inode, all with sub-millisecond
 * digits) and in doubt the content is read. A file that changed so shortly before it was read that a later write could
 * leave the same stat behind is never trusted by stat (the "racily clean" problem that git's index has too).
 *
 * Not guaranteed: that the file is still the same afterwards. What must not race uses `wasStableSince`.
 */
import type { BigIntStats } from 'node:fs'
import { dirname, join, sep } from 'node:path'
import { LRUCache } from 'lru-cache'
import { realPathOrNull } from '../folders.ts'
import { digest } from '../hash.ts'
import type { Digest } from '../hash.ts'
import type { Clock } from '../clock.ts'
import { folded, isOlder, isRacy, listingDigest, readOrNull, stampOf, statOrNull } from './disk.ts'
import { FolderNames } from './folder-names.ts'
import { Present } from './present.ts'
import type { Stamps } from './stamps.ts'

export interface VfsCounters {
  readonly hits: number
  readonly misses: number
  readonly evictions: number
  /** Bytes held at the moment. */
  readonly bytes: number
}

/** What is known of a path from one look. `stamp` is empty for what is absent. */
interface Look {
  epoch: number
  stamp: string
  /** `null`: there is no readable file at the path. */
  digest: Digest | null
  /** The stat may not be believed in a later epoch: written too shortly before it was read. */
  racy: boolean
  /** When it was looked at, milliseconds since the epoch. */
  wallMs: number
  /** Its place in the order in which the disk was asked. */
  tick: number
}

interface Listing {
  epoch: number
  readonly digest: Digest | null
  /** Of the directory before it was listed; empty for what is absent. */
  readonly stamp: string
  /** It changed too shortly before it was listed: another listing has to tell whether it is the same. */
  readonly racy: boolean
  tick: number
}

export type PathKind = 'file' | 'directory' | 'absent'

interface Kind {
  readonly epoch: number
  readonly kind: PathKind
  /** When it was looked at, milliseconds since the epoch. */
  readonly wallMs: number
  readonly tick: number
}

export interface VfsOptions {
  /** Bytes of content kept. */
  readonly maxBytes: number
  readonly clock: Clock
  /** Absolute root of the workspace; none when everything is to be watched. */
  readonly projectRoot?: string
  /** What other builds have read; none when everything is to be read. */
  readonly stamps?: Stamps | undefined
}

export class VirtualFileSystem {
  readonly #contents: LRUCache<string, Buffer>
  readonly #looks = new Map<string, Look>()
  readonly #listings = new Map<string, Listing>()
  readonly #kinds = new Map<string, Kind>()
  readonly #names: FolderNames
  /** Of one epoch. */
  readonly #targets = new Map<string, string | null>()
  #targetsOf = -1
  readonly #clock: Clock
  readonly #projectRoot: string | null
  readonly #stamps: Stamps | null
  readonly #present = new Present()
  #epoch = 0
  #hits = 0
  #misses = 0
  #evictions = 0

  constructor(options: VfsOptions) {
    this.#clock = options.clock
    this.#projectRoot = options.projectRoot ?? null
    this.#stamps = options.stamps ?? null
    this.#names = new FolderNames(options.clock, this.#present)
    this.#contents = new LRUCache<string, Buffer>({
      maxSize: options.maxBytes,
      sizeCalculation: content => Math.max(1, content.length),
      dispose: (_content, _path, reason) => {
        if (reason === 'evict') this.#evictions++
      },
    })
  }

  /** Begins a new build or rebuild: what is known of each path is looked at again before it is believed. */
  nextEpoch(): void {
    this.#epoch++
  }

  /** Counts builds and rebuilds; what is derived from files is good for one epoch. */
  get epoch(): number {
    return this.#epoch
  }

  /** Forgets one path, and what is listed where it lies, as when a watcher reports it. */
  invalidate(path: string): void {
    this.#looks.delete(path)
    this.#kinds.delete(path)
    this.#listings.delete(path)
    this.#listings.delete(dirname(path))
    this.#names.forget(path)
    this.#names.forget(dirname(path))
    this.#targets.clear()
    this.#contents.delete(path)
  }

  /** Forgets everything. The counters go on. */
  clear(): void {
    for (const known of [this.#looks, this.#kinds, this.#listings, this.#names, this.#contents]) known.clear()
  }

  /** The content, or `null` when there is no readable file at the path. The buffer must not be mutated. */
  read(path: string): Buffer | null {
    const look = this.#look(path)
    if (look.digest === null) return null
    const held = this.#contents.get(path)
    if (held) {
      this.#hits++
      return held
    }
    // Evicted since it was hashed, or hashed by another build: read, and keep hash and content together.
    const tick = this.#present.tick()
    const stat = statOrNull(path)
    this.#looks.set(path, { ...this.#readLook(path, stat, stampOf(stat)), tick })
    return this.#contents.get(path) ?? readOrNull(path)
  }

  /** The content as it is at the moment, neither hashed nor kept: for what is looked at once. `null` when there is no readable file. */
  readNow(path: string): Buffer | null {
    return readOrNull(path)
  }

  /** SHA-256 of the content, or `null` when there is no readable file at the path. */
  digest(path: string): Digest | null {
    return this.#look(path).digest
  }

  /** Digest of the sorted names in a directory (entries that are directories end in `/`, links in `//`), or `null` when it is none. */
  listing(path: string): Digest | null {
    const known = this.#listings.get(path)
    if (known && known.epoch === this.#epoch) return known.digest
    const [tick, wallMs] = [this.#present.tick(), this.#clock.wall()]
    const stat = statOrNull(path)
    const stamp = stampOf(stat)
    const listing: Listing = known && !known.racy && known.stamp === stamp
      ? Object.assign(known, { epoch: this.#epoch, tick })
      : { epoch: this.#epoch, tick, stamp, racy: stat !== null && isRacy(stat, wallMs), digest: listingDigest(path) }
    this.#listings.set(path, listing)
    return listing.digest
  }

  /** Whether there is nothing of this name in a directory, which may not exist itself. One listing answers for every name in it. */
  lacks(dir: string, name: string): boolean {
    const { names } = this.#names.of(dir, this.#epoch)
    // The file system may not tell apart what differs only in case or in the form of its accents, so it has the last word.
    return (names !== null && !names.has(folded(name))) || this.kind(join(dir, name)) === 'absent'
  }

  /** The same as `wasStableSince` for what `lacks` says. */
  wasLackingSince(dir: string, name: string, startedWallMs: number): boolean {
    const known = this.#names.seen(dir, this.#epoch)
    const isListed = known !== null && known.names !== null && !known.names.has(folded(name))
    if (!isListed) return this.kindWasStableSince(join(dir, name), startedWallMs)
    // What came between the listing and the call is none of what was listed.
    const isOld = known.wallMs < startedWallMs
    return this.namesWereStableSince(dir, isOld ? known.wallMs : startedWallMs, known.tick) || (isOld && this.#present.stat(join(dir, name), known.tick) === null)
  }

  /** Where a path leads to, links followed; `null` where nothing is. Looked at once an epoch. */
  target(path: string): string | null {
    if (this.#targetsOf !== this.#epoch) this.#targets.clear()
    this.#targetsOf = this.#epoch
    const known = this.#targets.get(path)
    if (known !== undefined) return known
    const target = realPathOrNull(path)
    this.#targets.set(path, target)
    return target
  }

  /** What there is at a path, links followed, without reading it. */
  kind(path: string): PathKind {
    const known = this.#kinds.get(path)
    if (known && known.epoch === this.#epoch) return known.kind
    const tick = this.#present.tick()
    const kind = kindOf(statOrNull(path))
    this.#kinds.set(path, { epoch: this.#epoch, kind, wallMs: this.#clock.wall(), tick })
    return kind
  }

  /**
   * Whether what this cache says about `path` was true all through a call that began at `startedWallMs`
   * (milliseconds since the epoch): its present stat is the one that was hashed, and its inode was not touched since.
   */
  wasStableSince(path: string, startedWallMs: number): boolean {
    const look = this.#look(path)
    const stat = this.#present.stat(path, look.tick)
    if (stampOf(stat) !== look.stamp) return false
    if (look.racy && digestOrNull(path) !== look.digest) return false
    if (stat !== null && stat.isFile()) return isOlder(stat, startedWallMs)
    // Looked at before the call (by the same clock: no window is needed) and again now, with the same answer; or nothing came or went where it would be.
    return look.wallMs < startedWallMs || this.namesWereStableSince(dirname(path), startedWallMs, look.tick)
  }

  /**
   * Folders above the project belong to others, who create files there all the time: what is there now is believed, or
   * nothing would ever be remembered below a busy one.
   */
  #isAboveProject(dir: string): boolean {
    return this.#projectRoot !== null && isAbove(dir, this.#projectRoot)
  }

  /**
   * Whether no name came, went or changed its meaning in a directory (or the nearest one above it that exists) since then.
   * @param after Place of the look that this is asked for: what the disk said before it does not count. By default it is asked now.
   */
  namesWereStableSince(dir: string, startedWallMs: number, after: number = Infinity): boolean {
    if (this.#isAboveProject(dir)) return true
    const stat = this.#present.stat(dir, after)
    if (stat === null) return dirname(dir) === dir || this.namesWereStableSince(dirname(dir), startedWallMs, after)
    return isOlder(stat, startedWallMs)
  }

  /** The same as `wasStableSince` for what `kind` says. */
  kindWasStableSince(path: string, startedWallMs: number): boolean {
    const known = this.#kinds.get(path)
    const isOld = known !== undefined && known.epoch === this.#epoch && known.wallMs < startedWallMs
    // That no name has come since the call began says nothing about what came between the look and the call.
    return isOld ? kindOf(this.#present.stat(path, known.tick)) === known.kind : this.namesWereStableSince(dirname(path), startedWallMs, known?.tick)
  }

  /** The same for what `listing` says. */
  listingWasStableSince(path: string, startedWallMs: number): boolean {
    this.listing(path)
    const { tick, stamp, racy, digest: known } = this.#listings.get(path)!
    if (!this.namesWereStableSince(path, startedWallMs, tick)) return false
    // Another state may have the same names.
    return (!racy && stampOf(this.#present.stat(path, tick)) === stamp) || this.#present.listing(path, tick) === known
  }

  /** Within what it is given to run, the stability of each path is asked of the disk once. For calls that had all ended when it was made. */
  createBatch(): (body: () => void) => void {
    return this.#present.createBatch()
  }

  /** Stands for the batch that runs now, if one does. */
  get batch(): number | null {
    return this.#present.batch
  }

  counters(): VfsCounters {
    return { hits: this.#hits, misses: this.#misses, evictions: this.#evictions, bytes: this.#contents.calculatedSize ?? 0 }
  }

  #look(path: string): Look {
    const known = this.#looks.get(path)
    if (known && known.epoch === this.#epoch) {
      return known
    }
    const tick = this.#present.tick()
    const stat = statOrNull(path)
    const stamp = stampOf(stat)
    if (known && !known.racy && known.stamp === stamp) {
      known.epoch = this.#epoch
      known.wallMs = this.#clock.wall()
      known.tick = tick
      return known
    }
    const look = { ...(this.#lookOfOthers(path, stamp) ?? this.#readLook(path, stat, stamp)), tick }
    this.#looks.set(path, look)
    return look
  }

  #lookOfOthers(path: string, stamp: string): Omit<Look, 'tick'> | null {
    const known = this.#stamps?.digestOf(path, stamp)
    if (known === undefined) return null
    this.#contents.delete(path)
    return { epoch: this.#epoch, stamp, digest: known, racy: false, wallMs: this.#clock.wall() }
  }

  #readLook(path: string, stat: BigIntStats | null, stamp: string): Omit<Look, 'tick'> {
    this.#misses++
    const wallMs = this.#clock.wall()
    if (stat === null || !stat.isFile()) {
      this.#contents.delete(path)
      return { epoch: this.#epoch, stamp, digest: null, racy: false, wallMs }
    }
    const content = readOrNull(path)
    if (content === null) return { epoch: this.#epoch, stamp, digest: null, racy: true, wallMs }
    this.#contents.set(path, content)
    const look = { epoch: this.#epoch, stamp, digest: digest(content), racy: isRacy(stat, wallMs), wallMs }
    if (!look.racy) this.#stamps?.enter(path, look)
    return look
  }
}

function kindOf(stat: BigIntStats | null): PathKind {
  if (stat === null) return 'absent'
  return stat.isDirectory() ? 'directory' : 'file'
}

function digestOrNull(path: string): Digest | null {
  const content = readOrNull(path)
  return content === null ? null : digest(content)
}

function isAbove(dir: string, path: string): boolean {
  return dir !== path && path.startsWith(dir.endsWith(sep) ? dir : dir + sep)
}
