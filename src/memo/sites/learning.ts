/** Whether the calls of a plugin that nobody has read are worth remembering, by what they cost so far in this build. */
import { extname } from 'node:path'
import type { Site } from './site.ts'

/** A call cheaper than this is not worth an entry: looking it up costs about as much. */
export const WORTHWHILE_MS = 0.25
/** Calls after which their mean cost decides. */
const LEARNING_CALLS = 32

export function isLearning({ decision }: Site): boolean {
  return decision.kind === 'memoize' && decision.learning
}

/** Whether its calls for modules of this kind have proved too cheap. */
export function isCheap({ costs }: Site, id: string): boolean {
  const cost = costs.get(kindOf(id))
  return cost !== undefined && cost.calls >= LEARNING_CALLS && cost.totalMs / cost.calls < WORTHWHILE_MS
}

/** A call was made, or would have been. */
export function learn(site: Site, id: string, costMs: number): void {
  // Nobody asks about the others.
  if (!isLearning(site)) return
  const kind = kindOf(id)
  const cost = site.costs.get(kind) ?? { calls: 0, totalMs: 0 }
  site.costs.set(kind, { calls: cost.calls + 1, totalMs: cost.totalMs + costMs })
}

/** What a module is by its name: the extension in front of the query. */
function kindOf(id: string): string {
  return extname(id.split('?', 1)[0]!)
}
