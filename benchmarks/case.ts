/** What a benchmark case is. A case asks one question, proves that what it compares is equal, and keeps every sample. */

/** One build or session. */
export interface Sample {
  /** As the bundler reports it. */
  readonly bundlerMs: number
  /** The whole process, from start to end. */
  readonly processMs: number
  /** Processor time of the process without its children: steadier than the clock on a busy machine. */
  readonly cpuMs: number
  readonly maxRssBytes: number
}

export type Metric = keyof Sample

/** A ratio of medians that is of interest, and what it should be. */
export interface Target {
  readonly of: string
  readonly over: string
  readonly metric: Metric
  /** The ratio must not be above (`max`) or below (`min`) this; `null` where it is only of interest. */
  readonly bound: { readonly max: number } | { readonly min: number } | null
}

export interface TargetResult extends Target {
  readonly ratio: number
  /** `null` when nothing was wanted. */
  readonly met: boolean | null
}

export interface RunOptions {
  readonly rounds: number
  /** Progress for a person, one line at a time. */
  readonly say: (line: string) => void
}

/** Timed cases: variants in turn, within one run. */
export interface TimedResult {
  readonly kind: 'timed'
  readonly samples: Readonly<Record<string, readonly Sample[]>>
  readonly targets: readonly TargetResult[]
  /** What was compared to prove that the variants did the same work. */
  readonly proof: string
}

/** Cases that measure something else say it in their own words and figures. */
export interface FiguresResult {
  readonly kind: 'figures'
  readonly figures: unknown
  readonly text: string
}

export interface BenchCase {
  readonly name: string
  /** One sentence that ends with a question mark. */
  readonly question: string
  /** Runs only when it is named. @default false */
  readonly onDemand?: boolean
  run(options: RunOptions): Promise<TimedResult | FiguresResult>
}
