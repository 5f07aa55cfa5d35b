/**
 * What a configuration is made of: the files that it consists of, followed through their imports, and the packages that
 * it imports with a digest of what those really contain (so that a package patched in place is noticed).
 *
 * Imports, data that is read and environment variables are found by their syntax in text, which finds too many rather than
 * too few: a specifier in a comment costs one more digest, a missed one could be a wrong hit. What is computed is not found.
 * A file that is merely named is not followed: it may be the application's, or one that the build writes.
 */
import { basename, dirname, join, resolve } from 'node:path'
import { LRUCache } from 'lru-cache'
import type { Digest } from '../../hash.ts'
import { digest, digestParts } from '../../hash.ts'
import type { VirtualFileSystem } from '../../vfs/virtual-file-system.ts'
import { environmentNamesIn } from './environment-mentions.ts'
import { extendedBy } from './extended-configs.ts'
import { filesNamedIn, packagesNamedIn } from './named-packages.ts'
import { filesOfOwnPackage } from './own-specifiers.ts'

export interface PackagePart {
  /** As it is imported, with a subpath. */
  readonly name: string
  readonly digest: Digest
  /** What was asked for, where it lies. */
  readonly path: string
}

export interface ConfigGraph {
  readonly files: readonly { readonly path: string; readonly digest: Digest }[]
  readonly packages: readonly PackagePart[]
  /** What the files mention of the environment, for `mentionedValue`, sorted. */
  readonly envNames: readonly string[]
}

const SPECIFIER = /(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire(?:\.resolve)?\s*\(\s*|\bimport\.meta\.resolve\s*\(\s*)(["'`])([^"'`\n]+)\1/g
/** The rest of a line in which something is read, and the texts in it. */
const READ_LINE = /\b(?:read|load|parse)\w*\s*\((.*)/g
const TEXT = /(["'`])([^"'`\n]+)\1/g
const MAX_TEXTS = 8
const TS_CONFIG = /(?:^|[\\/])[tj]sconfig[\w.-]*\.json$/
/** JSON in which modules are named by their paths. */
const JSON_CONFIG = /(?:^|[\\/])(?:\.[\w-]+rc(?:\.json)?|[\w-]+\.config\.json)$/
const MODULE_PATH = /"(\.[^"\n]*\.[cm]?[jt]s)"/g
const EXTENSIONS = ['', '.ts', '.mts', '.cts', '.js', '.mjs', '.cjs', '.json', '.tsx', '.jsx', '/index.ts', '/index.js', '/index.mjs', '/index.cjs']
/** Enough for a plugin's own files; a compiler of thousands of files is pinned by its version and entry. */
const MAX_PACKAGE_FILES = 60
const MAX_CONFIG_FILES = 400
/**
 * Ours is in each configuration, and its version in each key. Of its files the entries are enough: they name all others by
 * hashes of their contents, and what is patched otherwise than by hand is among the patches.
 */
const OWN_PACKAGE = 'unplugin-pitcrew'
/** Of the files of packages, by their contents: what configures one build of a process configures most others of it. */
const SPECIFIERS = new LRUCache<Digest, readonly string[]>({ max: 5_000 })
/** Of configuration files, by their paths and contents: a server looks at them again and again. */
const MENTIONS = new LRUCache<string, Mentions>({ max: 1_000 })

/** What a file mentions, whether it is there or not. */
interface Mentions {
  readonly envNames: readonly string[]
  /** Absolute. */
  readonly files: readonly string[]
  readonly packages: readonly string[]
}

/** A longer text is costly to make. */
const PART_BYTES = 32_768
const OVERLAP_BYTES = 512

/** Whatever `exports` of the packages of these names, asked for from `from`, lead to. Names of none are passed over. */
export function packageParts(names: readonly string[], from: string, vfs: VirtualFileSystem): readonly PackagePart[] {
  const packages = new Map<string, PackagePart>()
  for (const name of new Set(names)) addPackage(name, from, packages, vfs)
  return [...packages.values()].sort(byNameAndDigest)
}

/** @param follow Whether packages are looked into as well. */
export function walkConfigGraph(entries: readonly string[], vfs: VirtualFileSystem, follow: { readonly packages: boolean } = { packages: true }): ConfigGraph {
  const files = new Map<string, Digest>()
  const packages = new Map<string, PackagePart>()
  const envNames = new Set<string>()
  const queue = [...entries]
  while (queue.length > 0 && files.size < MAX_CONFIG_FILES) {
    const path = queue.pop()!
    const content = files.has(path) ? null : contentOf(path, vfs)
    if (content === null) continue
    files.set(path, content)
    const mentions = mentionsIn(path, content, vfs)
    for (const name of mentions.envNames) addEnvName(name, envNames)
    queue.push(...mentions.files, ...filesOfOwnPackage(mentions.packages, dirname(path), vfs))
    if (follow.packages) for (const specifier of mentions.packages) addPackage(specifier, dirname(path), packages, vfs)
  }
  return {
    files: [...files].map(([path, content]) => ({ path, digest: content })).sort((a, b) => compare(a.path, b.path)),
    packages: [...packages.values()].sort(byNameAndDigest),
    envNames: [...envNames].sort(),
  }
}

/** Most of what may be meant is not there, which one look at a directory says of all of it. */
function contentOf(path: string, vfs: VirtualFileSystem): Digest | null {
  return vfs.lacks(dirname(path), basename(path)) ? null : vfs.digest(path)
}

function mentionsIn(path: string, content: Digest, vfs: VirtualFileSystem): Mentions {
  const key = `${path}\0${content}`
  const known = MENTIONS.get(key)
  if (known) return known
  const bytes = vfs.read(path) ?? Buffer.alloc(0)
  const text = bytes.toString('utf8')
  const specifiers = specifiersIn(text)
  const mentions = {
    envNames: environmentNamesIn(text),
    files: [...dataIn(path, text), ...[...specifiers.filter(isRelative), ...filesNamedIn(path, text)].flatMap(specifier => candidates(resolve(dirname(path), specifier)))],
    packages: [...specifiers, ...packagesNamedIn(path, text)],
  }
  // It may have been written since it was hashed.
  if (digest(bytes) === content) MENTIONS.set(key, mentions)
  return mentions
}

function textOf(path: string, vfs: VirtualFileSystem): string {
  return vfs.read(path)?.toString('utf8') ?? ''
}

function byNameAndDigest(a: PackagePart, b: PackagePart): number {
  return compare(a.name, b.name) || compare(a.digest, b.digest)
}

/** Our own variables say where memos lie and what is reported; they configure no plugin. */
function addEnvName(name: string, envNames: Set<string>): void {
  if (!name.startsWith('PITCREW_')) envNames.add(name)
}

/** Files that a configuration reads, or, where it is JSON, names. */
function dataIn(path: string, text: string): string[] {
  const dir = dirname(path)
  // Plugins that resolve by the paths of a tsconfig.json read it before any call does.
  const extended = path.endsWith('.json') ? extendedBy(path, text) : namedConfigs(dir, text)
  return [...extended, ...(JSON_CONFIG.test(path) ? [...text.matchAll(MODULE_PATH)].map(match => resolve(dir, match[1]!)) : dataReadIn(dir, text))]
}

function namedConfigs(dir: string, text: string): string[] {
  return [...text.matchAll(TEXT)].map(match => match[2]!).filter(name => TS_CONFIG.test(name)).map(name => resolve(dir, name))
}

function dataReadIn(dir: string, text: string): string[] {
  return [...text.matchAll(READ_LINE)].flatMap(([, line]) => {
    const texts = [...line!.matchAll(TEXT)].slice(0, MAX_TEXTS).map(match => match[2]!)
    // A path may be joined of several texts that follow each other.
    return texts.flatMap((_, from) => texts.slice(from).map((__, count) => resolve(dir, ...texts.slice(from, from + count + 1))))
  })
}

function specifiersIn(text: string): string[] {
  return [...text.matchAll(SPECIFIER)].map(match => match[2]!)
}

function isRelative(specifier: string): boolean {
  return specifier.startsWith('./') || specifier.startsWith('../') || specifier.startsWith('/') || specifier === '.' || specifier === '..'
}

/** What is compiled already names files as they are; only what is not there as it is named is looked for otherwise. */
function filesMeantBy(target: string, vfs: VirtualFileSystem): string[] {
  return vfs.kind(target) === 'file' ? [target] : candidates(target)
}

function specifiersInFile(path: string, content: Digest, vfs: VirtualFileSystem): readonly string[] {
  const known = SPECIFIERS.get(content)
  if (known) return known
  const specifiers = specifiersInBytes(vfs.read(path) ?? Buffer.alloc(0))
  // It may have been written to since.
  if (vfs.digest(path) === content) SPECIFIERS.set(content, specifiers)
  return specifiers
}

/**
 * Compiled code may be one of megabytes: it is looked through in parts, which overlap by more than a specifier is long, and
 * byte by byte, because what is looked for is ASCII and decoding takes longer than looking.
 */
function specifiersInBytes(content: Buffer): readonly string[] {
  const found = new Set<string>()
  for (let from = 0; from < content.length; from += PART_BYTES) {
    for (const bytes of specifiersIn(content.toString('latin1', from, from + PART_BYTES + OVERLAP_BYTES))) found.add(Buffer.from(bytes, 'latin1').toString('utf8'))
  }
  return [...found]
}

function candidates(target: string): string[] {
  const stem = target.replace(/\.([cm]?)js$/, '.$1ts')
  return [...EXTENSIONS.map(extension => target + extension), stem]
}

function addPackage(specifier: string, from: string, packages: Map<string, PackagePart>, vfs: VirtualFileSystem): void {
  if (isRelative(specifier) || specifier.startsWith('node:')) return
  const name = /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0]
  const dir = name === undefined ? null : findPackage(name, from, vfs)
  if (name === undefined || dir === null) return
  const subpath = specifier.slice(name.length)
  const key = `${dir}\0${subpath}`
  if (!packages.has(key)) packages.set(key, { name: specifier, digest: packageDigest(dir, subpath, vfs, { follow: name !== OWN_PACKAGE }), path: dir + subpath })
}

function findPackage(name: string, from: string, vfs: VirtualFileSystem): string | null {
  for (let dir = from; ; dir = dirname(dir)) {
    const candidate = join(dir, 'node_modules', name)
    if (vfs.digest(join(candidate, 'package.json')) !== null) return candidate
    if (dirname(dir) === dir) return null
  }
}

/** The manifest, the entries and, unless they are not followed, the package's own files that are reachable from them. */
function packageDigest(dir: string, subpath: string, vfs: VirtualFileSystem, { follow }: { readonly follow: boolean }): Digest {
  const manifest = textOf(join(dir, 'package.json'), vfs)
  const parts = new Map<string, string>()
  const queue = entriesOf(manifest, subpath).flatMap(entry => filesMeantBy(join(dir, entry), vfs))
  while (queue.length > 0 && parts.size < MAX_PACKAGE_FILES) {
    const path = queue.pop()!
    const content = parts.has(path) ? null : contentOf(path, vfs)
    if (content === null) continue
    parts.set(path, content)
    if (follow && /\.[cm]?js$/.test(path)) queue.push(...specifiersInFile(path, content, vfs).filter(isRelative).flatMap(specifier => filesMeantBy(resolve(dirname(path), specifier), vfs)))
  }
  return digestParts([manifest, ...[...parts].map(([path, content]) => `${path.slice(dir.length)}\0${content}`).sort()])
}

/** Every file that the manifest could mean by `subpath`, whatever the condition. */
function entriesOf(manifest: string, subpath: string): string[] {
  try {
    const { exports, main, module } = JSON.parse(manifest) as { exports?: unknown; main?: unknown; module?: unknown }
    const key = subpath === '' ? '.' : `.${subpath}`
    const isMap = exports !== null && typeof exports === 'object' && Object.keys(exports).some(name => name.startsWith('.'))
    const target: unknown = isMap ? (exports as Record<string, unknown>)[key] : exports
    const named = [...stringsIn(target), ...(subpath === '' ? [main, module] : [subpath])]
    return [...named.filter(entry => typeof entry === 'string').filter(entry => !entry.includes('*')), 'index.js']
  } catch {
    // A manifest that is not JSON names no entry; its text still counts.
    return []
  }
}

function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return value !== null && typeof value === 'object' ? Object.values(value).flatMap(stringsIn) : []
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
