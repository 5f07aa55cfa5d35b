/**
 * Everything that is learnt from the builds before one: a baseline per metric and what the machine usually does.
 *
 * Learning costs far more than judging, so it happens once per build; the same model serves the forecast at the start and the
 * verdict at the end.
 */
import type { Baseline } from './baseline.ts'
import { MAX_PAST, fitBaseline, measurePast, pooledSigma } from './baseline.ts'
import type { BuildRecord, Stratum } from './build-record.ts'
import { comparable } from './build-record.ts'
import type { UsualMachine } from './series.ts'
import { seriesOf, usualMachine } from './series.ts'

export interface Model {
  /** Comparable builds seen, not only those looked back upon. */
  readonly builds: number
  readonly usual: UsualMachine
  /** By subject key; empty before the first build. */
  readonly metrics: ReadonlyMap<string, Baseline>
}

/**
 * @param history Oldest first; only builds of `stratum` count.
 * @param isRebuild The build to be judged has the very sources of the last one.
 */
export function learn(history: readonly BuildRecord[], stratum: Stratum, isRebuild: boolean = false): Model {
  const past = comparable(history, stratum)
  const recent = past.slice(-MAX_PAST)
  const usual = usualMachine(recent)
  const measured = [...seriesOf(recent, usual)].map(([key, series]) => ({ key, raw: measurePast(series.samples) }))
  const prior = pooledSigma(measured.map((item) => item.raw))
  const metrics = new Map(measured.map(({ key, raw }) => [key, fitBaseline(raw, prior, isRebuild)]))
  return { builds: past.length, usual, metrics }
}
