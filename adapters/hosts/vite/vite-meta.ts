/**
 * Which Vite runs, and on which bundler. Since version 7 it says so in the context of its hooks. Of an older one the
 * file that called tells: it lies in Vite's own package.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pathsOnStack } from '../calling-scripts.ts'

export interface BundlerMeta {
  readonly viteVersion?: string | undefined
  readonly rolldownVersion?: string | undefined
  readonly rollupVersion?: string | undefined
}

interface Manifest {
  readonly name?: string
  readonly version?: string
  readonly dependencies?: Readonly<Record<string, string>>
}

/** The second is published in place of the first, under its name. */
const NAMES: ReadonlySet<string | undefined> = new Set(['vite', 'rolldown-vite'])
const BUILT_FILE = /[\\/]dist[\\/]node[\\/]/

/** @param context What a hook of Vite was called with as `this`. @returns Empty where Vite is not to be found. */
export function metaOf(context: unknown): BundlerMeta {
  const meta: unknown = context !== null && typeof context === 'object' ? Reflect.get(context, 'meta') : undefined
  return meta !== null && typeof meta === 'object' ? meta : metaOfCaller()
}

function metaOfCaller(): BundlerMeta {
  for (const path of pathsOnStack()) {
    const built = BUILT_FILE.exec(path)
    const manifest = built && manifestIn(path.slice(0, built.index))
    if (manifest && NAMES.has(manifest.name)) return metaFrom(manifest, path)
  }
  return {}
}

function metaFrom({ version, dependencies = {} }: Manifest, path: string): BundlerMeta {
  const bundler = 'rolldown' in dependencies ? 'rolldown' : 'rollup'
  return { viteVersion: version, [`${bundler}Version`]: versionBeside(path, bundler) ?? dependencies[bundler] }
}

/** Of the bundler that a file of Vite imports. */
function versionBeside(path: string, bundler: string): string | undefined {
  try {
    return manifestIn(dirname(createRequire(path).resolve(`${bundler}/package.json`)))?.version
  } catch {
    return undefined
  }
}

function manifestIn(folder: string): Manifest | null {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
  } catch {
    return null
  }
}
