/**
 * SpanUnion: how long at least one of many overlapping spans was open, as each of them ends.
 *
 * Guarantees: never more than the true union, however spans overlap and in whatever order they come; exact as long as no
 * span outlasts more than MAX_PIECES / 2 separate bursts of others, which a build does not do; memory bounded. A sum of
 * the spans is no substitute: calls that wait for each other would each claim the whole wait.
 *
 * How: the union so far is kept as disjoint pieces in order of time. Spans come as they end, so a new one nearly always
 * swallows pieces from the end of the list. Once there are too many, the older half is summed up and closed.
 */

const MAX_PIECES = 8_192

export interface SpanUnion {
  /** @param startMs @param endMs Monotonic milliseconds; a span that ends before it starts is empty. */
  add(startMs: number, endMs: number): void
  busyMs(): number
}

export function createSpanUnion(): SpanUnion {
  const starts: number[] = []
  const ends: number[] = []
  let closedMs = 0
  /** Time before this moment has been summed up. */
  let closedUntilMs = -Infinity

  /** Index of the first piece that ends at or after `atMs`. Searched from the end, where it nearly always is. */
  function firstReaching(atMs: number): number {
    let index = ends.length
    while (index > 0 && (ends[index - 1] ?? -Infinity) >= atMs) index -= 1
    return index
  }

  function closeOlderHalf(): void {
    const half = starts.length >> 1
    for (let index = 0; index < half; index++) closedMs += pieceMs(index)
    closedUntilMs = ends[half - 1] ?? closedUntilMs
    starts.splice(0, half)
    ends.splice(0, half)
  }

  /** One piece in the place of those from `from` up to `to`. */
  function replace(from: number, to: number, start: number, end: number): void {
    if (from === starts.length) {
      starts.push(start)
      ends.push(end)
    } else {
      starts.splice(from, to - from, start)
      ends.splice(from, to - from, end)
    }
  }

  function pieceMs(index: number): number {
    return (ends[index] ?? 0) - (starts[index] ?? 0)
  }

  return {
    add(startMs, endMs) {
      let start = Math.max(startMs, closedUntilMs)
      let end = endMs
      if (!(end > start)) return
      const from = firstReaching(start)
      let to = from
      while (to < starts.length && (starts[to] ?? Infinity) <= end) to += 1
      if (to > from) {
        start = Math.min(start, starts[from] ?? start)
        end = Math.max(end, ends[to - 1] ?? end)
      }
      replace(from, to, start, end)
      if (starts.length > MAX_PIECES) closeOlderHalf()
    },
    busyMs() {
      let totalMs = closedMs
      for (let index = 0; index < starts.length; index++) totalMs += pieceMs(index)
      return totalMs
    },
  }
}
