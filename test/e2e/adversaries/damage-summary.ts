/** What the script of adversary 8 prints. */
export interface DamageSummary {
  /** Calls that a build on the undamaged store has from memory. */
  readonly hits: number
  readonly packBytes: number
  readonly flips: number
  readonly cuts: number
  /** Damages whose build was not the same. */
  readonly wrong: readonly string[]
  readonly leastHits: number
  readonly mostCorrupt: number
  readonly faults: readonly string[]
}
