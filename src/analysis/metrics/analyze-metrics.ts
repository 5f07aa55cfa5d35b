/** Metrics alone, for callers that want nothing else: one parse, one walk. */
import { createLineTable } from '../syntax/lines.ts'
import { createMetrics } from './metrics.ts'
import type { FunctionMetrics, ModuleMetrics } from './metrics.ts'
import { langOfId, parseModule } from '../syntax/parse.ts'
import type { Note } from '../syntax/parse.ts'
import { walk } from '../syntax/walk.ts'

export interface MetricsResult {
  readonly kind: 'metrics'
  readonly functions: readonly FunctionMetrics[]
  readonly module: ModuleMetrics
}

/** @param id Tells the dialect; nothing is read from the disk. */
export function analyzeMetrics(id: string, source: string): MetricsResult | Note {
  const parsed = parseModule(source, langOfId(id))
  if (parsed.kind === 'note') return parsed
  const metrics = createMetrics(parsed.program)
  walk(parsed.program, metrics)
  return { kind: 'metrics', ...metrics.finish(createLineTable(source, parsed.comments), source.length) }
}
