/** Packages of a build: what is there in several versions, and what that costs. */
import { group } from './graph.ts'
import type { DuplicatePackage } from './project-report.ts'

/** One installed copy of a package, some of which is in the build. */
export interface BuiltPackage {
  readonly name: string
  /** Where it lies, relative to the root with `/`. */
  readonly folder: string
  /** From its manifest; empty when that cannot be read, and then it is a version of its own. */
  readonly version: string
  /** Of its modules in the chunks. */
  readonly bytes: number
}

/** Most bytes first. Two copies of one version are one waste as well, and are told as such. */
export function duplicatePackages(packages: readonly BuiltPackage[]): DuplicatePackage[] {
  return [...group(packages, ({ name }) => name)].filter(([, copies]) => copies.length > 1).map(([name, copies]): DuplicatePackage => {
    const sizes = copies.map(({ bytes }) => bytes)
    const versions = copies.map(({ version, bytes }) => ({ version, bytes })).sort((a, b) => a.version.localeCompare(b.version, 'en', { numeric: true }))
    return { name, versions, bytes: sizes.reduce((sum, each) => sum + each, 0) - Math.max(...sizes) }
  }).sort((a, b) => b.bytes - a.bytes || (a.name < b.name ? -1 : 1))
}

/** The copy of a package that a module belongs to, or null for a module of nobody's package. @param path With `/`. */
export function packageFolderOf(path: string): { readonly name: string; readonly folder: string } | null {
  const at = path.lastIndexOf('node_modules/')
  if (at < 0) return null
  const [first = '', second = ''] = path.slice(at + 'node_modules/'.length).split('/')
  const name = first.startsWith('@') ? `${first}/${second}` : first
  return { name, folder: `${path.slice(0, at)}node_modules/${name}` }
}
