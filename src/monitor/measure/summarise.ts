/** From what was added up during a build to the timings that are told. Pure. */
import type { HookTally } from './hook-tally.ts'
import type { BuildTimings, HookTiming, TimingTotals, UnfinishedCall } from './timings.ts'

export interface Sums {
  readonly mode: BuildTimings['mode']
  /** Of hooks that were called. */
  readonly tallies: readonly HookTally[]
  readonly wallMs: number
  readonly idleMs: number
  readonly pitcrewMs: number
  readonly interruptedMs: number
  /** Ids as the bundler has them. */
  readonly unfinished: readonly UnfinishedCall[]
  readonly name: (id: string) => string
}

const MAX_UNFINISHED = 50

export function summarise(sums: Sums): BuildTimings {
  const { tallies, name } = sums
  const hooks = tallies.map(tally => withNames(tally.timing(), name))
  return {
    mode: sums.mode,
    hooks: hooks.sort((a, b) => b.selfMs - a.selfMs),
    totals: totalsOf(sums),
    calibration: null,
    unfinished: sums.unfinished.slice(0, MAX_UNFINISHED).map(call => ({ ...call, id: name(call.id) })),
  }
}

function totalsOf({ tallies, wallMs, idleMs, pitcrewMs, interruptedMs }: Sums): TimingTotals {
  const boundedIdleMs = Math.min(wallMs, Math.max(0, idleMs))
  const selfMs = Math.min(selfOf(tallies), wallMs - boundedIdleMs)
  return { wallMs, selfMs, idleMs: boundedIdleMs, nativeMs: wallMs - boundedIdleMs - selfMs, pitcrewMs, interruptedMs }
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
