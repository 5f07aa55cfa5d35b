/**
 * The n costliest of a stream, in bounded memory.
 *
 * Guarantees: `list()` is exactly the n items with the highest cost, costliest first, equal costs in the order they came;
 * at most 2n items are held; adding costs a comparison, and now and then a sort of 2n.
 */
export interface CostliestList<T> {
  add(item: T): void
  list(): readonly T[]
}

export function createCostliestList<T extends { readonly costMs: number }>(limit: number): CostliestList<T> {
  let kept: T[] = []
  // Nothing at or under it can be among the first n any more.
  let floorMs = -Infinity

  function prune(): void {
    // Array.prototype.sort is stable, which keeps the order of arrival among equals.
    kept.sort((a, b) => b.costMs - a.costMs)
    kept = kept.slice(0, limit)
    if (kept.length === limit) floorMs = kept.at(-1)?.costMs ?? -Infinity
  }

  return {
    add(item) {
      if (item.costMs <= floorMs) return
      kept.push(item)
      if (kept.length >= 2 * limit) prune()
    },
    list() {
      prune()
      return kept.slice()
    },
  }
}
