/** The source files below some paths, in name order, so that two runs say the same. */
import { readdirSync, statSync } from 'node:fs'
import type { Dirent } from 'node:fs'
import { join, relative, resolve, sep } from 'node:path'

const SOURCE = /\.(?:[cm]?[jt]sx?|vue|svelte|mdx|astro)$/
const SKIPPED: ReadonlySet<string> = new Set(['node_modules', 'dist', 'build', 'coverage', 'out'])

export interface FoundFiles {
  /** Relative to the root, with `/`. */
  readonly ids: readonly string[]
  /** What could not be read, and why. */
  readonly flaws: readonly string[]
}

/** What is no source, lies in `node_modules` or an output folder, or is hidden is left out, unless it was named. */
export function findSources(root: string, paths: readonly string[]): FoundFiles {
  const ids: string[] = []
  const flaws: string[] = []
  const visit = (path: string, isAsked: boolean): void => {
    try {
      if (statSync(path).isDirectory()) for (const name of visitedIn(path)) visit(join(path, name), false)
      else if (isAsked || SOURCE.test(path)) ids.push(toId(root, path))
    } catch (error) {
      flaws.push(`${relative(root, path)}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  for (const path of paths.length === 0 ? ['.'] : paths) visit(resolve(root, path), true)
  return { ids, flaws }
}

function visitedIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).filter(isVisited).map(({ name }) => name).sort()
}

function isVisited(entry: Dirent): boolean {
  // Links are not followed: they can go in circles, and what they lead to is counted where it lies.
  if (entry.isSymbolicLink()) return false
  return entry.isDirectory() ? !SKIPPED.has(entry.name) && !entry.name.startsWith('.') : SOURCE.test(entry.name)
}

export function toId(root: string, path: string): string {
  return relative(root, path).split(sep).join('/')
}
