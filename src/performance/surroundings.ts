/**
 * What a build happened in: everything that may explain why its times are not those of the build before.
 */
import { createHash } from 'node:crypto'
import { isAbsolute, join, relative } from 'node:path'
import { digestParts } from '../hash.ts'
import { gitState } from '../history/git.ts'
import { LOCKFILES, lockedVersions } from '../history/lockfile.ts'
import type { BuildIdentity } from '../memo/identity/identity.ts'
import type { Site } from '../memo/sites/site.ts'
import type { PluginDigests, Provenance } from '../monitor/build-record.ts'

export interface SurroundingsInputs {
  /** Absolute. */
  readonly root: string
  readonly workspaceRoot: string
  readonly identity: BuildIdentity
  readonly sites: readonly Site[]
  readonly changedFiles: readonly string[]
  readonly readText: (path: string) => string | null
  /** Of the build before: a lockfile that is the same need not be read again. */
  readonly previous: Provenance | null
}

export function surroundingsOf({ root, workspaceRoot, identity, sites, changedFiles, readText, previous }: SurroundingsInputs): Provenance {
  const { base, configured } = identity
  const lockfileDigest = base['lockfile'] ?? null
  return {
    ...gitState(root),
    lockfileDigest,
    configDigest: digestParts(['config', 'resolved config', 'config env', 'read by it'].map(part => configured[part] ?? '')),
    nodeVersion: process.versions.node,
    pluginVersions: {},
    pluginDigests: pluginDigests(sites),
    packageVersions: previous !== null && previous.lockfileDigest === lockfileDigest ? previous.packageVersions : packageVersions([root, workspaceRoot], readText),
    changedFiles,
  }
}

/** Several hooks, or several plugins, of one name are one. */
function pluginDigests(sites: readonly Site[]): Readonly<Record<string, PluginDigests>> {
  const byName = new Map<string, { sources: Set<string>; options: Set<string> }>()
  for (const { plugin, identity } of sites) {
    const parts = byName.get(plugin) ?? { sources: new Set(), options: new Set() }
    byName.set(plugin, parts)
    parts.sources.add(identity['source'] ?? '')
    parts.options.add(identity['options'] ?? '')
  }
  return Object.fromEntries([...byName].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, { sources, options }]) => [name, { source: short(sources), options: short(options) }]))
}

/** Enough to tell two apart. */
function short(parts: ReadonlySet<string>): string {
  return createHash('sha256').update([...parts].sort().join('\n')).digest('base64url').slice(0, 8)
}

function packageVersions(folders: readonly string[], readText: SurroundingsInputs['readText']): Readonly<Record<string, string>> {
  const direct = new Set([...new Set(folders)].flatMap(folder => directDependencies(readText(join(folder, 'package.json')))))
  for (const name of LOCKFILES) {
    const text = readText(join(folders.at(-1) ?? '', name))
    if (text !== null) return lockedVersions(name, text, direct)
  }
  return {}
}

function directDependencies(manifest: string | null): string[] {
  const fields = parseManifest(manifest)
  return ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap(field => Object.keys(Object(fields[field])))
}

/** The name that a project goes by wherever it is checked out; its folder when it has none. */
export function projectName(root: string, workspaceRoot: string, readText: SurroundingsInputs['readText']): string {
  const { name } = parseManifest(readText(join(root, 'package.json')))
  return typeof name === 'string' && name !== '' ? `${name} ${relative(workspaceRoot, root)}`.trim() : root
}

function parseManifest(text: string | null): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(text ?? '{}')) as Record<string, unknown>
  } catch {
    // Whoever needs it will complain.
    return {}
  }
}

/** What tells builds apart that one configuration makes: an environment, a format, a name, a place. */
export function variantOf(config: Readonly<Record<string, unknown>>, environment: string, root: string): string {
  const texts = ['name', 'format', 'platform', 'outfile', 'outdir'].map(name => config[name]).filter(value => typeof value === 'string' && value !== '') as string[]
  const parts = texts.map(text => (isAbsolute(text) ? relative(root, text) : text))
  return [...(environment === '' || environment === 'client' ? [] : [environment]), ...parts].join(' ')
}
