/**
 * What keeps the store small, fast and whole: merging small segments, evicting, finishing what crashed processes left.
 *
 * Done under the lock, at the end of a build within a budget of copying and time, or whole when a person asks for it. Whoever does not
 * get the lock leaves it to the next. No step changes what `get` finds, but for what eviction drops.
 */

import type { Clock } from '../clock.ts'
import { foldSmallAccesses, readAccesses, replaceAccesses, type Accesses } from './access-log.ts'
import type { Catalog } from './catalog.ts'
import { compact, type CompactionResult } from './compaction.ts'
import { RECORD_COST_BYTES, planEviction, type RewritePlan } from './eviction.ts'
import { attempt } from './faults.ts'
import { takeLock, type Lock } from './lock.ts'
import { RECORD_HEADER_BYTES } from './record.ts'
import { INDEX_ENTRY_BYTES } from './segment-index.ts'
import type { Segment, SegmentSite } from './segment.ts'
import { newestValues, type StoredRecord } from './survivors.ts'

export interface MaintenanceContext {
  readonly site: SegmentSite
  readonly catalog: Catalog
  readonly clock: Clock
  readonly maxBytes: number
  readonly rollBytes: number
}

/** `locked`: another process is at it. */
export type MaintenanceOutcome = { readonly outcome: 'locked' } | ({ readonly outcome: 'done' } & CompactionResult)

const MERGE_ABOVE_COUNT = 8
const SMALL_BYTES = 4 * 1024 * 1024
const FOLD_ABOVE_COUNT = 16
const CLOSE_COPY_BYTES = 8 * 1024 * 1024
const CLOSE_TIME_MS = 40
/** For a writer on another host or in another container, of whom only the file's age can tell. */
const UNKNOWN_WRITER_LIMIT_MS = 60 * 60 * 1000
const LEFTOVER_LIMIT_MS = 10 * 60 * 1000
const NOTHING: CompactionResult = { removedSegments: 0, copiedBytes: 0, droppedEntries: 0 }

interface Budget {
  readonly copyBytes: number
  readonly isBudgeted: boolean
  mayGoOn(): boolean
}

function idleSegments({ catalog }: MaintenanceContext): Segment[] {
  return catalog.segments().filter(({ state }) => state !== 'live')
}

function copyCostBytes({ sizeBytes, entryCount }: Segment): number {
  return sizeBytes + entryCount * RECORD_COST_BYTES
}

function smallSegments(context: MaintenanceContext): Segment[] {
  const limitBytes = Math.min(SMALL_BYTES, context.rollBytes / 2)
  return idleSegments(context).filter((segment) => copyCostBytes(segment) < limitBytes)
}

function isUnfinished(segment: Segment): boolean {
  return segment.state === 'orphan' || segment.isDamaged
}

/** Told from what is in memory: most builds end without taking the lock. */
function isDue(context: MaintenanceContext): boolean {
  return (
    idleSegments(context).some(isUnfinished) ||
    smallSegments(context).length > MERGE_ABOVE_COUNT ||
    context.catalog.sizeBytes > context.maxBytes ||
    context.catalog.accessPaths.length > FOLD_ABOVE_COUNT
  )
}

function recordsOf(segments: readonly Segment[], accesses: Accesses): StoredRecord[] {
  const records: StoredRecord[] = []
  for (const segment of segments) {
    segment.forEachRecord((index, entry) => {
      const fingerprint = index.fingerprintAt(entry)
      const generation = index.generationAt(entry)
      const lastUsed = Math.max(generation, accesses.get(fingerprint) ?? 0)
      const recordBytes = RECORD_HEADER_BYTES + index.valueBytesAt(entry) + INDEX_ENTRY_BYTES
      records.push({ segment, index, entry, offset: index.offsetAt(entry), generation, recordBytes, fingerprint, lastUsed })
    })
  }
  return records
}

/** Gives segments of ended processes an index, and sets aside or deletes those without a record. */
function finishOrphans(context: MaintenanceContext, copyBytes: number): Segment[] {
  const toRewrite: Segment[] = []
  for (const segment of idleSegments(context).filter(isUnfinished)) {
    // What the index says is not to be trusted either once it has led to damage.
    if (segment.badOffsets.size > 0) segment.rewalk()
    if (segment.isEmpty) {
      if (segment.isDamaged || segment.sizeBytes > 0) context.catalog.setAside(segment)
      else context.catalog.delete(segment)
    } else if (segment.isDamaged && copyCostBytes(segment) <= copyBytes) toRewrite.push(segment)
    else segment.finishIndex()
  }
  return toRewrite
}

/** The smallest segments that may be copied together, or none when they are few. */
function planMerge(context: MaintenanceContext, copyBytes: number): Segment[] {
  const small = smallSegments(context).sort((a, b) => copyCostBytes(a) - copyCostBytes(b))
  if (small.length <= MERGE_ABOVE_COUNT) return []
  let room = copyBytes
  return small.filter((segment) => (room -= copyCostBytes(segment)) >= 0)
}

/** What is to be rewritten because of its own state: damaged, or small and many. */
function planTidying(context: MaintenanceContext, budget: Budget): Segment[] {
  const damaged = finishOrphans(context, budget.copyBytes)
  return [...damaged, ...(budget.isBudgeted ? planMerge(context, budget.copyBytes) : smallSegments(context))]
}

/** The plan, and `segments` rewritten besides; one alone that is not damaged gains nothing. */
function withWhole(plan: RewritePlan, segments: readonly Segment[]): RewritePlan {
  const planned = new Set(plan.inputs)
  const added = [...new Set(segments)].filter((segment) => !planned.has(segment))
  if (planned.size + added.length < 2 && !added.some((segment) => segment.isDamaged)) return plan
  return { inputs: [...plan.inputs, ...added], keep: [...plan.keep, ...newestValues(recordsOf(added, new Map()))] }
}

/** Evicts what does not fit; in a build that is all there is time for. */
function evict(context: MaintenanceContext, budget: Budget): CompactionResult {
  const { site, catalog, maxBytes } = context
  const paths = [...catalog.accessPaths].sort()
  const accesses = readAccesses(site.fs, paths)
  const tidied = planTidying(context, budget)
  const records = recordsOf(catalog.segments(), accesses)
  const limits = { maxBytes, copyBytes: budget.copyBytes, isBudgeted: budget.isBudgeted }
  const plan = planEviction(idleSegments(context), records, catalog.sizeBytes, limits)
  const result = rewrite(context, budget.isBudgeted ? plan : withWhole(plan, tidied), budget)
  if (paths.length > 1) {
    const known = new Set(records.map(({ fingerprint }) => fingerprint))
    replaceAccesses(site.fs, paths, new Map([...accesses].filter(([fingerprint]) => known.has(fingerprint))))
  }
  return result
}

function tidy(context: MaintenanceContext, budget: Budget): CompactionResult {
  const { site, catalog } = context
  const result = rewrite(context, withWhole({ inputs: [], keep: [] }, planTidying(context, budget)), budget)
  if (catalog.accessPaths.length > FOLD_ABOVE_COUNT) foldSmallAccesses(site.fs, [...catalog.accessPaths].sort())
  return result
}

function rewrite({ site, catalog, rollBytes }: MaintenanceContext, plan: RewritePlan, budget: Budget): CompactionResult {
  return plan.inputs.length === 0 ? NOTHING : compact({ site, catalog, ...plan, rollBytes, mayGoOn: () => budget.mayGoOn() })
}

function removeLeftovers({ site, catalog }: MaintenanceContext, lock: Lock): void {
  for (const path of catalog.leftoverPaths) {
    attempt(() => {
      if (Math.abs(lock.takenAtMs - site.fs.facts(path).modifiedMs) > LEFTOVER_LIMIT_MS) site.fs.remove(path)
    })
  }
}

function maintainLocked(context: MaintenanceContext, lock: Lock, budget: Budget): CompactionResult {
  const { catalog } = context
  catalog.scan(null)
  removeLeftovers(context, lock)
  for (const segment of catalog.segments()) attempt(() => segment.giveUpIfOlder(lock.takenAtMs, UNKNOWN_WRITER_LIMIT_MS))
  return catalog.sizeBytes > context.maxBytes || !budget.isBudgeted ? evict(context, budget) : tidy(context, budget)
}

function underLock(context: MaintenanceContext, budget: Budget): MaintenanceOutcome {
  const lock = takeLock(context.site)
  if (lock === null) return { outcome: 'locked' }
  try {
    return { outcome: 'done', ...maintainLocked(context, lock, budget) }
  } finally {
    lock.release()
  }
}

/** What is due at the end of a build, for at most some tens of milliseconds. @throws what the file system throws; nothing is lost then. */
export function maintainAtClose(context: MaintenanceContext): void {
  if (!isDue(context)) return
  const deadline = context.clock.now() + CLOSE_TIME_MS
  underLock(context, { copyBytes: CLOSE_COPY_BYTES, isBudgeted: true, mayGoOn: () => context.clock.now() < deadline })
}

/** Everything that can be done, however long it takes. @throws what the file system throws; nothing is lost then. */
export function maintainFully(context: MaintenanceContext): MaintenanceOutcome {
  return underLock(context, { copyBytes: Number.POSITIVE_INFINITY, isBudgeted: false, mayGoOn: () => true })
}
