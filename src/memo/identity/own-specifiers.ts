/**
 * Files that a module of a package imports by the package's own manifest: `#plugin` by its `imports`, and the package's name
 * by its `exports`. Every file that the manifest could mean, whatever the condition.
 */
import { dirname, join, resolve } from 'node:path'
import type { VirtualFileSystem } from '../../vfs/virtual-file-system.ts'
import { fieldsOf } from './config-manifest.ts'

/** @returns Absolute paths. @param dir Of the module that has these specifiers. */
export function filesOfOwnPackage(specifiers: readonly string[], dir: string, vfs: VirtualFileSystem): string[] {
  const bare = specifiers.filter(specifier => !/^\.|^\/|^node:/.test(specifier))
  const home = bare.length === 0 ? null : nearestManifest(dir, vfs)
  if (home === null) return []
  const { name, imports, exports, main } = fieldsOf(vfs.read(join(home, 'package.json'))?.toString('utf8') ?? '') ?? {}
  return bare.flatMap(specifier => {
    if (specifier.startsWith('#')) return targetsIn(imports, specifier)
    const own = typeof name === 'string' && (specifier === name || specifier.startsWith(`${name}/`)) ? `.${specifier.slice(name.length)}` : null
    return own === null ? [] : [...targetsIn(isMap(exports) ? exports : { '.': exports ?? main }, own)]
  }).map(target => resolve(home, target))
}

function nearestManifest(dir: string, vfs: VirtualFileSystem): string | null {
  if (!vfs.lacks(dir, 'package.json')) return dir
  return dirname(dir) === dir ? null : nearestManifest(dirname(dir), vfs)
}

function isMap(exports: unknown): exports is Record<string, unknown> {
  return exports !== null && typeof exports === 'object' && Object.keys(exports).some(key => key.startsWith('.'))
}

/** Relative to the package. @param map From specifiers, in which a `*` stands for any text, to files. */
function targetsIn(map: unknown, specifier: string): string[] {
  if (map === null || typeof map !== 'object') return []
  return Object.entries(map).flatMap(([key, target]) => {
    const [head = '', tail] = key.split('*', 2)
    if (tail === undefined) return key === specifier ? stringsIn(target) : []
    const isMatch = specifier.startsWith(head) && specifier.endsWith(tail) && specifier.length >= head.length + tail.length
    return isMatch ? stringsIn(target).map(text => text.replaceAll('*', specifier.slice(head.length, specifier.length - tail.length))) : []
  }).filter(target => target.startsWith('./'))
}

function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return value !== null && typeof value === 'object' ? Object.values(value).flatMap(stringsIn) : []
}
