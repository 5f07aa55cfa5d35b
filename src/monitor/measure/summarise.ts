/** From what was added up during a build to the timings that are told. Pure. */
import type { HookTally } from './hook-tally.ts'
import type { BuildTimings, HookTiming, TimingTotals, UnfinishedCall } from './timings.ts'

export interface Sums {
  readonly mode: BuildTimings['mode']
  /** Of hooks that were called. */
  readonly tallies: readonly HookTally[]
  readonly wallMs: number
  /** From the beginning of the measurement until now. */
  readonly measuredMs: number
  readonly idleMs: number
  readonly pitcrewMs: number
  readonly isBundlerNative: boolean
  /** Ids as the bundler has them. */
  readonly unfinished: readonly UnfinishedCall[]
  readonly name: (id: string) => string
}

const MAX_UNFINISHED = 50
/** A crossing from native code costs no more, whatever else the main thread was busy with. */
const MAX_CROSSING_MS = 0.1

export function summarise(sums: Sums): BuildTimings {
  const { tallies, name } = sums
  const crossingMs = crossingOf(sums)
  const hooks = tallies.map(tally => withNames(tally.timing(crossingMs), name))
  return {
    mode: sums.mode,
    hooks: hooks.sort((a, b) => b.selfMs - a.selfMs),
    totals: totalsOf(sums),
    calibration: null,
    unfinished: sums.unfinished.slice(0, MAX_UNFINISHED).map(call => ({ ...call, id: name(call.id) })),
  }
}

function totalsOf({ tallies, wallMs, idleMs, pitcrewMs }: Sums): TimingTotals {
  const boundedIdleMs = Math.min(wallMs, Math.max(0, idleMs))
  const selfMs = Math.min(selfOf(tallies), wallMs - boundedIdleMs)
  return { wallMs, selfMs, idleMs: boundedIdleMs, nativeMs: wallMs - boundedIdleMs - selfMs, pitcrewMs }
}

/**
 * What a call costs the main thread besides its handler: where the bundler works on threads of its own, nearly all that
 * the main thread does between handlers is to hand calls over.
 */
function crossingOf({ tallies, isBundlerNative, measuredMs, idleMs, pitcrewMs }: Sums): number {
  if (!isBundlerNative) return 0
  const calls = sum(tallies.map(tally => tally.calls))
  const restMs = measuredMs - idleMs - selfOf(tallies) - pitcrewMs
  return Math.min(MAX_CROSSING_MS, Math.max(0, restMs) / Math.max(1, calls))
}

function withNames(timing: HookTiming, name: (id: string) => string): HookTiming {
  return { ...timing, modules: timing.modules.map(module => ({ ...module, id: name(module.id) })) }
}

function selfOf(tallies: readonly HookTally[]): number {
  return sum(tallies.map(({ selfMs }) => selfMs))
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
