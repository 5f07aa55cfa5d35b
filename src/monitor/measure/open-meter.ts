/** From the user's word to a meter. */
import { followAsync } from './follow-async.ts'
import { Meter } from './meter.ts'
import type { MeterClock } from './meter.ts'

export interface MeterWish {
  readonly timings: boolean | 'deep'
  /** Where a trace of every call is to be written. */
  readonly traceFile: string | null
}

/** `null`: nothing is to be timed. A trace file is made of calls, so it wants them timed. */
export function openMeter({ timings, traceFile }: MeterWish, clock: MeterClock, isBundlerNative: boolean): Meter | null {
  if (timings === false && traceFile === null) return null
  return new Meter({ clock, isBundlerNative, follow: timings === 'deep' ? followAsync : null, isLogging: traceFile !== null })
}
