/**
 * Updates of a dev server: what the hooks of the change took after a file was saved, and from the browser's first request for it to the last
 * call that this led to. What the browser takes to ask is nobody's.
 *
 * Guaranteed: an update that nobody asked for (no browser is open) is none, and one that another change overtakes before it was asked for is
 * that other one; nothing is thrown. Its times are what the meter added up meanwhile.
 */
import type { Clock } from '../clock.ts'
import type { HookMetric } from '../monitor/build-record.ts'
import { metricKey } from '../monitor/build-record.ts'
import type { Meter } from '../monitor/measure/meter.ts'
import type { HookTiming } from '../monitor/measure/timings.ts'

export interface Update {
  /** Milliseconds since the epoch. */
  readonly startedAtMs: number
  readonly wallMs: number
  readonly metrics: readonly HookMetric[]
}

interface Open {
  readonly startedAtMs: number
  readonly from: number
  readonly before: ReadonlyMap<string, HookTiming>
  /** When it was asked for, and what had been spent by then. */
  asked: { readonly at: number; readonly spentMs: number } | null
}

export class UpdateWatch {
  readonly #meter: Meter | null
  readonly #clock: Clock
  readonly #tell: (update: Update) => void
  #open: Open | null = null

  constructor(meter: Meter | null, clock: Clock, tell: (update: Update) => void) {
    this.#meter = meter
    this.#clock = clock
    this.#tell = tell
  }

  /** A file has changed. */
  changed(): void {
    this.settled()
    if (this.#meter === null) return
    const from = this.#clock.now()
    this.#open = { startedAtMs: this.#clock.wall(), from, before: timingsOf(this.#meter), asked: null }
  }

  /** The browser asks for something. */
  asked(): void {
    if (this.#open === null || this.#meter === null) return
    this.#open.asked ??= { at: this.#clock.now(), spentMs: Math.max(0, this.#meter.lastEventAt - this.#open.from) }
  }

  /** Nothing was asked for in a while. */
  settled(): void {
    const open = this.#open
    if (open === null || this.#meter === null || open.asked === null) return
    this.#open = null
    const wallMs = open.asked.spentMs + this.#meter.lastEventAt - open.asked.at
    const metrics = [...timingsOf(this.#meter)].flatMap(([key, timing]) => difference(timing, open.before.get(key)))
    if (wallMs > 0 && metrics.some(({ hook }) => hook === 'transform')) this.#tell({ startedAtMs: open.startedAtMs, wallMs, metrics })
  }
}

function timingsOf(meter: Meter): Map<string, HookTiming> {
  return new Map(meter.timings(0, id => id).hooks.map(hook => [metricKey(hook.plugin, hook.hook), hook]))
}

/** What was added since; nothing when the hook was not called. */
function difference(now: HookTiming, before: HookTiming | undefined): HookMetric[] {
  const calls = now.calls - (before?.calls ?? 0)
  if (calls === 0) return []
  return [{ plugin: now.plugin, hook: now.hook, calls, selfMs: Math.max(0, now.likelyMinMs - (before?.likelyMinMs ?? 0)), bytes: now.bytes - (before?.bytes ?? 0), modules: [] }]
}
