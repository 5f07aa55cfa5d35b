/**
 * From a filled trace to stored dependencies, and back from stored dependencies to "still true?".
 *
 * A dependency is stored with the digest of what the call saw. What may have changed while the call ran is not stored:
 * a wrong digest under a right key would be a wrong hit for ever.
 */
import { basename, dirname, isAbsolute, join } from 'node:path'
import type { VirtualFileSystem } from '../../vfs/virtual-file-system.ts'
import { realPathOrNull } from '../../folders.ts'
import type { Digest } from '../../hash.ts'
import type { ConfigFiles } from '../identity/config-files.ts'
import { environmentValue, isForColours } from '../observe/environment-names.ts'
import type { PortableText } from '../record/portable-text.ts'
import type { Dependency } from './dependency.ts'
import type { Effect } from './effect.ts'
import type { Trace } from './trace.ts'

export type Sealed =
  | { readonly ok: true; readonly dependencies: Dependency[] }
  | { readonly ok: false; readonly reason: string }

/** Effects that are texts for people. */
const SAID: ReadonlySet<Effect['kind']> = new Set(['log', 'loader-warning', 'loader-log', 'print'])

export interface SealContext {
  readonly vfs: VirtualFileSystem
  readonly configs: ConfigFiles
  readonly portable: PortableText
}

/** @param isColoured Whether the result itself has colours in it, or what has them elsewhere; what the call said may have them in any case. */
export function sealTrace(trace: Trace, context: SealContext, isColoured: () => boolean = () => false): Sealed {
  if (trace.refusal !== null) return { ok: false, reason: trace.refusal }
  const dependencies = dependenciesOf(trace, context, isColoured)
  const changed = firstUnstable(trace, context)
  return changed === null ? { ok: true, dependencies } : { ok: false, reason: `${changed} changed while the call ran` }
}

function dependenciesOf(trace: Trace, { vfs, portable, configs }: SealContext, isColoured: () => boolean): Dependency[] {
  const dependencies: Dependency[] = []
  for (const path of trace.files) dependencies.push(['file', portable.tokenise(path), vfs.digest(path)])
  dependencies.push(...probed(trace, vfs, portable))
  for (const path of trace.directories) dependencies.push(['directory', portable.tokenise(path), vfs.listing(path)])
  dependencies.push(...followed(trace, portable))
  for (const [family, dir] of trace.configs) dependencies.push(['config', portable.tokenise(dir), configs.digest(family, dir), family])
  addVariables(trace, portable, isColoured, dependencies)
  for (const [request, answer] of trace.resolutions) dependencies.push(['resolve', request, answer])
  for (const [label, value] of trace.inputs) dependencies.push(['input', label, value])
  return dependencies
}

/** What lies outside of the project and is no link is the machine's own. */
function followed({ links }: Trace, portable: PortableText): Dependency[] {
  return [...links].map(([path, target]) => [portable.tokenise(path), target === null ? null : portable.tokenise(target)] as const)
    .filter(([path, target]) => path !== target || !isAbsolute(path)).map(([path, target]) => ['link', path, target])
}

/** Those that decide about colours are of account only where there may be some. */
function addVariables({ env, effects }: Trace, portable: PortableText, isColoured: () => boolean, into: Dependency[]): void {
  let mayMatter: boolean | null = null
  for (const [name, value] of env) {
    const matters = !isForColours(name) || (mayMatter ??= effects.some(({ kind }) => SAID.has(kind)) || isColoured())
    if (matters) into.push(['env', name, environmentDigest(value, portable)])
  }
}

function environmentDigest(value: string | null, portable: PortableText): Digest | null {
  return value === null ? null : portable.digestOf(value)
}

function probed(trace: Trace, vfs: VirtualFileSystem, portable: PortableText): Dependency[] {
  const found: Dependency[] = []
  const missing = new Map<string, string[]>()
  for (const path of trace.probes) {
    // What was read as well is pinned by its content already.
    if (trace.files.has(path)) continue
    const kind = vfs.kind(path)
    if (kind === 'absent' && !path.includes('\n')) namesIn(dirname(path), missing).push(basename(path))
    else found.push(['probe', portable.tokenise(path), kind])
  }
  return [...found, ...[...missing].map(([dir, names]): Dependency => ['missing', portable.tokenise(dir), names.sort().join('\n')])]
}

/** One listing answers for all names in a directory, where each alone would be asked of the disk. */
function namesIn(dir: string, byDirectory: Map<string, string[]>): string[] {
  const names = byDirectory.get(dir) ?? []
  byDirectory.set(dir, names)
  return names
}

/** Asked after the digests were taken: what is stable now and older than the call was so for both. */
function firstUnstable(trace: Trace, { vfs, configs }: SealContext): string | null {
  const { files, probes, directories } = trace
  for (const path of files) if (!vfs.wasStableSince(path, trace.sinceMs(path))) return path
  for (const path of probes) if (!files.has(path) && !vfs.kindWasStableSince(path, trace.sinceMs(path))) return path
  for (const path of directories) if (!vfs.listingWasStableSince(path, trace.sinceMs(path))) return path
  return firstMoved(trace) ?? firstConfigured(trace, configs)
}

function firstMoved({ links }: Trace): string | null {
  return [...links].find(([path, target]) => realPathOrNull(path) !== target)?.[0] ?? null
}

function firstConfigured({ configs: searched, startedWallMs }: Trace, configs: ConfigFiles): string | null {
  const config = [...searched].find(([family, dir]) => !configs.wereStableSince(family, dir, startedWallMs))
  return config === undefined ? null : `${config[0]} configuration for ${config[1]}`
}

export type HostDependency = Extract<Dependency, readonly ['resolve' | 'input', ...unknown[]]>

/** Answers of the host that only it can give: resolutions and inputs fetched from its context. */
export type HostCheck = (dependency: HostDependency) => Promise<Digest | null>

export interface CheckContext extends SealContext {
  readonly env: NodeJS.ProcessEnv
  readonly root: string
}

/** The first dependency that does not hold any more, or `null` when all do. Disk is asked before the host is. */
export function firstChanged(dependencies: readonly Dependency[], context: CheckContext): Dependency | null {
  return dependencies.find(dependency => !isAskedOfHost(dependency) && !holds(dependency, context)) ?? null
}

/** Those that `firstChanged` cannot decide. */
export function hostDependencies(dependencies: readonly Dependency[]): HostDependency[] {
  return dependencies.filter(isAskedOfHost)
}

function isAskedOfHost(dependency: Dependency): dependency is HostDependency {
  return dependency[0] === 'resolve' || dependency[0] === 'input'
}

function holds(dependency: Exclude<Dependency, HostDependency>, context: CheckContext): boolean {
  const { vfs, portable, configs } = context
  switch (dependency[0]) {
    case 'file': return vfs.digest(portable.restore(dependency[1])) === dependency[2]
    case 'probe': return vfs.kind(portable.restore(dependency[1])) === dependency[2]
    case 'missing': return presentName(dependency, vfs, portable) === null
    case 'directory': return vfs.listing(portable.restore(dependency[1])) === dependency[2]
    case 'link': return leadsTo(dependency, vfs, portable)
    case 'config': return configs.digest(dependency[3], portable.restore(dependency[1])) === dependency[2]
    case 'env': return environmentDigest(environmentValue(context.env, dependency[1]), portable) === dependency[2]
    case 'place': return dependency[1] === context.root
  }
}

function leadsTo([, path, target]: Extract<Dependency, readonly ['link', ...unknown[]]>, vfs: VirtualFileSystem, portable: PortableText): boolean {
  return vfs.target(portable.restore(path)) === (target === null ? null : portable.restore(target))
}

/** Of names that were not there, the first that is there now, as a path. */
export function presentName([, dir, names]: Extract<Dependency, readonly ['missing', ...unknown[]]>, vfs: VirtualFileSystem, portable: PortableText): string | null {
  const restored = portable.restore(dir)
  const name = names.split('\n').find(candidate => !vfs.lacks(restored, candidate))
  return name === undefined ? null : join(restored, name)
}
