/** Time as an injected seam: tests drive it by hand. */
export interface Clock {
  /** Monotonic milliseconds with a fraction, for durations. */
  now(): number
  /** Milliseconds since the epoch, for comparing with file times and for display. */
  wall(): number
}

/** Of this thread, brought up to date by whoever reads it. */
const { nodeTiming } = performance

/** Milliseconds that this thread's event loop has slept so far. */
export function systemIdleMs(): number {
  return nodeTiming.idleTime
}

export const systemClock: Clock = {
  now: () => performance.now(),
  wall: () => Date.now(),
}
