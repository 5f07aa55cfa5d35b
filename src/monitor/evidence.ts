/**
 * What else changed between two builds: the coincidences that may explain a change of cost. Coincidence is all that is claimed.
 */
import type { BuildRecord, Provenance } from './build-record.ts'

export type Evidence =
  | { readonly kind: 'plugin-version'; readonly name: string; readonly from: string | null; readonly to: string | null }
  | { readonly kind: 'package-version'; readonly name: string; readonly from: string | null; readonly to: string | null }
  /** The plugin's own functions, or the options that can be seen of it, are others. */
  | { readonly kind: 'plugin-code' | 'plugin-options'; readonly name: string }
  | { readonly kind: 'config' }
  | { readonly kind: 'lockfile' }
  | { readonly kind: 'node'; readonly from: string; readonly to: string }
  | { readonly kind: 'cache'; readonly from: string; readonly to: string }
  | { readonly kind: 'files'; readonly count: number; readonly first: string }
  | { readonly kind: 'commit'; readonly from: string; readonly to: string }

/** Plugin names and the words under which npm knows what they do their work with. */
const TOOLS: Readonly<Record<string, readonly string[]>> = {
  css: ['sass', 'less', 'stylus', 'postcss', 'lightningcss', 'tailwindcss', 'autoprefixer', 'cssnano'],
  scss: ['sass'],
  vue: ['compiler-sfc'],
  react: ['babel', 'swc'],
  svelte: ['svelte'],
  ts: ['typescript'],
}

/** Whether nothing is known to differ between two builds: whatever their times differ by is noise. */
export function isRebuild(before: Provenance, after: Provenance): boolean {
  const state = ({ commit, lockfileDigest, configDigest, nodeVersion, pluginDigests }: Provenance): string =>
    JSON.stringify([commit, lockfileDigest, configDigest, nodeVersion, pluginDigests])
  return after.commit !== null && after.changedFiles.length === 0 && state(before) === state(after)
}

/** Changes from `before` to `after`; those that concern `plugin` first, then from the most to the least specific. */
export function coincidences(before: BuildRecord, after: BuildRecord, plugin: string | null): readonly Evidence[] {
  const [from, to] = [before.provenance, after.provenance]
  const plugins = versionChanges('plugin-version', from.pluginVersions, to.pluginVersions)
  const packages = versionChanges('package-version', from.packageVersions, to.packageVersions)
  const versions = [...plugins, ...packages]
  const related = plugin === null ? [] : versions.filter((item) => isRelated(plugin, item.name))
  const others = versions.filter((item) => !related.includes(item))
  return [...related, ...(plugin === null ? [] : ownChanges(plugin, from, to)), ...surroundings(from, to, before, after), ...others, ...sources(from, to, versions.length > 0)]
}

type VersionChange = Extract<Evidence, { readonly kind: 'plugin-version' | 'package-version' }>

function ownChanges(plugin: string, from: Provenance, to: Provenance): readonly Evidence[] {
  const [before, after] = [from.pluginDigests[plugin], to.pluginDigests[plugin]]
  if (before === undefined || after === undefined) return []
  const found: Evidence[] = []
  if (before.source !== after.source) found.push({ kind: 'plugin-code', name: plugin })
  if (before.options !== after.options) found.push({ kind: 'plugin-options', name: plugin })
  return found
}

function versionChanges(
  kind: VersionChange['kind'],
  from: Readonly<Record<string, string>>,
  to: Readonly<Record<string, string>>,
): readonly VersionChange[] {
  const names = [...new Set([...Object.keys(from), ...Object.keys(to)])].sort()
  return names
    .map((name) => ({ kind, name, from: from[name] ?? null, to: to[name] ?? null }))
    .filter((change) => change.from !== change.to)
}

/** Config and Node, which concern every plugin. */
function surroundings(from: Provenance, to: Provenance, before: BuildRecord, after: BuildRecord): readonly Evidence[] {
  const found: Evidence[] = []
  if (differs(from.configDigest, to.configDigest)) found.push({ kind: 'config' })
  if (from.nodeVersion !== to.nodeVersion) found.push({ kind: 'node', from: from.nodeVersion, to: to.nodeVersion })
  const caches = [before.stratum.cache, after.stratum.cache] as const
  if (caches[0] !== caches[1]) found.push({ kind: 'cache', from: caches[0], to: caches[1] })
  return found
}

function sources(from: Provenance, to: Provenance, versionsKnown: boolean): readonly Evidence[] {
  const found: Evidence[] = []
  // A lockfile whose changed entries are named above needs no second mention.
  if (!versionsKnown && differs(from.lockfileDigest, to.lockfileDigest)) found.push({ kind: 'lockfile' })
  const [first] = to.changedFiles
  if (first !== undefined) found.push({ kind: 'files', count: to.changedFiles.length, first })
  if (from.commit !== null && to.commit !== null && from.commit !== to.commit) {
    found.push({ kind: 'commit', from: from.commit, to: to.commit })
  }
  return found
}

function differs(from: string | null, to: string | null): boolean {
  return from !== null && to !== null && from !== to
}

function isRelated(plugin: string, name: string): boolean {
  if (plugin === name) return true
  const pluginWords = words(plugin)
  const wanted = new Set(pluginWords.flatMap((word) => [word, ...(TOOLS[word] ?? [])]))
  return words(name).some((word) => wanted.has(word)) || [...wanted].some((word) => word.includes('-') && name.includes(word))
}

/** Words that say nothing about which plugin it is. */
const COMMON_WORDS = new Set(['vite', 'webpack', 'rollup', 'esbuild', 'plugin', 'loader', 'unplugin', 'core', 'vitejs'])

function words(name: string): readonly string[] {
  return name
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '' && !COMMON_WORDS.has(word))
}
