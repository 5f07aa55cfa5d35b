/**
 * Source files that no entry of the last build reaches: all below the top folders that its modules lie in, by ripgrep where
 * it is installed (it knows what git ignores) and by walking where it is not. Tests, types and configuration are no dead code.
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { findSources } from './source-files.ts'

const SOURCE = /\.(?:[cm]?[jt]sx?|vue|svelte|mdx|astro)$/
const APART = /\.d\.[cm]?ts$|(?:^|\/)(?:__tests__|__mocks__|tests?|e2e|cypress)\/|\.(?:test|spec|stories|story|config|bench|cy)\.[cm]?[jt]sx?$/

/** @param moduleIds Relative to `root`, with `/`. @returns The same, in name order. */
export function unreachedFiles(root: string, moduleIds: readonly string[]): string[] {
  const reached = new Set(moduleIds)
  const folders = [...new Set(moduleIds.filter(id => id.includes('/') && !id.startsWith('..') && !id.includes('node_modules/')).map(id => id.split('/')[0]!))]
  return filesIn(root, folders).filter(id => SOURCE.test(id) && !APART.test(id) && !reached.has(id)).sort()
}

function filesIn(root: string, folders: readonly string[]): readonly string[] {
  const there = folders.filter(folder => existsSync(join(root, folder)))
  if (there.length === 0) return []
  const { status, stdout } = spawnSync('rg', ['--files', '--no-messages', '--glob', '!**/node_modules/**', '--', ...there], { cwd: root, encoding: 'utf8', maxBuffer: 100_000_000 })
  if (status === 0) return stdout.split(/\r?\n/).filter(line => line !== '').map(line => line.replaceAll('\\', '/'))
  return findSources(root, there).ids
}
