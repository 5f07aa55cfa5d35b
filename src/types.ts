/** Types that several features share and none of them owns. */

/** How one call of another plugin's hook (or of a loader chain) was answered. */
export const OUTCOMES = ['hit', 'miss', 'stale', 'corrupt', 'bypass', 'refused', 'restored'] as const
export type Outcome = (typeof OUTCOMES)[number]
export type OutcomeCounts = Record<Outcome, number>

/** Why a call was not answered from the store. */
export type Cause =
  /** Nothing like it is stored: first build, or a new module. */
  | { readonly kind: 'new' }
  /** A part of the key differs from the last build's: `part` is its label, such as `code`, `config`, `lockfile`, `env`. */
  | { readonly kind: 'key'; readonly part: string }
  /** Options differ from the last build's in a part of the key: ways to some of them, as `module.rules[2]`, and how many there are besides. */
  | { readonly kind: 'options'; readonly part: string; readonly names: readonly string[]; readonly moreCount: number }
  /** A traced file, listing, resolution or variable differs. `path` is what changed. */
  | { readonly kind: 'trace'; readonly what: 'file' | 'absent' | 'probe' | 'config' | 'directory' | 'resolve' | 'env' | 'input'; readonly path: string }
  /** The entry was damaged and has been dropped. */
  | { readonly kind: 'corrupt'; readonly detail: string }
  /** It was recorded in an earlier build but is not in the store any more, or could not be stored then. */
  | { readonly kind: 'not-stored'; readonly detail: string }

export interface Fault {
  readonly code: string
  readonly message: string
  readonly count: number
}

/** What differs between what a memo gave and what its call gives when it is run again. */
export interface Difference {
  /** A clause for a person: `code, line 3`. */
  readonly where: string
  readonly served: string
  readonly now: string
}

/** A call that an audit found wrong, and with it its plugin. */
export interface AuditFinding {
  readonly plugin: string
  readonly hook: string
  /** Relative to the root. */
  readonly module: string
  readonly difference: Difference
  /** ISO 8601. */
  readonly at: string
}

/** What the audits of one build did. */
export interface AuditSummary {
  /** Calls that were answered from the store and then run again. */
  readonly audited: number
  /** Calls of the sample that told nothing: no time was left, or what they depend on is gone by now. */
  readonly inconclusive: number
  readonly ms: number
  /** Those that gave something else. */
  readonly mismatches: readonly AuditFinding[]
  /** Plugins that are not remembered because of what an audit found, in this build or earlier. */
  readonly quarantined: readonly AuditFinding[]
}

/** A part of Pitcrew that was switched off after repeated faults: a plugin's name, or the store. */
export interface OffPart {
  readonly part: string
  readonly faults: number
}

export function emptyOutcomes(): OutcomeCounts {
  return { hit: 0, miss: 0, stale: 0, corrupt: 0, bypass: 0, refused: 0, restored: 0 }
}
