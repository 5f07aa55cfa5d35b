/**
 * The store on disk: an append-only pack of segments under `<directory>/v1/`.
 *
 * Guarantees, beyond those of the contract:
 * - Every byte handed out has been verified against a SHA-256 in this process, or was put by it and has not left its memory.
 * - A process writes only to files that it created itself, and refers to a record only once it is complete: killed at any moment,
 *   it leaves nothing torn, and loses at most what it had not flushed.
 * - Opening reads names and indexes, not values. A build that only hits writes no segment.
 * - Other versions' directories and foreign files are neither read nor deleted.
 *
 * Not guaranteed: that flushed values survive a power failure (nothing waits for the disk; what was torn then does not verify).
 */

import { randomBytes } from 'node:crypto'
import { resolve } from 'node:path'
import { systemClock, type Clock } from '../clock.ts'
import { encodeAccesses } from './access-log.ts'
import { Catalog } from './catalog.ts'
import { describeError, hasCode, tellOnce } from './faults.ts'
import { FORMAT_DIRECTORY, MAX_GENERATION, stemOf } from './file-names.ts'
import { inspectLocation, type Location } from './location.ts'
import { maintainAtClose, maintainFully, type MaintenanceContext, type MaintenanceOutcome } from './maintenance.ts'
import { OwnSegments } from './own-segments.ts'
import { createProcessTable, type ProcessTable } from './process-identity.ts'
import { MARKER_BYTES, MAX_VALUE_BYTES, assertKey, fingerprintOf } from './record.ts'
import type { RecordRead } from './record-reader.ts'
import type { SegmentSite } from './segment.ts'
import type { FaultListener, Store, StoreRead, StoreState, StoreStats } from './store.ts'
import { nodeStoreFs, replaceFile, type StoreFs } from './store-fs.ts'
import { clearStore, verifyStore, type ClearResult, type VerifyResult } from './upkeep.ts'

export interface SegmentStoreOptions {
  /** Made when something is first written. */
  readonly directory: string
  /** Bound on what is kept between builds; a build may exceed it while it runs, at most by as much again. @default 1 GB */
  readonly maxBytes?: number
  /** For durations only: no decision depends on the wall clock. */
  readonly clock?: Clock
  readonly onFault?: FaultListener
  readonly fs?: StoreFs
  readonly processes?: ProcessTable
}

export interface SegmentStore extends Store {
  /** Sees what other processes have flushed since the store was opened: a listing and the new indexes. Never throws. */
  refresh(): void
  /** Evicts and compacts all that can be. Null when the store cannot be written or the disk failed, which `onFault` tells. */
  gc(): Promise<MaintenanceOutcome | null>
  /** Reads every record and counts. Repairs nothing; what is damaged is dropped at close, as after any read. */
  verify(): Promise<VerifyResult>
  /** Deletes every value, of this format's version only. */
  clear(): Promise<ClearResult>
}

const DEFAULT_MAX_BYTES = 1024 * 1024 * 1024
const ROLL_BYTES = 64 * 1024 * 1024
const MIN_ROLL_BYTES = 1024 * 1024
/** What is read is noted once the store has grown to this part of its bound. */
const RECENCY_RATIO = 1 / 8

/** A record, and how to read it. */
interface Candidate {
  readonly generation: number
  read(): RecordRead | null
}

class PackStore implements SegmentStore {
  readonly location: string
  readonly #baseState: StoreState
  readonly #site: SegmentSite
  readonly #tell: FaultListener
  readonly #upkeep: MaintenanceContext
  readonly #catalog: Catalog
  readonly #own: OwnSegments
  readonly #touched = new Set<number>()
  #generation = 1
  /** Far from the bound nobody will ask what was read when. */
  #isRecencyNoted = false
  #corruptCount = 0
  #isClosed = false

  constructor(options: SegmentStoreOptions) {
    const fs = options.fs ?? nodeStoreFs
    const maxBytes = options.maxBytes ?? DEFAULT_MAX_BYTES
    const rollBytes = Math.min(ROLL_BYTES, Math.max(MIN_ROLL_BYTES, maxBytes / 8))
    this.location = resolve(options.directory)
    const directory = `${this.location}/${FORMAT_DIRECTORY}`
    const location = inspectLocation(fs, directory)
    const sharedWithHosts = location.state !== 'off' && location.networkName !== null
    this.#baseState = location.state
    this.#tell = tellOnce(options.onFault ?? (() => undefined))
    this.#site = { fs, directory, processes: options.processes ?? createProcessTable(), sharedWithHosts }
    this.#catalog = new Catalog(this.#site, this.#tell, location.state === 'ok')
    this.#own = new OwnSegments({ site: this.#site, catalog: this.#catalog, tell: this.#tell, maxBytes, rollBytes })
    this.#upkeep = { site: this.#site, catalog: this.#catalog, clock: options.clock ?? systemClock, maxBytes, rollBytes }
    this.#tellLocation(location)
    this.refresh()
  }

  *get(key: Buffer): Generator<StoreRead> {
    assertKey(key)
    let candidates = this.#candidates(key)
    let isFresh = false
    for (let next = candidates.shift(); next !== undefined; next = candidates.shift()) {
      const read = next.read()
      if (read !== null) {
        yield this.#counted(key, next.generation, read)
      } else if (!isFresh) {
        // Compacted away since we looked: its records are in another segment now.
        isFresh = true
        this.refresh()
        const { generation } = next
        candidates = this.#candidates(key).filter((other) => other.generation <= generation)
      }
    }
  }

  put(key: Buffer, value: Uint8Array): void {
    assertKey(key)
    if (!this.#isWritable) return
    this.#advance()
    if (value.length <= MAX_VALUE_BYTES) this.#own.put(key, this.#generation, value)
    else this.#tell('STORE_WRITE_FAILED', `a value of ${value.length} bytes was not stored (limit ${MAX_VALUE_BYTES}); it is computed in each build`)
  }

  flush(): Promise<void> {
    if (this.#isWritable) this.#own.flush()
    return Promise.resolve()
  }

  rest(): void {
    if (this.#isClosed) return
    this.#own.seal()
    this.#catalog.close()
  }

  close(): Promise<void> {
    if (this.#isClosed) return Promise.resolve()
    this.#own.seal()
    if (this.#mayMaintain) {
      this.#saving(() => this.#writeAccesses())
      this.#saving(() => maintainAtClose(this.#upkeep))
    }
    this.#isClosed = true
    this.#catalog.close()
    return Promise.resolve()
  }

  stats(): StoreStats {
    return {
      state: this.#baseState === 'ok' && this.#own.state !== 'on' ? 'read-only' : this.#baseState,
      entryCount: this.#catalog.entryCount + this.#own.entryCount,
      sizeBytes: this.#catalog.sizeBytes + this.#own.sizeBytes,
      readBytes: this.#catalog.readBytes + this.#own.readBytes,
      writtenBytes: this.#own.writtenBytes,
      corruptCount: this.#corruptCount,
    }
  }

  refresh(): void {
    if (this.#isClosed || this.#baseState === 'off') return
    this.#catalog.scan(this.#own.stem)
    this.#isRecencyNoted = this.#catalog.sizeBytes >= this.#upkeep.maxBytes * RECENCY_RATIO
    this.#advance()
  }

  gc(): Promise<MaintenanceOutcome | null> {
    if (!this.#mayMaintain) return Promise.resolve(null)
    this.#own.seal()
    return Promise.resolve(this.#saving(() => maintainFully(this.#upkeep)))
  }

  verify(): Promise<VerifyResult> {
    this.#own.seal()
    this.refresh()
    return verifyStore(this.#catalog)
  }

  clear(): Promise<ClearResult> {
    this.#own.seal()
    const result = clearStore(this.#site)
    this.#touched.clear()
    this.refresh()
    return Promise.resolve(result)
  }

  /** What is put now is newer than all that is known, an earlier segment of this process included. */
  #advance(): void {
    this.#generation = Math.min(MAX_GENERATION, Math.max(this.#generation, this.#catalog.maxGeneration + 1))
  }

  get #isWritable(): boolean {
    return !this.#isClosed && this.#baseState === 'ok' && this.#own.state === 'on'
  }

  /** A store that is full needs it most; a disk that failed is left alone. */
  get #mayMaintain(): boolean {
    return !this.#isClosed && this.#baseState === 'ok' && this.#own.state !== 'failed'
  }

  #tellLocation(location: Location): void {
    if (location.state === 'off') {
      const advice = 'nothing is remembered in this build. Set cacheDir to a directory that can be written'
      this.#tell('STORE_UNAVAILABLE', `${this.location} cannot hold the cache: ${location.reason}; ${advice}`)
      return
    }
    if (location.state === 'read-only') {
      this.#tell('STORE_READ_ONLY', `${location.reason}: what is stored there is used, nothing is added. Make it writable or set cacheDir`)
    }
    if (location.networkName !== null) {
      const advice = 'the cache works there, a local directory is faster. Set cacheDir to use one'
      this.#tell('STORE_NETWORK', `${this.location} is on a file system that other hosts may share (${location.networkName}): ${advice}`)
    }
  }

  /** Newest first. */
  #candidates(key: Buffer): Candidate[] {
    const candidates: Candidate[] = []
    if (this.#isClosed || this.#baseState === 'off') return candidates
    this.#own.find(key, ({ generation }, read) => candidates.push({ generation, read }))
    this.#catalog.find(key, (segment, offset, valueBytes, generation) => {
      candidates.push({ generation, read: () => segment.read(key, offset, valueBytes) })
    })
    return candidates.length > 1 ? candidates.sort((a, b) => b.generation - a.generation) : candidates
  }

  #counted(key: Buffer, generation: number, read: RecordRead): StoreRead {
    if (read.status === 'ok') {
      if (generation < this.#generation && this.#isRecencyNoted) this.#touched.add(fingerprintOf(key))
      return read
    }
    this.#corruptCount++
    this.#tell('STORE_CORRUPT', `an entry in ${this.#site.directory} is not usable: ${read.reason}; it is computed anew`)
    return { status: 'corrupt', reason: read.reason }
  }

  /** One small file: what this build used is not evicted before what it did not. */
  #writeAccesses(): void {
    if (this.#touched.size === 0) return
    const { fs, directory } = this.#site
    const accesses = new Map([...this.#touched].map((fingerprint) => [fingerprint, this.#generation]))
    replaceFile(fs, `${directory}/${stemOf(this.#generation, randomBytes(MARKER_BYTES).toString('hex'))}.use`, encodeAccesses(accesses))
    this.#touched.clear()
  }

  /** What only improves the store for later builds. @returns null when it failed. */
  #saving<T>(step: () => T): T | null {
    try {
      return step()
    } catch (error) {
      // The directory may have been deleted: then there is nothing to improve.
      if (!hasCode(error, 'ENOENT')) {
        this.#tell('STORE_WRITE_FAILED', `tidying ${this.#site.directory} failed (${describeError(error)}); what is stored is still used`, error)
      }
      return null
    }
  }
}

/**
 * Opens the store in `directory`, or finds out that it cannot be used: then everything misses and `onFault` has been told why.
 * Never throws, and creates nothing before something is put.
 */
export function createSegmentStore(options: SegmentStoreOptions): SegmentStore {
  return new PackStore(options)
}
