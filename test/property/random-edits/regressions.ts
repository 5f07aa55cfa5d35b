/** Sequences that once gave another build than without Pitcrew, shrunk, and those that are likely to. */
import type { Edit } from './edits.ts'

export interface Regression {
  readonly name: string
  readonly sequence: readonly Edit[]
}

export const REGRESSIONS: readonly Regression[] = [
  { name: 'a branch and back', sequence: [{ kind: 'branch', which: 0, how: 0 }, { kind: 'branch', which: 0, how: 0 }] },
]
