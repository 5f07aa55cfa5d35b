/** Ids of modules as a person knows them: relative to the root, with `/`, without the NUL of virtual ones. */
import { relative, sep } from 'node:path'

/** @param root Absolute. */
export function displayIdsIn(root: string): (id: string) => string {
  return id => {
    if (id.startsWith('\0')) return id.slice(1)
    const path = id.startsWith(root) ? relative(root, id) : id
    return sep === '/' ? path : path.replaceAll(sep, '/')
  }
}
