/** What options hold, at any depth. */

export interface OptionEntry {
  /** An index, in a list. */
  readonly name: string
  readonly value: unknown
  readonly isListed: boolean
}

/** Options that hand over whole programs say nothing new by then. */
const MAX_OBJECTS = 10_000

/** Every entry of every object in options, which are an entry themselves. Each object once: they may hold graphs with circles. */
export function entriesWithin(options: unknown): OptionEntry[] {
  const objects = new Set<object>([[options]])
  const entries: OptionEntry[] = []
  // A set goes on with what is added while it is gone through.
  for (const owner of objects) {
    const isListed = Array.isArray(owner)
    for (const [name, value] of Object.entries(owner) as [string, unknown][]) {
      entries.push({ name, value, isListed })
      if (value !== null && typeof value === 'object' && objects.size < MAX_OBJECTS) objects.add(value)
    }
  }
  return entries
}
