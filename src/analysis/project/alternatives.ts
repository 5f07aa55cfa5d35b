/**
 * What could stand in a dependency's place, scored by what the build measured: bytes in its chunks, modules that import
 * it, whether its names are covered, whether the build's target has what is native. The lists are those of the
 * `module-replacements` package; they are handed in, because this module reads nothing.
 */
import { group } from './graph.ts'
import type { ImportGraph, PackageLink } from './graph.ts'
import type { BuiltPackage } from './packages.ts'
import type { Alternative } from './project-report.ts'

/** As in `module-replacements`, as far as it is read. */
export interface ReplacementData {
  readonly mappings: Readonly<Record<string, { readonly replacements: readonly string[]; readonly url?: unknown }>>
  readonly replacements: Readonly<Record<string, Replacement>>
}

export interface Replacement {
  readonly id: string
  readonly type: string
  readonly description?: string
  readonly example?: string
  readonly replacementModule?: string
  readonly url?: unknown
  readonly engines?: readonly { readonly engine: string; readonly minVersion?: string }[]
}

export interface ReplaceableDependency {
  readonly name: string
  readonly bytes: number
  readonly importers: readonly string[]
  readonly line: number
  /** Best first. */
  readonly alternatives: readonly Alternative[]
}

interface Use {
  readonly name: string
  readonly bytes: number
  readonly links: readonly PackageLink[]
}

/** Dependencies that the project's own modules import and for which something else is known: most bytes first. */
export function replaceableDependencies(graph: ImportGraph, packages: readonly BuiltPackage[], data: ReplacementData | null, target: readonly string[]): ReplaceableDependency[] {
  if (data === null) return []
  const bytesOf = group(packages, ({ name }) => name)
  return [...group(graph.packages, ({ name }) => name)].flatMap(([name, links]): ReplaceableDependency[] => {
    const mapping = Object.hasOwn(data.mappings, name) ? data.mappings[name] : undefined
    const copies = bytesOf.get(name)
    // What is not in the build (external, or only types) costs the user of the page nothing.
    if (!mapping || !copies) return []
    const use: Use = { name, links, bytes: copies.reduce((sum, { bytes }) => sum + bytes, 0) }
    const alternatives = mapping.replacements.map(id => toAlternative(id, use, { data, target, built: bytesOf, url: mapping.url }))
    const importers = [...new Set(links.map(({ from }) => from))].sort()
    return [{ name, bytes: use.bytes, importers, line: links.find(({ from }) => from === importers[0])?.link.line ?? 1, alternatives: alternatives.sort((a, b) => b.score - a.score || (a.name < b.name ? -1 : 1)) }]
  }).sort((a, b) => b.bytes - a.bytes || (a.name < b.name ? -1 : 1))
}

interface Known {
  readonly data: ReplacementData
  readonly target: readonly string[]
  readonly built: ReadonlyMap<string, readonly BuiltPackage[]>
  readonly url: unknown
}

function toAlternative(id: string, use: Use, known: Known): Alternative {
  const replacement = replacementOf(id, known.data)
  const { replacementModule = id, description, example = null } = replacement
  const isPackage = replacement.type === 'documented' && !replacementModule.startsWith('node:')
  const isInTarget = isPackage ? null : supportedBy(replacement, known.target)
  const inputs: Alternative['inputs'] = {
    // Of a package that is not in the build nobody knows here what it would weigh.
    bytesSaved: isPackage && !known.built.has(replacementModule) ? null : use.bytes,
    callSites: new Set(use.links.map(({ from }) => from)).size,
    coverage: coverageOf(use, known.data),
    isInTarget,
    risk: riskOf(isPackage, isInTarget),
  }
  const name = description === undefined ? replacementModule : describe(id, description)
  return { name, score: scoreOf(inputs), inputs, url: urlOf(replacement.url ?? known.url), example }
}

/** What the lists do not describe is another package. */
function replacementOf(id: string, { replacements }: ReplacementData): Replacement {
  return Object.hasOwn(replacements, id) ? replacements[id]! : { id, type: 'documented', replacementModule: id }
}

function riskOf(isPackage: boolean, isInTarget: boolean | null): Alternative['inputs']['risk'] {
  if (isInTarget === false) return 'high'
  return isPackage ? 'medium' : 'low'
}

function describe(id: string, description: string): string {
  const [first = id] = description.split(/(?<=\.)\s/)
  return first.replaceAll('`', '').replace(/\.$/, '')
}

/** The share of the imported names for which a replacement of their own is listed, as for `lodash` by `lodash.get`. */
function coverageOf({ name, links }: Use, { mappings }: ReplacementData): number | null {
  const names = [...new Set(links.flatMap(({ link }) => link.names))]
  if (names.length === 0) return null
  // A package that is one function is covered by what stands for it.
  if (names.every(each => each === 'default' || each === '*')) return links.every(({ link }) => !link.specifier.slice(name.length).includes('/')) && !Object.keys(mappings).some(each => each.startsWith(`${name}.`)) ? 1 : null
  const covered = names.filter(each => Object.hasOwn(mappings, `${name}.${each.toLowerCase()}`))
  return covered.length === 0 ? null : covered.length / names.length
}

const WEIGHTS = { bytes: 35, callSites: 20, coverage: 20, target: 15, risk: 10 } as const
const RISK = { low: 1, medium: 0.5, high: 0 } as const
/** What is not known counts half. */
const UNKNOWN = 0.5

function scoreOf({ bytesSaved, callSites, coverage, isInTarget, risk }: Alternative['inputs']): number {
  const bytes = bytesSaved === null ? UNKNOWN : bytesSaved <= 0 ? 0 : Math.min(1, Math.log2(1 + bytesSaved / 500) / 10)
  const target = isInTarget === null ? UNKNOWN : Number(isInTarget)
  return Math.round(WEIGHTS.bytes * bytes + WEIGHTS.callSites / (1 + callSites / 8) + WEIGHTS.coverage * (coverage ?? UNKNOWN) + WEIGHTS.target * target + WEIGHTS.risk * RISK[risk])
}

/** Names of engines in targets of bundlers, and in the lists. */
const ENGINES: Readonly<Record<string, string>> = { chrome: 'chrome', edge: 'edge', firefox: 'firefox', safari: 'safari', ios: 'safari_ios', opera: 'opera', node: 'nodejs', deno: 'deno' }

/** @returns Null when nothing is known of the target or of the replacement. */
function supportedBy({ engines = [] }: Replacement, target: readonly string[]): boolean | null {
  const judged = target.flatMap((each): boolean[] => {
    const [, name = '', version = ''] = /^([a-z]+)(\d[\d.]*)$/.exec(each) ?? []
    const engine = Object.hasOwn(ENGINES, name) ? engines.find(known => known.engine === ENGINES[name]) : undefined
    return engine?.minVersion === undefined ? [] : [compareVersions(version, engine.minVersion) >= 0]
  })
  return judged.length === 0 ? null : judged.every(Boolean)
}

function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map(version => version.split('.').map(part => Number.parseInt(part, 10) || 0)) as [number[], number[]]
  for (let at = 0; at < Math.max(left.length, right.length); at++) {
    const difference = (left[at] ?? 0) - (right[at] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

const SITES: Readonly<Record<string, string>> = { mdn: 'https://developer.mozilla.org/docs/', node: 'https://nodejs.org/', e18e: 'https://e18e.dev/docs/replacements/' }

function urlOf(url: unknown): string | null {
  if (typeof url === 'string') return url
  const { type, id } = (url ?? {}) as { type?: unknown; id?: unknown }
  const site = typeof type === 'string' && Object.hasOwn(SITES, type) ? SITES[type] : undefined
  return site === undefined || typeof id !== 'string' ? null : `${site}${id}`
}
