/**
 * One loader of a chain as recipes see it: whose it is, and what configures it. It is the `plugin` of its subject.
 */
import { resolve } from 'node:path'
import type { Digest } from '../../hash.ts'
import type { VirtualFileSystem } from '../../vfs/virtual-file-system.ts'
import { packageParts, walkConfigGraph } from '../identity/config-graph.ts'
import { fingerprint } from '../record/fingerprint.ts'
import { packagesNamedBy } from '../identity/named-packages.ts'
import { entriesWithin } from '../identity/option-entries.ts'
import type { Namer } from '../identity/named-packages.ts'

export interface LoaderPart {
  /** `sass-loader`; with the file for a package of several loaders, such as `vue-loader/templateLoader`; for a local one its path. */
  readonly name: string
  /** Absolute path of the loader's file. */
  readonly path: string
  /** `null` for a loader outside of any package. */
  readonly version: string | null
  /** As the configuration or the request gives them: an object, the text after `?`, or nothing. */
  readonly options: unknown
}

/** The options as an object. Text in a request is JSON or a query string; a query string comes back as it is, under `query`. */
export function optionsOf({ options }: LoaderPart): Readonly<Record<string, unknown>> {
  if (options === null || options === undefined || options === '') return {}
  if (typeof options === 'object') return options as Record<string, unknown>
  const text = String(options)
  if (!text.startsWith('{')) return { query: text }
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    // Not JSON: the loader will say so when it runs.
    return { query: text }
  }
}

/** Whether options are nothing but values: a function among them may read a file once, and answer for all modules from it. */
export function isFullyVisible(options: unknown): boolean {
  return fingerprint(options).complete
}

const LOCAL = /^(?:module:)?(?:\.{0,2}[\\/]|\.{1,2}$|[a-z]:[\\/])/i
const EXTENSIONS = ['', '.js', '.cjs', '.mjs', '.ts', '/index.js', '/index.cjs', '/index.mjs']

/**
 * Digests of files that options name by their path, with what those import: no lockfile pins them, nor what was patched in
 * place. What is no file is a path of something else.
 */
export function localFiles(options: unknown, vfs: VirtualFileSystem): readonly Digest[] {
  const paths = entriesWithin(options).map(({ value }) => value).filter(value => typeof value === 'string').filter(text => LOCAL.test(text)).map(text => resolve(text.replace(/^module:/, '')))
  const [installed, own] = [paths.filter(isInstalled), paths.filter(path => !isInstalled(path))].map(some => some.flatMap(path => EXTENSIONS.map(extension => path + extension)))
  const { files, packages } = walkConfigGraph(own!, vfs)
  return [...files, ...packages, ...walkConfigGraph(installed!, vfs, { packages: false }).files].map(part => part.digest)
}

/** Digests of the packages that options name as this compiler lets them. */
export function namedPackages(options: unknown, namer: Namer, vfs: VirtualFileSystem): readonly Digest[] {
  return packageParts(packagesNamedBy(options, namer), process.cwd(), vfs).map(part => part.digest)
}

function isInstalled(path: string): boolean {
  return /[\\/]node_modules[\\/]/.test(path)
}
