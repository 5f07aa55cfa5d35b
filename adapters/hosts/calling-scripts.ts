/**
 * The scripts that configure a build where the bundler has no configuration file, or does not say which one it read.
 *
 * They are those on the call stack when a plugin is made or set up (whoever writes `plugins: [pitcrew(), …]` also writes
 * the options of the other plugins), and those that the process was started with. What they import is followed elsewhere.
 * Not found: a script that made the other plugins, is on neither stack and is imported by none of these.
 */
import { statSync } from 'node:fs'
import { dirname, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

const PLACE_IN_FILE = /:\d+:\d+\)?$/
const PATH_START = /file:\/\/|[A-Za-z]:[\\/]|\//
const SCRIPT = /\.[cm]?[jt]sx?$/
const FRAME_COUNT = 50
const OWN_FOLDER = dirname(fileURLToPath(import.meta.url))

/** Absolute paths, without those of installed packages: the lockfile stands for them. */
export function scriptsOnStack(): string[] {
  return pathsOnStack().filter(path => !path.includes(`${sep}node_modules${sep}`))
}

/** Absolute paths of existing files, the latest call first, each once, without our own. */
export function pathsOnStack(): string[] {
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = FRAME_COUNT
  const stack = new Error('only for its stack').stack ?? ''
  Error.stackTraceLimit = limit
  return unique(stack.split('\n').flatMap(pathOfFrame))
}

/** Scripts among the arguments of the process: the one that was started, and configuration named to a command. */
export function scriptsInArguments(): string[] {
  // pitcrew-ignore path-traversal/joined: what the process was started with says which scripts configure it
  return unique(process.argv.slice(1).filter(argument => SCRIPT.test(argument)).map(argument => resolve(argument)).filter(isFile))
}

function pathOfFrame(line: string): string[] {
  const place = placeIn(line.trim())
  if (place === '') return []
  const path = place.startsWith('file:') ? fileURLToPath(place.split('?', 1)[0]!) : place
  return path.startsWith(OWN_FOLDER + sep) || !isFile(path) ? [] : [path]
}

/** The file of `at name (file:line:column)` and of `at file:line:column`; empty for what is none. */
function placeIn(frame: string): string {
  const head = frame.slice(0, PLACE_IN_FILE.exec(frame)?.index ?? 0)
  const inside = head.slice(head.lastIndexOf('(') + 1)
  const start = PATH_START.exec(inside)?.index ?? -1
  return start < 0 ? '' : inside.slice(start)
}

function isFile(path: string): boolean {
  // pitcrew-ignore path-traversal/file: the paths are those of our own stack and arguments
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false
}

function unique(paths: readonly string[]): string[] {
  return [...new Set(paths)]
}
