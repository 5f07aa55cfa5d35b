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

export function emptyOutcomes(): OutcomeCounts {
  return { hit: 0, miss: 0, stale: 0, corrupt: 0, bypass: 0, refused: 0, restored: 0 }
}
