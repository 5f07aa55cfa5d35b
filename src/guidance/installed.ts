/** What is installed: versions of packages that are in the build, and what is known of packages that could replace them. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { ReplacementData } from '../analysis/project/alternatives.ts'
import { packageFolderOf } from '../analysis/project/packages.ts'
import type { BuiltPackage } from '../analysis/project/packages.ts'

const MANIFESTS = ['native', 'micro-utilities', 'preferred'] as const

/** Versions are read only of packages of which there are several copies. */
export function readPackages(root: string, folders: readonly (readonly [folder: string, bytes: number])[]): BuiltPackage[] {
  const packages = folders.flatMap(([folder, bytes]) => {
    const named = packageFolderOf(`${folder}/`)
    return named ? [{ name: named.name, folder, bytes }] : []
  })
  const copies = new Map<string, number>()
  for (const { name } of packages) copies.set(name, (copies.get(name) ?? 0) + 1)
  return packages.map(each => ({ ...each, version: copies.get(each.name) === 1 ? '' : versionIn(join(root, each.folder)) }))
}

function versionIn(folder: string): string {
  try {
    return String((JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version?: unknown }).version ?? '')
  } catch {
    // Copies without a manifest are copies all the same.
    return ''
  }
}

/** @returns Null for a build without packages, and where the data cannot be read: then there is no advice about them. */
export function replacementsFor(packageCount: number): ReplacementData | null {
  if (packageCount === 0) return null
  try {
    const require = createRequire(import.meta.url)
    // By `require`, since an import of JSON makes Node 20 print a warning.
    const parts = MANIFESTS.map(name => require(`module-replacements/manifests/${name}.json`) as Partial<ReplacementData>)
    return { mappings: Object.assign({}, ...parts.map(({ mappings }) => mappings)) as ReplacementData['mappings'], replacements: Object.assign({}, ...parts.map(({ replacements }) => replacements)) as ReplacementData['replacements'] }
  } catch {
    return null
  }
}
