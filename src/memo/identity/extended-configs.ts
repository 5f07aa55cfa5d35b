/** What a JSON configuration (`tsconfig.json`, `.babelrc`) extends: files beside it, and those of packages, which may be links into the workspace. */
import { dirname, isAbsolute, join, resolve } from 'node:path'

/** All of them: one may stand in a comment. */
const EXTENDS = /"extends"\s*:\s*(\[[^\]]*\]|"[^"]*")/g

/** Every path that may be meant, whether there is anything or not. @param path Of the file whose `text` it is. */
export function extendedBy(path: string, text: string): string[] {
  const named = [...text.matchAll(EXTENDS)].flatMap(match => [...match[1]!.matchAll(/"([^"]+)"/g)].map(([, base]) => base!))
  return named.flatMap(base => candidates(dirname(path), base))
}

function candidates(dir: string, base: string): string[] {
  const isPath = base.startsWith('.') || isAbsolute(base)
  const folders = isPath ? [dir] : foldersAbove(dir).map(folder => join(folder, 'node_modules'))
  return folders.map(folder => resolve(folder, base)).flatMap(target => (target.endsWith('.json') ? [target] : [target, `${target}.json`, ...(isPath ? [] : [join(target, 'tsconfig.json'), join(target, 'package.json')])]))
}

function foldersAbove(dir: string): string[] {
  return dirname(dir) === dir ? [dir] : [dir, ...foldersAbove(dirname(dir))]
}
