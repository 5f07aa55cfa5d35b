/**
 * BuildReport: the one document about a build. JSON-safe, pure data, computed here and rendered elsewhere.
 *
 * Every field is always present; where nothing is known the type says so with a union, not with `undefined`.
 * Durations are milliseconds, sizes bytes, ratios 0–1. Ids and paths are relative to `root`, with `/`.
 */

import type { ProjectReport } from '../analysis/project/project-report.ts'
import type { MonitorReport } from '../monitor/monitor-report.ts'
import type { BuildTimings } from '../monitor/measure/timings.ts'
import type { AuditSummary, Cause, Fault, OffPart, OutcomeCounts } from '../types.ts'

export { OUTCOMES, emptyOutcomes } from '../types.ts'
export type { AuditFinding, AuditSummary, Cause, Fault, OffPart, Outcome, OutcomeCounts } from '../types.ts'

export interface PluginReport {
  readonly name: string
  readonly hook: string
  readonly calls: number
  readonly outcomes: OutcomeCounts
  /** Sum of the costs of its calls, hits included. Costs are shares of the time that passed, so that those of all plugins add up to it. */
  readonly costMs: number
  /** Wall time during which at least one call of this hook was running, or waiting for others: a union of spans. */
  readonly busyMs: number
  /** Recorded cost of each call that was remembered, minus what its hit cost. */
  readonly savedMs: number
  readonly policy: PluginPolicy
}

/** What was decided about one hook of one plugin, and why. */
export interface PluginPolicy {
  readonly decision: 'memoize' | 'refuse' | 'bypass'
  /** A clause fit for a person, without a full stop: `collects classes that its generateBundle turns into CSS`. */
  readonly reason: string
  /** Name of the recipe that decided, or null when none did. */
  readonly recipe: string | null
  /** What a person could do so that it is memoized, as a clause; null when there is nothing to do. */
  readonly remedy: string | null
}

export interface RedoneCall {
  readonly id: string
  readonly plugin: string
  readonly hook: string
  readonly outcome: 'miss' | 'stale' | 'corrupt'
  readonly cause: Cause
  readonly costMs: number
}

/** All calls that were redone for one cause. */
export interface RedoneGroup {
  readonly cause: Cause
  readonly calls: number
  readonly costMs: number
}

export interface BuildReport {
  readonly version: 1
  readonly pitcrew: string
  readonly bundler: { readonly name: string; readonly version: string }
  readonly command: 'build' | 'watch' | 'dev'
  readonly mode: string
  readonly root: string
  /** ISO 8601. */
  readonly startedAt: string
  readonly wallMs: number
  /** Distinct module ids that reached any wrapped hook. */
  readonly moduleCount: number
  readonly outcomes: OutcomeCounts
  /** Wall time during which at least one wrapped call of any plugin was running: a union of spans. */
  readonly busyMs: number
  readonly savedMs: number
  /** Most expensive first. */
  readonly plugins: readonly PluginReport[]
  /** Calls that ran although they could have been remembered; most expensive first, at most 200. */
  readonly redone: readonly RedoneCall[]
  readonly redoneCount: number
  /** Cost of all redone calls. */
  readonly redoneMs: number
  /** Those of them whose results are in the store now, and their cost: what the next build saves if nothing changes until then. */
  readonly recordedCount: number
  readonly recordedMs: number
  /** The redone calls by cause, most expensive first, at most 50. */
  readonly redoneBy: readonly RedoneGroup[]
  /** True when nothing usable was stored before this build: a first run. */
  readonly firstRun: boolean
  /** What Pitcrew itself cost on the main thread. */
  readonly overhead: { readonly setupMs: number; readonly keyMs: number; readonly lookupMs: number; readonly recordMs: number; readonly flushMs: number }
  readonly store: {
    readonly location: string
    readonly state: 'ok' | 'read-only' | 'off'
    readonly entryCount: number
    readonly sizeBytes: number
    readonly readBytes: number
    readonly writtenBytes: number
  }
  readonly vfs: { readonly hits: number; readonly misses: number; readonly evictions: number; readonly bytes: number }
  /** What the code is like; null when it was not analysed. */
  readonly analysis: ProjectReport | null
  /** `null` with the option `timings: false`. */
  readonly timings: BuildTimings | null
  /** Compared with the builds before; null when it was not: turned off, a failed build, or a fault. */
  readonly monitor: MonitorReport | null
  readonly faults: readonly Fault[]
  readonly audit: AuditSummary
  /** Parts of Pitcrew that were switched off during the build. */
  readonly off: readonly OffPart[]
}
