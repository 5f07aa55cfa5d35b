/** Time as an injected seam: tests drive it by hand. */
export interface Clock {
  /** Monotonic milliseconds with a fraction, for durations. */
  now(): number
  /** Milliseconds since the epoch, for comparing with file times and for display. */
  wall(): number
}

export const systemClock: Clock = {
  now: () => performance.now(),
  wall: () => Date.now(),
}
