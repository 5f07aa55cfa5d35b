/**
 * The commit and the branch that are checked out, read from git's own files: no process is started for them.
 *
 * `null` where there is no repository, or one whose files say it in a way that is not known here. Whether files differ from the commit
 * is not looked at.
 */
import { readFileSync, statSync } from 'node:fs'
import { dirname, isAbsolute, join, resolve } from 'node:path'

export interface GitState {
  readonly commit: string | null
  /** `null` when none is: a detached head, as CI has it. */
  readonly branch: string | null
}

const NONE: GitState = { commit: null, branch: null }
const COMMIT = /^[0-9a-f]{40,64}$/

/** Of the repository that `folder` lies in. */
export function gitState(folder: string): GitState {
  const directory = findGitDirectory(folder)
  const head = directory === null ? null : readText(join(directory, 'HEAD'))
  if (directory === null || head === null) return NONE
  const ref = /^ref: (.+)$/.exec(head)?.[1]
  if (ref === undefined) return { commit: COMMIT.test(head) ? head : null, branch: null }
  return { commit: commitOf(ref, directory), branch: ref.replace(/^refs\/heads\//, '') }
}

/** `.git` is a folder, or in worktrees and submodules a file that names one. */
function findGitDirectory(folder: string): string | null {
  for (let at = resolve(folder); ; at = dirname(at)) {
    const path = join(at, '.git')
    const kind = kindOf(path)
    if (kind === 'folder') return path
    const named = kind === 'file' ? /^gitdir: (.+)$/m.exec(readText(path) ?? '')?.[1] : undefined
    if (named !== undefined) return isAbsolute(named) ? named : join(at, named)
    if (dirname(at) === at) return null
  }
}

/** Worktrees have a head of their own and share the branches. */
function commitOf(ref: string, directory: string): string | null {
  const shared = readText(join(directory, 'commondir'))
  const folders = shared === null ? [directory] : [directory, resolve(directory, shared)]
  for (const folder of folders) {
    const commit = readText(join(folder, ref)) ?? packedCommit(readText(join(folder, 'packed-refs')), ref)
    if (commit !== null && COMMIT.test(commit)) return commit
  }
  return null
}

function packedCommit(packed: string | null, ref: string): string | null {
  const line = packed?.split('\n').find(text => text.endsWith(` ${ref}`))
  return line?.split(' ')[0] ?? null
}

function kindOf(path: string): 'file' | 'folder' | null {
  const found = statSync(path, { throwIfNoEntry: false })
  return found === undefined ? null : found.isDirectory() ? 'folder' : 'file'
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    // Not there, or not readable: then it is not known.
    return null
  }
}
