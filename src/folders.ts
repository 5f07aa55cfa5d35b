/** Folders, made so that the making ends: on Node 20 a recursive `mkdir` of a path that cannot exist, as under `/proc`, never returns. */
import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'

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
