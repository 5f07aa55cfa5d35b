/**
 * Which segments to rewrite or drop so that the store fits its bound again: pure planning.
 *
 * Space only comes free by rewriting whole segments, so the ones with the most to free for the least copying go first. A build
 * has no time to copy much: what it does not manage stays until the next, within a tolerance; beyond that whole
 * segments are dropped, the longest unused first.
 */

import type { Segment } from './segment.ts'
import { mostRecent, newestValues, type StoredRecord } from './survivors.ts'

export interface RewritePlan {
  readonly inputs: readonly Segment[]
  readonly keep: readonly StoredRecord[]
}

export interface EvictionLimits {
  readonly maxBytes: number
  /** How much may be copied, each record counted with RECORD_COST_BYTES besides its own. */
  readonly copyBytes: number
  readonly isBudgeted: boolean
}

interface Share {
  readonly segment: Segment
  readonly kept: StoredRecord[]
  keptBytes: number
  recordCount: number
  /** The last use of anything that would be kept. */
  lastUsed: number
}

/** Copying a record takes as long as copying this many bytes, besides its own. */
export const RECORD_COST_BYTES = 512

/** Evicting a little more than needed spares the next builds from doing it again. */
const TARGET_RATIO = 0.9
/** Tolerated until the next build, when a build would have to copy too much. */
const TOLERATED_RATIO = 1.25
/** A segment larger than this part of the bound is never dropped whole. */
const LARGE_RATIO = 0.25

function sharesOf(segments: readonly Segment[], records: readonly StoredRecord[], survivors: readonly StoredRecord[]): Share[] {
  const shares = new Map<Segment, Share>(segments.map((segment) => [segment, { segment, kept: [], keptBytes: 0, recordCount: 0, lastUsed: 0 }]))
  for (const record of records) {
    const share = shares.get(record.segment)
    if (share !== undefined) share.recordCount++
  }
  for (const record of survivors) {
    const share = shares.get(record.segment)
    if (share === undefined) continue
    share.kept.push(record)
    share.keptBytes += record.recordBytes
    share.lastUsed = Math.max(share.lastUsed, record.lastUsed)
  }
  return [...shares.values()]
}

function keptRatio({ segment, keptBytes }: Share): number {
  return keptBytes / Math.max(1, segment.diskBytes)
}

/** The longest unused first; of those, the one in which the least is lost. */
function byColdness(a: Share, b: Share): number {
  return a.lastUsed - b.lastUsed || a.keptBytes - b.keptBytes
}

/**
 * @param segments Those that may be rewritten.
 * @param records Of all segments, newest segments first.
 * @param sizeBytes Of the whole store.
 */
export function planEviction(segments: readonly Segment[], records: readonly StoredRecord[], sizeBytes: number, limits: EvictionLimits): RewritePlan {
  const targetBytes = sizeBytes > limits.maxBytes ? limits.maxBytes * TARGET_RATIO : limits.maxBytes
  // That old values of a key are of no use is worth the time only when there is time.
  const survivors = mostRecent(limits.isBudgeted ? records : newestValues(records), targetBytes)
  const shares = sharesOf(segments, records, survivors).sort((a, b) => keptRatio(a) - keptRatio(b))
  const rewritten = affordable(shares, sizeBytes, targetBytes, limits)
  const projectedBytes = rewritten.reduce((bytes, share) => bytes - freedBytes(share), sizeBytes)
  const isRewritten = new Set(rewritten)
  const isTooLarge = projectedBytes > limits.maxBytes * TOLERATED_RATIO
  const others = shares.filter((share) => !isRewritten.has(share))
  const cold = isTooLarge ? coldest(others, projectedBytes, limits.maxBytes) : []
  const kept = [...rewritten, ...cold.filter((share) => isLarge(share, limits.maxBytes))]
  return { inputs: [...rewritten, ...cold].map(({ segment }) => segment), keep: kept.flatMap((share) => share.kept) }
}

/** Those that shrink when they are written anew, as far as the budget for copying goes. */
function affordable(shares: readonly Share[], sizeBytes: number, targetBytes: number, limits: EvictionLimits): Share[] {
  const chosen: Share[] = []
  let projectedBytes = sizeBytes
  let copyBytes = limits.copyBytes
  for (const share of shares) {
    const isEnough = limits.isBudgeted && projectedBytes <= targetBytes
    const isFull = share.kept.length === share.recordCount
    const costBytes = share.keptBytes + share.kept.length * RECORD_COST_BYTES
    if (isEnough || isFull || costBytes > copyBytes) continue
    chosen.push(share)
    copyBytes -= costBytes
    projectedBytes -= freedBytes(share)
  }
  return chosen
}

/** Those whose end brings the store below its bound. A large one is written anew all the same. */
function coldest(shares: readonly Share[], sizeBytes: number, maxBytes: number): Share[] {
  const chosen: Share[] = []
  let projectedBytes = sizeBytes
  for (const share of shares.toSorted(byColdness)) {
    if (projectedBytes <= maxBytes) break
    chosen.push(share)
    projectedBytes -= isLarge(share, maxBytes) ? freedBytes(share) : share.segment.diskBytes
  }
  return chosen
}

function freedBytes({ segment, keptBytes }: Share): number {
  return segment.diskBytes - keptBytes
}

/** Where one segment is much of the bound, which was larger once, dropping it would drop too much. */
function isLarge({ segment }: Share, maxBytes: number): boolean {
  return segment.diskBytes > maxBytes * LARGE_RATIO
}
