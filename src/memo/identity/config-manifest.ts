/** What a package's manifest says, and what counts of it where compilers look for their configuration. */
import type { ConfigFamily } from './config-files.ts'
import { filesNamedIn } from './named-packages.ts'

/** What counts of a manifest. Its version, its scripts and its dependencies come and go without a meaning for compilers. */
const MANIFEST_KEYS = ['babel', 'browserslist', 'postcss', 'type']
/** The same for a single family. */
const OWN_MANIFEST_KEYS: Readonly<Partial<Record<ConfigFamily, readonly string[]>>> = { svgr: ['svgr', 'svgo', 'prettier', 'cosmiconfig'] }

/** The parts that compilers look at, as text. `null` where it cannot be read: then all of it counts. */
export function describeManifest(text: string, family: ConfigFamily): string | null {
  const manifest = fieldsOf(text)
  if (manifest === null) return null
  const parts = [...MANIFEST_KEYS, ...OWN_MANIFEST_KEYS[family] ?? []].flatMap(key => (manifest[key] === undefined ? [] : [[key, manifest[key]]]))
  // Where there is one at all a package begins, and Babel's search ends.
  return JSON.stringify(parts)
}

/** Files that it names, as it writes them: where it has a configuration of the family, that may name plugins by their paths. */
export function filesNamedInManifest(text: string, family: ConfigFamily): readonly string[] {
  const manifest = fieldsOf(text)
  const isConfigured = manifest === null ? text.includes(`"${family}"`) : manifest[family] !== undefined
  // Its name tells how it is to be read.
  return isConfigured ? filesNamedIn(`${family}.config.json`, text) : []
}

/** @param text Of a manifest. @returns Its fields; `null` where it is no object in JSON. */
export function fieldsOf(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const manifest: unknown = JSON.parse(text)
    return manifest !== null && typeof manifest === 'object' ? manifest as Readonly<Record<string, unknown>> : null
  } catch {
    // Whoever reads it will complain; until then its text is what counts.
    return null
  }
}
