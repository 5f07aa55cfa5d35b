/** Keeps a case's samples with the machine and the versions that they were measured on, and shows them as a table. */
import { createRequire } from 'node:module'
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, platform, release, totalmem } from 'node:os'
import { join } from 'node:path'
import { REPOSITORY } from '../test/harness/playgrounds.ts'
import type { BenchCase, FiguresResult, Metric, TargetResult, TimedResult } from './case.ts'
import { deviation, median, medianOf } from './statistics.ts'

const PACKAGES = ['vite', 'rolldown', 'webpack', 'esbuild', 'vue', 'svelte', '@babel/core', 'sass-embedded', 'unplugin-pitcrew']
const METRIC_NAMES: Readonly<Record<Metric, string>> = { bundlerMs: 'build', processMs: 'process', cpuMs: 'processor', maxRssBytes: 'memory' }

/** Writes `benchmarks/results/<case>.json`. @returns where. */
export function keepResult({ name, question }: BenchCase, rounds: number, result: TimedResult | FiguresResult): string {
  const folder = join(REPOSITORY, 'benchmarks', 'results')
  mkdirSync(folder, { recursive: true })
  const file = join(folder, `${name}.json`)
  const document = { case: name, question, measuredAt: new Date().toISOString(), rounds, machine: machine(), versions: versions(), medians: mediansOf(result), ...result }
  writeFileSync(file, `${JSON.stringify(document, null, 2)}\n`)
  return file
}

/** A few lines: medians with their spread, ratios, and what proves that they may be compared. */
export function renderResult(result: TimedResult | FiguresResult): string {
  if (result.kind === 'figures') return result.text.trimEnd()
  const rows = Object.entries(result.samples).map(([variant, samples]) => [
    variant,
    spread(samples.map(sample => sample.bundlerMs)),
    spread(samples.map(sample => sample.processMs)),
    spread(samples.map(sample => sample.cpuMs)),
    `${Math.round(medianOf(samples, 'maxRssBytes') / 1e6)} MB`,
  ])
  return [...table([['', 'build', 'process', 'processor', 'peak memory'], ...rows]), '', ...result.targets.map(renderTarget), result.proof].map(line => `  ${line}`).join('\n')
}

function renderTarget({ of, over, metric, ratio, bound, met }: TargetResult): string {
  const wanted = bound === null ? '' : `   wanted ${'max' in bound ? `≤ ${bound.max}` : `≥ ${bound.min}`}: ${met ? 'met' : 'MISSED'}`
  return `${of} / ${over} (${METRIC_NAMES[metric]})`.padEnd(30) + ratio.toFixed(3).padStart(8) + wanted
}

function spread(values: readonly number[]): string {
  return `${(median(values) / 1000).toFixed(2)} s ± ${(deviation(values) / 1000).toFixed(2)}`
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map(row => row[column]?.length ?? 0))) ?? []
  return rows.map(row => row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('   ').trimEnd())
}

function mediansOf(result: TimedResult | FiguresResult): unknown {
  if (result.kind === 'figures') return undefined
  const metrics: Metric[] = ['bundlerMs', 'processMs', 'cpuMs', 'maxRssBytes']
  return Object.fromEntries(Object.entries(result.samples).map(([variant, samples]) => [variant, Object.fromEntries(metrics.map(metric => [metric, medianOf(samples, metric)]))]))
}

function machine(): unknown {
  const [cpu] = cpus()
  return { cpu: cpu?.model ?? 'unknown', cores: cpus().length, memoryBytes: totalmem(), system: `${platform()} ${release()}`, node: process.version, loadAverage: loadavg() }
}

function versions(): Record<string, string> {
  const require = createRequire(join(REPOSITORY, 'playground', 'package.json'))
  return Object.fromEntries(PACKAGES.flatMap(name => {
    const version = versionOf(require, name)
    return version === null ? [] : [[name, version]]
  }))
}

function versionOf(require: NodeJS.Require, name: string): string | null {
  try {
    return (require(`${name}/package.json`) as { version: string }).version
  } catch (error) {
    // Not every package exports its package.json; a version less is no reason to lose a measurement.
    if ((error as NodeJS.ErrnoException).code === 'ERR_PACKAGE_PATH_NOT_EXPORTED') return null
    throw error
  }
}
