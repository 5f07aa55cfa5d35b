/** How often files were changed lately, by git, if the project is a repository and git is there. Never throws, never waits long. */
import { execFile } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

const MAX_COMMITS = 1000
const TIMEOUT_MS = 5000

/** What `HEAD` is at, read without git; null outside of repositories. */
export function headOf(root: string): string | null {
  const folder = gitFolder(root)
  if (folder === null) return null
  try {
    const head = readFileSync(join(folder, 'HEAD'), 'utf8').trim()
    const ref = /^ref: (.+)$/.exec(head)?.[1]
    if (ref === undefined) return head
    return `${ref} ${refOf(folder, ref)}`
  } catch {
    // A repository without a commit, or a folder that only looks like one.
    return null
  }
}

function refOf(folder: string, ref: string): string {
  for (const base of [folder, commonFolder(folder)]) {
    try {
      return readFileSync(join(base, ref), 'utf8').trim()
    } catch {
      // Packed, or in the main worktree's folder.
    }
  }
  const packed = join(commonFolder(folder), 'packed-refs')
  return readFileSync(packed, 'utf8').split('\n').find(line => line.endsWith(` ${ref}`)) ?? statSync(packed).mtimeMs.toString()
}

function commonFolder(folder: string): string {
  try {
    return resolve(folder, readFileSync(join(folder, 'commondir'), 'utf8').trim())
  } catch {
    // Only worktrees have one.
    return folder
  }
}

function gitFolder(root: string): string | null {
  for (let at = root; ; at = dirname(at)) {
    const path = join(at, '.git')
    const stat = statSync(path, { throwIfNoEntry: false })
    if (stat?.isDirectory()) return path
    if (stat?.isFile()) return resolve(at, readFileSync(path, 'utf8').replace(/^gitdir:\s*/, '').trim())
    if (dirname(at) === at) return null
  }
}

/** @returns Changes by path relative to `root`; null when git is not there or takes too long. */
export function churnOf(root: string): Promise<Readonly<Record<string, number>> | null> {
  const args = ['-c', 'core.quotepath=off', 'log', `--max-count=${MAX_COMMITS}`, '--since=1.year', '--no-renames', '--format=', '--name-only', '--relative', '.']
  return new Promise(settle => {
    execFile('git', args, { cwd: root, timeout: TIMEOUT_MS, maxBuffer: 20_000_000 }, (error, output) => settle(error ? null : count(output)))
  })
}

function count(output: string): Record<string, number> {
  const counts = new Map<string, number>()
  for (const path of output.split('\n')) if (path !== '') counts.set(path, (counts.get(path) ?? 0) + 1)
  return Object.fromEntries(counts)
}
