/**
 * One build of the history as bytes: columns of whole numbers, deflated, and what many builds have in common kept apart.
 *
 * A build of two hundred hooks takes about two kilobytes, because their names, and the versions of packages, are texts of their own
 * ("shared"), named by their digest and written once a file. Times are kept in microseconds. Guaranteed: what `decodeEntry` gives back is
 * what was encoded, up to that rounding and the bounds below; bytes that are no entry give `null` and never an exception.
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { digest } from '../hash.ts'
import type { BuildRecord, HookMetric, ModuleCost, Provenance } from '../monitor/build-record.ts'
import type { BuildEntry } from '../monitor/build-entry.ts'

const VERSION = 1
const KIND_SHARED = 0x53
const KIND_BUILD = 0x42
/** The costliest are kept. */
const MAX_METRICS = 2000
const MAX_MODULE_HOOKS = 12
const MAX_MODULES_A_HOOK = 5
const MAX_INFLATED_BYTES = 4_000_000

/** Digest to text. */
export type SharedTexts = ReadonlyMap<string, string>

export interface EncodedEntry {
  readonly build: Buffer
  /** What the entry refers to, by digest: each must be in the same file. */
  readonly shared: ReadonlyMap<string, Buffer>
}

export type DecodedPayload = { readonly kind: 'shared'; readonly digest: string; readonly text: string } | { readonly kind: 'build' } | { readonly kind: 'unknown' }

type Names = readonly (readonly [plugin: string, hook: string])[]

interface Document {
  readonly v: number
  readonly record: Omit<BuildRecord, 'metrics' | 'provenance'>
  readonly provenance: Omit<Provenance, 'packageVersions' | 'pluginDigests'>
  readonly names: string
  readonly packages: string
  readonly plugins: string
  readonly selfUs: readonly number[]
  readonly calls: readonly number[]
  readonly bytes: readonly number[]
  readonly modules: readonly (readonly [metric: number, id: string, selfUs: number, calls: number])[]
  readonly rest: Omit<BuildEntry, 'record'>
}

export function encodeEntry({ record, ...rest }: BuildEntry): EncodedEntry {
  const { metrics, provenance, ...facts } = record
  const { packageVersions, pluginDigests, ...surroundings } = provenance
  const kept = keepCostliest(metrics)
  const shared = new Map<string, Buffer>()
  const share = (value: unknown): string => {
    const text = JSON.stringify(value)
    const name = digest(text)
    shared.set(name, pack(KIND_SHARED, text))
    return name
  }
  const document: Document = {
    v: VERSION,
    record: facts,
    provenance: surroundings,
    names: share(kept.map(({ plugin, hook }) => [plugin, hook])),
    packages: share(packageVersions),
    plugins: share(pluginDigests),
    selfUs: kept.map(metric => microseconds(metric.selfMs)),
    calls: kept.map(metric => metric.calls),
    bytes: kept.map(metric => Math.round(metric.bytes)),
    modules: modulesOf(kept),
    rest,
  }
  return { build: pack(KIND_BUILD, JSON.stringify(document)), shared }
}

/** Recorded order is kept: names then are the same from build to build. */
function keepCostliest(metrics: readonly HookMetric[]): readonly HookMetric[] {
  const sorted = [...metrics].sort((a, b) => (a.plugin + a.hook < b.plugin + b.hook ? -1 : 1))
  if (sorted.length <= MAX_METRICS) return sorted
  const dear = new Set([...sorted].sort((a, b) => b.selfMs - a.selfMs).slice(0, MAX_METRICS))
  return sorted.filter(metric => dear.has(metric))
}

function modulesOf(metrics: readonly HookMetric[]): Document['modules'] {
  const dear = new Set([...metrics].sort((a, b) => b.selfMs - a.selfMs).slice(0, MAX_MODULE_HOOKS))
  return metrics.flatMap((metric, index) => (dear.has(metric) ? costliestModules(metric.modules) : []).map(module => [index, module.id, microseconds(module.selfMs), module.calls] as const))
}

function costliestModules(modules: readonly ModuleCost[]): readonly ModuleCost[] {
  return [...modules].sort((a, b) => b.selfMs - a.selfMs).slice(0, MAX_MODULES_A_HOOK)
}

function microseconds(ms: number): number {
  return Math.round(ms * 1000)
}

function pack(kind: number, text: string): Buffer {
  return Buffer.concat([Buffer.of(kind), deflateRawSync(text)])
}

/** What a payload is; builds are not looked into yet. */
export function classifyPayload(payload: Buffer): DecodedPayload {
  if (payload[0] === KIND_BUILD) return { kind: 'build' }
  const text = payload[0] === KIND_SHARED ? unpack(payload) : null
  return text === null ? { kind: 'unknown' } : { kind: 'shared', digest: digest(text), text }
}

function unpack(payload: Buffer): string | null {
  try {
    return inflateRawSync(payload.subarray(1), { maxOutputLength: MAX_INFLATED_BYTES }).toString('utf8')
  } catch {
    // Its checksum is right and yet it is not deflated: written by something else.
    return null
  }
}

/** `null` when it is no build of this version, or what it refers to is missing. */
export function decodeEntry(payload: Buffer, shared: SharedTexts): BuildEntry | null {
  const text = unpack(payload)
  if (text === null) return null
  try {
    return entryOf(JSON.parse(text) as Document, shared)
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return null
    throw error
  }
}

function entryOf(document: Document, shared: SharedTexts): BuildEntry | null {
  const [names, packages, plugins] = [shared.get(document.names), shared.get(document.packages), shared.get(document.plugins)]
  if (document.v !== VERSION || names === undefined || packages === undefined || plugins === undefined) return null
  const metrics = metricsOf(document, JSON.parse(names) as Names)
  const provenance = { ...document.provenance, packageVersions: JSON.parse(packages), pluginDigests: JSON.parse(plugins) } as Provenance
  return { record: { ...document.record, calibration: withRatios(document.record.calibration), metrics, provenance }, ...document.rest }
}

/** Builds that are older than these ratios do not have them. */
function withRatios(calibration: BuildRecord['calibration']): BuildRecord['calibration'] {
  return calibration && { ...calibration, mainWaitRatio: calibration.mainWaitRatio ?? 1, threadWaitRatio: calibration.threadWaitRatio ?? 1 }
}

function metricsOf({ selfUs, calls, bytes, modules }: Document, names: Names): HookMetric[] {
  const metrics = names.map(([plugin, hook], index) => ({
    plugin, hook, selfMs: (selfUs[index] ?? 0) / 1000, calls: calls[index] ?? 0, bytes: bytes[index] ?? 0, modules: [] as ModuleCost[],
  }))
  for (const [metric, id, us, count] of modules) metrics[metric]?.modules.push({ id, selfMs: us / 1000, calls: count })
  return metrics
}
