import { createAnalyzer } from '../../../src/analysis/analyze.ts'
import type { ModuleAnalysis } from '../../../src/analysis/analyze.ts'
import { analyzeMetrics } from '../../../src/analysis/metrics/analyze-metrics.ts'
import type { FunctionMetrics } from '../../../src/analysis/metrics/metrics.ts'

const analyzer = createAnalyzer()

export function analyze(source: string, id = 'module.tsx'): ModuleAnalysis {
  return analyzer.analyze(id, source)
}

/** `rule:line` of each finding. */
export function found(source: string, id?: string): string[] {
  const { findings, ruleFailures } = analyze(source, id)
  if (ruleFailures.length > 0) throw new Error(JSON.stringify(ruleFailures))
  return findings.map(({ ruleId, line }) => `${ruleId}:${line}`)
}

/** Metrics of the outermost first function. */
export function firstFunction(source: string): FunctionMetrics {
  const result = analyzeMetrics('module.tsx', source)
  const [first] = result.kind === 'metrics' ? result.functions : []
  if (!first) throw new Error(`No function in ${source}`)
  return first
}
