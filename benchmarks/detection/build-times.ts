/**
 * Turns a folder of real build-time series into build records: a file a case, a day a record, a phase of the compiler a plugin.
 *
 * The phases of the source data nest; here each phase keeps only its own time, so that phases add up to the build like hooks do.
 * Nothing is smoothed or left out; a phase that was not measured on a day is absent from that day's record.
 */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { BuildRecord, HookMetric } from '../../src/monitor/build-record.ts'

interface SeriesFile {
  readonly case: string
  readonly dates: readonly string[]
  readonly commits: readonly (string | null)[]
  readonly metrics: Readonly<Record<string, readonly (number | null)[]>>
}

export interface CaseSeries {
  readonly name: string
  readonly builds: readonly BuildRecord[]
  /** Index of each build that has the same known commit as the build before it. */
  readonly sameCommit: readonly number[]
}

/** Which phase runs inside which, from the compiler's own order of calls. */
const CHILDREN: Readonly<Record<string, readonly string[]>> = {
  exec: ['stats'],
  stats: ['Compiler.make', 'Compiler.build module graph', 'Compiler.finish compilation', 'Compiler.seal compilation', 'Compiler.emitAssets'],
  'Compiler.seal compilation': [
    'Compilation.optimize dependencies', 'Compilation.create chunks', 'Compilation.build chunk graph', 'Compilation.optimize',
    'Compilation.code generation', 'Compilation.runtime requirements', 'Compilation.hashing', 'Compilation.create module hashes',
    'Compilation.create chunk assets', 'Compilation.process assets',
  ],
  'Compilation.process assets': ['SourceMapDevToolPlugin.collect source maps', 'DevtoolPlugin.collect source maps'],
  'Compilation.optimize': [
    'ModuleConcatenationPlugin.find modules to concatenate', 'SplitChunksPlugin.prepare module group map', 'SplitChunksPlugin.process cache groups',
  ],
}

export const KEPT_METRICS: ReadonlySet<string> = new Set(['exec', ...Object.values(CHILDREN).flat()])

/** All cases of `folder` that record whole builds, by name. */
export function loadCases(folder: string): readonly CaseSeries[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as SeriesFile)
    .filter((file) => file.metrics['exec'] !== undefined)
    .map(toCase)
}

function toCase(file: SeriesFile): CaseSeries {
  const builds = file.dates.flatMap((date, day) => {
    const wallMs = file.metrics['exec']?.[day] ?? null
    return wallMs === null ? [] : [{ day, record: toRecord(file, date, day, wallMs) }]
  })
  const commitAt = (index: number): string | null => file.commits[builds[index]?.day ?? -1] ?? null
  const sameCommit = builds.flatMap((_, index) => (index > 0 && commitAt(index) !== null && commitAt(index) === commitAt(index - 1) ? [index] : []))
  return { name: file.case, builds: builds.map((item) => item.record), sameCommit }
}

function toRecord(file: SeriesFile, date: string, day: number, wallMs: number): BuildRecord {
  return {
    id: date,
    startedAtMs: Date.parse(date),
    stratum: { command: 'build', mode: file.case, variant: '', bundler: 'rspack@1', cache: 'cold', cpuModel: 'ci', nodeMajor: 20, site: 'ci' },
    wallMs,
    work: { calls: 1, moduleCount: 1, bytes: 1 },
    calibration: null,
    metrics: phases(file, day, 'stats'),
    provenance: {
      commit: file.commits[day] ?? null, branch: null, lockfileDigest: null, configDigest: null, nodeVersion: '20',
      pluginVersions: {}, pluginDigests: {}, packageVersions: {}, changedFiles: [],
    },
  }
}

function phases(file: SeriesFile, day: number, phase: string): HookMetric[] {
  const children = (CHILDREN[phase] ?? []).filter((child) => typeof file.metrics[child]?.[day] === 'number')
  const inner = children.flatMap((child) => phases(file, day, child))
  const total = file.metrics[phase]?.[day]
  if (typeof total !== 'number') return inner
  const spent = children.reduce((sum, child) => sum + (file.metrics[child]?.[day] ?? 0), 0)
  // Where the inner phases exceed the outer one they did not run inside it that day: its own time is unknown, not 0.
  if (spent > total) return inner
  return [{ plugin: phase, hook: 'phase', selfMs: total - spent, calls: 1, bytes: 1, modules: [] }, ...inner]
}
