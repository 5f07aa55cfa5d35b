/** Ids of modules as a person knows them: relative to the root, with `/`, without the NUL of virtual ones. */
import { relative, sep } from 'node:path'

/** What `relative` would change. */
const NOT_PLAIN = /\/(?:\/|\.{1,2}(?:\/|$)|$)/

/** @param root Absolute. */
export function displayIdsIn(root: string): (id: string) => string {
  const folder = root + sep
  return id => {
    if (id.startsWith('\0')) return id.slice(1)
    // Nearly all ids, many times each: nothing in them has to be taken apart.
    if (sep === '/' && id.startsWith(folder) && !NOT_PLAIN.test(id)) return id.slice(folder.length)
    const path = id.startsWith(root) ? relative(root, id) : id
    return sep === '/' ? path : path.replaceAll(sep, '/')
  }
}
