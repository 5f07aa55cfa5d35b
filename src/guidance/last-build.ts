/** The report of the last build about its code, as a file in the cache directory: what `pitcrew findings` and `baseline` read. */
import { randomBytes } from 'node:crypto'
import { readFileSync, readdirSync, statSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { ProjectReport, ReportedFinding } from '../analysis/project/project-report.ts'

const VERSION = 2

export interface LastBuild {
  /** Absolute. */
  readonly root: string
  readonly baselineFile: string | null
  readonly ruleFiles: readonly string[]
  /** All own modules of the build. */
  readonly moduleIds: readonly string[]
  /** With every finding, also those that a build's report has no room for. */
  readonly report: ProjectReport
  /** Under comments that give their reason. */
  readonly suppressed: readonly ReportedFinding[]
}

export function lastBuildFolder(cacheDir: string): string {
  return join(cacheDir, 'analysis')
}

/** Whoever reads it sees the old one or the new one. What goes wrong is thrown. */
export async function writeLastBuild(path: string, build: LastBuild): Promise<void> {
  const temporary = `${path}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`
  try {
    // The folder above is the store's, and is there or cannot be made: a recursive mkdir may hang where it cannot.
    await mkdir(dirname(path)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
    await writeFile(temporary, `${JSON.stringify({ version: VERSION, ...build })}\n`)
    await rename(temporary, path)
  } catch {
    // No cache directory, or a full disk: the build's own report says it all, and the store has told what is wrong.
    await rm(temporary, { force: true }).catch(() => undefined)
  }
}

/** The latest of a project, or null. */
export function readLastBuild(cacheDir: string, root: string): LastBuild | null {
  const folder = lastBuildFolder(cacheDir)
  const builds = namesIn(folder).filter(name => name.endsWith('.json')).map(name => join(folder, name))
    .map(path => ({ path, at: statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0 })).sort((a, b) => b.at - a.at)
  for (const { path } of builds) {
    const build = parse(path)
    if (build !== null && build.root === root) return build
  }
  return null
}

function parse(path: string): LastBuild | null {
  try {
    const document = JSON.parse(readFileSync(path, 'utf8')) as LastBuild & { version: number }
    return document.version === VERSION ? document : null
  } catch {
    // Damaged, or of another version: as if there had been no build.
    return null
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    // There was no build yet.
    return []
  }
}
