/**
 * Which files the store consists of at the moment, and where in them a key is.
 *
 * Kept by listing the directory: there is no manifest that could be torn or be in two processes' hands. A segment that cannot
 * be read is left out, told once and left alone, unless nothing in it can be a record: then it is set aside.
 */

import { attempt, describeError, hasCode } from './faults.ts'
import { isLockLeftover, parseFileName, type FileName } from './file-names.ts'
import { setAside } from './quarantine.ts'
import { leadOf } from './segment-index.ts'
import { Segment, type SegmentSite } from './segment.ts'
import type { FaultListener } from './store.ts'

/** Calls back for each record of a key, in no particular order between segments. */
export type PlaceVisitor = (segment: Segment, offset: number, valueBytes: number, generation: number) => void

export class Catalog {
  /** Paths of the files that say what was read when. */
  accessPaths: readonly string[] = []
  /** Paths of what interrupted processes may have left behind: indexes without a segment, temporary files. Young ones may be in use. */
  leftoverPaths: readonly string[] = []
  /** The largest generation in the name of any file of the store; 0 when there is none. */
  maxGeneration = 0
  readonly #site: SegmentSite
  readonly #tell: FaultListener
  readonly #mayMove: boolean
  #segments = new Map<string, Segment>()
  /** Read by segments that are gone by now. */
  #pastReadBytes = 0

  /** @param mayMove Whether garbage may be set aside: not in a store that is only read. */
  constructor(site: SegmentSite, tell: FaultListener, mayMove: boolean) {
    this.#site = site
    this.#tell = tell
    this.#mayMove = mayMove
  }

  /** Newest first. */
  segments(): Segment[] {
    return [...this.#segments.values()].sort((a, b) => b.generation - a.generation || (a.stem < b.stem ? 1 : -1))
  }

  get segmentCount(): number {
    return this.#segments.size
  }

  get entryCount(): number {
    return this.#sum((segment) => segment.entryCount)
  }

  get sizeBytes(): number {
    return this.#sum((segment) => segment.diskBytes)
  }

  get readBytes(): number {
    return this.#pastReadBytes + this.#sum((segment) => segment.readBytes)
  }

  /**
   * Sees what other processes have added and removed.
   * @param ownStem The segment that this process is writing, which is not read through the catalog.
   */
  scan(ownStem: string | null): void {
    const names = this.#listNames()
    if (names === null) return
    const present = new Map(names.filter((name) => name.kind === 'pack' && !name.temporary).map((name) => [name.stem, name]))
    for (const [stem, segment] of this.#segments) {
      if (!present.has(stem)) this.#forget(segment)
      else if (segment.state === 'live') this.#load(segment)
    }
    for (const [stem, name] of present) {
      if (stem !== ownStem && !this.#segments.has(stem)) this.#load(new Segment(this.#site, name))
    }
    this.#noteOthers(names, (stem) => present.has(stem))
  }

  find(key: Buffer, visit: PlaceVisitor): void {
    const lead = leadOf(key)
    for (const segment of this.#segments.values()) segment.find(key, lead, visit)
  }

  add(segment: Segment): void {
    this.#segments.set(segment.stem, segment)
    this.maxGeneration = Math.max(this.maxGeneration, segment.generation)
  }

  /** Deletes the segment and its index from the disk. Without the segment, the index means nothing. */
  delete(segment: Segment): void {
    this.#site.fs.remove(segment.packPath)
    attempt(() => this.#site.fs.remove(segment.indexPath))
    this.#forget(segment)
  }

  /** Moves the segment out of the way. @throws what the file system throws. */
  setAside(segment: Segment): void {
    const where = setAside(this.#site.fs, this.#site.directory, segment.stem)
    this.#forget(segment)
    this.#tell('STORE_CORRUPT', `${segment.packPath} is damaged; it was set aside as ${where}, and what is missing is computed anew`)
  }

  /** Closes the files. What is known stays known. */
  close(): void {
    for (const segment of this.#segments.values()) segment.close()
  }

  #listNames(): FileName[] | null {
    try {
      const items = this.#site.fs.list(this.#site.directory)
      this.leftoverPaths = items.filter((item) => isLockLeftover(item.name)).map((item) => `${this.#site.directory}/${item.name}`)
      return items.filter((item) => item.kind === 'file').flatMap((item) => parseFileName(item.name) ?? [])
    } catch (error) {
      // A store that does not exist yet is empty; one deleted during the build is too, but for what is open here.
      if (hasCode(error, 'ENOENT')) return null
      this.#tell('STORE_UNAVAILABLE', `${this.#site.directory} could not be listed (${describeError(error)}); what is stored there is not used`, error)
      return null
    }
  }

  #noteOthers(names: readonly FileName[], isSegment: (stem: string) => boolean): void {
    const pathOf = (name: FileName): string => `${this.#site.directory}/${name.stem}.${name.kind}${name.temporary ? '.tmp' : ''}`
    this.accessPaths = names.filter((name) => name.kind === 'use' && !name.temporary).map(pathOf)
    const orphaned = names.filter((name) => (name.kind === 'idx' ? !isSegment(name.stem) : name.temporary)).map(pathOf)
    this.leftoverPaths = [...this.leftoverPaths, ...orphaned]
    for (const { generation } of names) this.maxGeneration = Math.max(this.maxGeneration, generation)
  }

  #load(segment: Segment): void {
    try {
      segment.load()
      this.add(segment)
      if (segment.isEmpty && segment.damagedBytes > 0 && this.#mayMove) this.setAside(segment)
      else if (segment.damagedBytes > 0) this.#tellDamage(segment)
    } catch (error) {
      // Compaction in another process may have removed it since the listing.
      if (hasCode(error, 'ENOENT')) return
      this.#tell('STORE_UNAVAILABLE', `${segment.packPath} could not be read (${describeError(error)}); its entries are computed anew`, error)
    }
  }

  #tellDamage(segment: Segment): void {
    const extent = `no record was found in ${segment.damagedBytes} of its ${segment.sizeBytes} bytes`
    this.#tell('STORE_CORRUPT', `${segment.packPath} is damaged: ${extent}; the others are used`)
  }

  #forget(segment: Segment): void {
    this.#pastReadBytes += segment.readBytes
    segment.close()
    this.#segments.delete(segment.stem)
  }

  #sum(of: (segment: Segment) => number): number {
    let sum = 0
    for (const segment of this.#segments.values()) sum += of(segment)
    return sum
  }
}
