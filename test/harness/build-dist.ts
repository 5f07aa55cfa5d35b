/**
 * Builds `dist` once before the tests that need it, unless it is newer than all that it is made of: the playgrounds use the
 * package as a stranger's application would.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { REPOSITORY } from './playgrounds.ts'

const SOURCES = ['src', 'adapters', 'package.json', 'tsdown.config.ts', 'tsconfig.json']

export default function setup(): void {
  if (isFresh()) return
  execFileSync('npm', ['run', 'build'], { cwd: REPOSITORY, stdio: 'inherit' })
}

function isFresh(): boolean {
  // Every entry is written anew by each build, so any of them tells when that was.
  const entry = join(REPOSITORY, 'dist', 'vite.js')
  return existsSync(entry) && statSync(entry).mtimeMs > Math.max(...SOURCES.flatMap(path => timesIn(join(REPOSITORY, path))))
}

/** Modification times of a file, or of all files below a folder, in milliseconds. */
function timesIn(path: string): number[] {
  const stat = statSync(path)
  return stat.isDirectory() ? readdirSync(path).flatMap(name => timesIn(join(path, name))) : [stat.mtimeMs]
}
