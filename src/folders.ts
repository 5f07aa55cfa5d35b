/** Folders and links. Folders are made so that the making ends: on Node 20 a recursive `mkdir` of a path that cannot exist, as under `/proc`, never returns. */
import { mkdirSync, readdirSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Makes a folder and those above it that are missing, level by level. @throws what the file system says, but not that it is there. */
export function makeFolder(path: string): void {
  try {
    mkdirSync(path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') return
    if (code !== 'ENOENT' || dirname(path) === path) throw error
    makeFolder(dirname(path))
    // At the second time a missing parent is one that cannot be made.
    makeLevel(path)
  }
}

function makeLevel(path: string): void {
  try {
    mkdirSync(path)
  } catch (error) {
    // Another process was faster.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}

/** Where `path` leads to, links followed; `null` where nothing is. */
export function realPathOrNull(path: string): string | null {
  try {
    return realpathSync.native(path)
  } catch {
    // Not there, a circle, or not to be looked at: which is an answer too.
    return null
  }
}

/** All folders below `path`, at any depth. Empty where it is no folder. */
export function foldersBelow(path: string): string[] {
  try {
    const folders = readdirSync(path, { withFileTypes: true }).filter(entry => entry.isDirectory()).map(entry => join(path, entry.name))
    return [...folders, ...folders.flatMap(foldersBelow)]
  } catch {
    // Not readable: nothing is listed there.
    return []
  }
}
