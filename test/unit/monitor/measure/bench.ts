/** A meter with a clock that is moved by hand, and hooks whose calls take what they are told to. */
import { Meter } from '../../../../src/monitor/measure/meter.ts'
import type { Meterable } from '../../../../src/monitor/measure/meter.ts'
import { measureHandler } from '../../../../src/monitor/measure/wrap.ts'
import type { BuildTimings, HookTiming } from '../../../../src/monitor/measure/timings.ts'

export interface MeterBench {
  readonly meter: Meter
  now(): number
  /** Time passes on the main thread. */
  work(ms: number): void
  /** Time passes in which others have the processor. */
  interrupt(ms: number): void
  /** Time passes in which the event loop sleeps. */
  sleep(ms: number): void
  /** A hook of plugin `plugin` that does `body`. */
  hook<Args extends unknown[]>(plugin: string, body: (...args: Args) => unknown, parts?: Partial<Meterable>): (...args: Args) => unknown
  timings(): BuildTimings
  of(plugin: string): HookTiming
}

export function createMeterBench(isBundlerNative = true, isLogging = false): MeterBench {
  let nowMs = 1000
  let idleMs = 400
  let waitedMs = 70
  const meter = new Meter({ clock: { now: () => nowMs, idle: () => idleMs, waits: { open: () => undefined, close: () => undefined, waitedMs: () => waitedMs, get ranMs() { return nowMs - idleMs - waitedMs } } }, isBundlerNative, follow: null, isLogging })
  const beganAt = nowMs
  const timings = (): BuildTimings => meter.timings(nowMs - beganAt, id => id)
  return {
    meter,
    now: () => nowMs,
    work(ms) {
      nowMs += ms
    },
    interrupt(ms) {
      nowMs += ms
      waitedMs += ms
    },
    sleep(ms) {
      nowMs += ms
      idleMs += ms
    },
    hook: (plugin, body, parts = {}) => measureHandler(meter, { plugin, hook: 'transform', kind: 'code', idOf: args => String(args[1] ?? ''), ...parts }, body as never),
    timings,
    of(plugin) {
      const timing = timings().hooks.find(hook => hook.plugin === plugin)
      if (!timing) throw new Error(`${plugin} was not called`)
      return timing
    },
  }
}

/** A promise that is settled by hand. */
export function deferred<T = unknown>(): { promise: Promise<T>; resolve: (value: T) => void; reject: (error: unknown) => void } {
  let resolve: (value: T) => void = () => undefined
  let reject: (error: unknown) => void = () => undefined
  const promise = new Promise<T>((onValue, onError) => ([resolve, reject] = [onValue, onError]))
  return { promise, resolve, reject }
}

/** Everything that is due now has run. */
export const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))
