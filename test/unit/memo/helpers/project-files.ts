/** A project in a temporary folder, and a clock that stands so late that no file in it looks freshly written. */
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Clock } from '../../../../src/clock.ts'

export interface ProjectFiles {
  readonly root: string
  /** Absolute path of a file or folder in it. */
  at(path: string): string
  /** Writes a file, with the folders above it. @returns Its absolute path. */
  write(path: string, content: string | Uint8Array): string
  remove(path: string): void
  /** Gives a file a modification time of long ago, the same at each call. */
  age(path: string): void
  dispose(): void
}

export function createProjectFiles(files: Readonly<Record<string, string>> = {}): ProjectFiles {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'pitcrew-unit-')))
  const project: ProjectFiles = {
    root,
    at: path => join(root, path),
    write(path, content) {
      const absolute = join(root, path)
      mkdirSync(dirname(absolute), { recursive: true })
      writeFileSync(absolute, content)
      stampFolders(root, path)
      return absolute
    },
    remove(path) {
      rmSync(join(root, path), { recursive: true, force: true })
      stampFolders(root, path)
    },
    age: path => utimesSync(join(root, path), 1_000_000_000, 1_000_000_000),
    dispose: () => rmSync(root, { recursive: true, force: true }),
  }
  for (const [path, content] of Object.entries(files)) project.write(path, content)
  return project
}

let stamps = 0

/**
 * Gives each folder on the way a modification time of its own, of long ago: file systems count in milliseconds, in which a test may write
 * twice, and the late clock says that nothing was written just now.
 */
function stampFolders(root: string, path: string): void {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const seconds = 1_100_000_000 + ++stamps
    if (existsSync(join(root, folder))) utimesSync(join(root, folder), seconds, seconds)
    if (folder === '.' || folder === dirname(folder)) return
  }
}

/** Far beyond what a file system's clock and this one can differ by. */
const LATER_MS = 3_600_000

export interface ManualClock extends Clock {
  /** Monotonic milliseconds; set by hand. */
  ms: number
}

/** Durations are moved by hand; its wall is an hour ahead of every file that a test writes. */
export function createLateClock(): ManualClock {
  const clock: ManualClock = { ms: 0, now: () => clock.ms, wall: () => Date.now() + LATER_MS }
  return clock
}
