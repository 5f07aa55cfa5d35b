/**
 * ReportCollector: what happened during one build, added up into one BuildReport.
 *
 * Guarantees: pure (no clock, no disk: every time is handed in); memory bounded by the number of distinct modules, hooks
 * and fault codes, never by the number of calls; busy times are exact unions of spans; `finish` may be called again and
 * again, each time about everything so far.
 *
 * Not guaranteed: group counts in `redoneBy` once a build has more than MAX_GROUPS distinct causes: then the cheap ones
 * are forgotten, and one that comes back starts at zero. `redoneCount` and `redoneMs` stay exact.
 *
 * `savedMs` is only as honest as the costs handed in: where calls overlap they must be shares that add up to the time that
 * passed. Wall times of concurrent calls would add up to more than the build took.
 */
import { emptyOutcomes } from '../types.ts'
import type { Cause, Fault, Outcome, OutcomeCounts } from '../types.ts'
import type { BuildReport, PluginPolicy, PluginReport, RedoneCall, RedoneGroup } from './build-report.ts'
import { createCostliestList } from './keep-costliest.ts'
import type { CostliestList } from './keep-costliest.ts'
import { createSpanUnion } from './spans.ts'
import type { SpanUnion } from './spans.ts'

const MAX_REDONE = 200
const MAX_GROUPS = 1000
const MAX_REPORTED_GROUPS = 50

export type BuildFacts = Pick<BuildReport, 'pitcrew' | 'bundler' | 'command' | 'mode' | 'root' | 'startedAt'>
export type EndFacts = Pick<BuildReport, 'wallMs' | 'firstRun' | 'store' | 'vfs' | 'analysis' | 'timings' | 'audit' | 'off'>
export type OverheadPart = 'setup' | 'key' | 'lookup' | 'record' | 'flush'

/** One call that has ended. */
export interface CallEvent {
  readonly plugin: string
  readonly hook: string
  /** Relative to the root, with `/`. */
  readonly id: string
  readonly outcome: Outcome
  /** Why it was redone; null for calls that were not, and then the call counts as new. */
  readonly cause: Cause | null
  /** Its share of the time that passed: of running the plugin, or of answering from the store on a hit. */
  readonly costMs: number
  /** Its result was stored. */
  readonly isRecorded: boolean
  /** On a hit, what the call cost when it was recorded; 0 otherwise. */
  readonly recordedCostMs: number
  /** Monotonic milliseconds. Equal ends, as of a `restored` module, take no time. */
  readonly startMs: number
  readonly endMs: number
}

/** A policy as hosts tell it; without a remedy there is none. */
export type PolicyNote = Omit<PluginPolicy, 'remedy'> & { readonly remedy?: string | null }

export interface ReportCollector {
  call(event: CallEvent): void
  /** The last word about a hook counts. */
  policy(plugin: string, hook: string, policy: PolicyNote): void
  /** The first message of each code is kept, the others are counted. */
  fault(code: string, message: string): void
  overhead(part: OverheadPart, ms: number): void
  finish(facts: EndFacts): BuildReport
}

interface HookTally {
  readonly plugin: string
  readonly hook: string
  readonly outcomes: OutcomeCounts
  readonly spans: SpanUnion
  calls: number
  costMs: number
  savedMs: number
  policy: PluginPolicy | null
}

export function createReportCollector(facts: BuildFacts): ReportCollector {
  const tallies = createTallies()
  const spans = createSpanUnion()
  const redone = createRedone()
  const modules = new Set<string>()
  const faults = new Map<string, { code: string; message: string; count: number }>()
  const overheadMs: Record<OverheadPart, number> = { setup: 0, key: 0, lookup: 0, record: 0, flush: 0 }

  return {
    call(event) {
      const { outcome, startMs, endMs } = event
      const tally = tallies.of(event.plugin, event.hook)
      tally.calls += 1
      tally.costMs += event.costMs
      tally.outcomes[outcome] += 1
      tally.spans.add(startMs, endMs)
      spans.add(startMs, endMs)
      modules.add(event.id)
      if (outcome === 'hit') tally.savedMs += Math.max(0, event.recordedCostMs - event.costMs)
      else if (outcome === 'miss' || outcome === 'stale' || outcome === 'corrupt') redone.add(event, outcome)
    },
    policy(plugin, hook, policy) {
      tallies.of(plugin, hook).policy = { remedy: null, ...policy }
    },
    fault(code, message) {
      const known = faults.get(code)
      if (known) known.count += 1
      else faults.set(code, { code, message, count: 1 })
    },
    overhead(part, ms) {
      overheadMs[part] += ms
    },
    finish: end => ({
      version: 1,
      // Compared with others once it is complete.
      monitor: null,
      ...facts,
      ...end,
      ...tallies.totals(),
      ...redone.totals(),
      moduleCount: modules.size,
      busyMs: spans.busyMs(),
      overhead: {
        setupMs: overheadMs.setup,
        keyMs: overheadMs.key,
        lookupMs: overheadMs.lookup,
        recordMs: overheadMs.record,
        flushMs: overheadMs.flush,
      },
      faults: Array.from(faults.values(), (fault): Fault => ({ ...fault })),
    }),
  }
}

interface Tallies {
  of(plugin: string, hook: string): HookTally
  totals(): Pick<BuildReport, 'plugins' | 'outcomes' | 'savedMs'>
}

function createTallies(): Tallies {
  // Nested, because joining two strings into one key costs more than a second look-up.
  const byPlugin = new Map<string, Map<string, HookTally>>()
  const all: HookTally[] = []

  function create(plugin: string, hook: string, hooks: Map<string, HookTally>): HookTally {
    const tally: HookTally = { plugin, hook, outcomes: emptyOutcomes(), spans: createSpanUnion(), calls: 0, costMs: 0, savedMs: 0, policy: null }
    hooks.set(hook, tally)
    all.push(tally)
    return tally
  }

  return {
    of(plugin, hook) {
      let hooks = byPlugin.get(plugin)
      if (!hooks) byPlugin.set(plugin, (hooks = new Map()))
      return hooks.get(hook) ?? create(plugin, hook, hooks)
    },
    totals() {
      const outcomes = emptyOutcomes()
      let savedMs = 0
      for (const tally of all) {
        savedMs += tally.savedMs
        for (const outcome of Object.keys(outcomes) as Outcome[]) outcomes[outcome] += tally.outcomes[outcome]
      }
      return { outcomes, savedMs, plugins: all.map(toPluginReport).sort((a, b) => b.costMs - a.costMs) }
    },
  }
}

/** A host that tells of calls and not of what it decided: the calls show it. */
function policyFromCalls({ refused, bypass }: OutcomeCounts): PluginPolicy {
  const decision = refused > 0 ? 'refuse' : bypass > 0 ? 'bypass' : 'memoize'
  return { decision, reason: 'no reason was given', recipe: null, remedy: null }
}

function toPluginReport(tally: HookTally): PluginReport {
  return {
    name: tally.plugin,
    hook: tally.hook,
    calls: tally.calls,
    outcomes: { ...tally.outcomes },
    costMs: tally.costMs,
    busyMs: tally.spans.busyMs(),
    savedMs: tally.savedMs,
    policy: tally.policy ?? policyFromCalls(tally.outcomes),
  }
}

const NEW: Cause = { kind: 'new' }

interface Redone {
  add(call: CallEvent, outcome: RedoneCall['outcome']): void
  totals(): Pick<BuildReport, 'redone' | 'redoneCount' | 'redoneMs' | 'recordedCount' | 'recordedMs' | 'redoneBy'>
}

function createRedone(): Redone {
  const costliest: CostliestList<RedoneCall> = createCostliestList(MAX_REDONE)
  const groups = new Map<string, { cause: Cause; calls: number; costMs: number }>()
  let redoneCount = 0
  let redoneMs = 0
  let recordedCount = 0
  let recordedMs = 0

  function group(cause: Cause, costMs: number): void {
    const key = causeKey(cause)
    const known = groups.get(key)
    if (known) {
      known.calls += 1
      known.costMs += costMs
      return
    }
    groups.set(key, { cause, calls: 1, costMs })
    if (groups.size > MAX_GROUPS) forgetCheapHalf(groups)
  }

  return {
    add(call, outcome) {
      const { id, plugin, hook, costMs } = call
      const cause = call.cause ?? NEW
      redoneCount += 1
      redoneMs += costMs
      if (call.isRecorded) {
        recordedCount += 1
        recordedMs += costMs
      }
      group(cause, costMs)
      // A copy of what is needed: the event may hold on to more.
      costliest.add({ id, plugin, hook, outcome, cause, costMs })
    },
    totals() {
      const redoneBy = Array.from(groups.values(), (entry): RedoneGroup => ({ ...entry })).sort((a, b) => b.costMs - a.costMs)
      return { redone: costliest.list(), redoneCount, redoneMs, recordedCount, recordedMs, redoneBy: redoneBy.slice(0, MAX_REPORTED_GROUPS) }
    },
  }
}

function forgetCheapHalf(groups: Map<string, { costMs: number }>): void {
  const byCost = [...groups].sort(([, a], [, b]) => a.costMs - b.costMs)
  for (const [key] of byCost.slice(0, byCost.length >> 1)) groups.delete(key)
}

/** Two causes have one key when one sentence about both is true. */
function causeKey(cause: Cause): string {
  switch (cause.kind) {
    case 'key':
      return `key ${cause.part}`
    case 'options':
      return `options ${cause.part} ${cause.names.join(' ')}`
    case 'trace':
      return `trace ${cause.what} ${cause.path}`
    case 'not-stored':
      return `not-stored ${cause.detail}`
    // How a record was damaged differs from byte to byte: one group tells as much.
    case 'corrupt':
    case 'new':
      return cause.kind
  }
}
