/**
 * Which file of a program asked for something, by the stack: for what is done seldom, since a look at it costs.
 */

import { fileURLToPath } from 'node:url'

const FRAME_COUNT = 24
/** What lies between a program and the disk, and is not who asks. */
const BETWEEN = /^node:(?:fs|internal\/(?:fs|streams|child_process|per_context|async_hooks|worker)|child_process|net|stream|events|buffer)/
const LOADER = /^node:internal\/modules\//
/** Compilers, and bundlers that run them, which work in other processes and threads; each is read by its recipe. */
const COMPILER = /[\\/]node_modules[\\/](?:sass-embedded|sync-child-process|sync-message-port|esbuild|vite|rolldown-vite|thread-loader)[\\/](?!.*[\\/]node_modules[\\/])/

const OWN = new URL('.', import.meta.url)
const OWN_FOLDERS = [OWN.href, fileURLToPath(OWN)]

/** Whether the runtime reads a file to run it. @param below The function whose caller is meant. */
export function isLoadedByRuntime(below: (...args: never[]) => unknown): boolean {
  return LOADER.test(callerOf(below))
}

/** Whether one of the compilers asks that are known to have work done elsewhere, or the runtime, whose loaders may be in another thread. */
export function isAskedByCompiler(below: (...args: never[]) => unknown): boolean {
  const caller = callerOf(below)
  return COMPILER.test(caller) || LOADER.test(caller)
}

/** The nearest file, a path or a URL; empty where none is known. */
function callerOf(below: (...args: never[]) => unknown): string {
  const { prepareStackTrace, stackTraceLimit } = Error
  const holder: { stack?: unknown } = {}
  try {
    Error.stackTraceLimit = FRAME_COUNT
    Error.prepareStackTrace = (_error, sites) => sites.map(site => site.getFileName() ?? '')
    Error.captureStackTrace(holder, below)
    const files = Array.isArray(holder.stack) ? holder.stack as string[] : []
    return files.find(file => file !== '' && !BETWEEN.test(file) && !OWN_FOLDERS.some(folder => file.startsWith(folder))) ?? ''
  } finally {
    Error.prepareStackTrace = prepareStackTrace
    Error.stackTraceLimit = stackTraceLimit
  }
}
