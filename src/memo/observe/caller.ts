/**
 * Which file of a program asked for something, by the stack: for what is done seldom, since a look at it costs.
 */

import { fileURLToPath } from 'node:url'
import type { Seeker } from '../trace/trace.ts'

const FRAME_COUNT = 24
/** Whoever is nearest is mostly among so many: a look at more of them costs more. */
const NEAR_FRAME_COUNT = 8
/** A configuration may have a plugin have a compiler read something. */
const FAR_FRAME_COUNT = 100
/** What lies between a program and the disk, and is not who asks. */
const BETWEEN = /^node:(?:fs|internal\/(?:fs|streams|child_process|per_context|async_hooks|worker)|child_process|net|stream|events|buffer)/
const LOADER = /^node:internal\/modules\//
/** Compilers, and bundlers that run them, which work in other processes and threads; each is read by its recipe. */
const COMPILER = /[\\/]node_modules[\\/](?:sass-embedded|sync-child-process|sync-message-port|esbuild|vite|rolldown-vite|thread-loader)[\\/](?!.*[\\/]node_modules[\\/])/

/** Libraries that look for files on behalf of whoever calls them. */
const ON_BEHALF = /[\\/]node_modules[\\/](?:graceful-fs|fs-extra|resolve|find-up(?:-simple)?|pkg-up|locate-path|path-exists|enhanced-resolve|cosmiconfig|lilconfig|typescript)[\\/](?!.*[\\/]node_modules[\\/])/
/**
 * Compilers that look anew for each module, or whose recipes know what they look for once: configuration upwards from a
 * module, files that would shadow a style sheet.
 */
const LOOKS_ANEW = /[\\/]node_modules[\\/](?:sass|less|stylus|svelte|vite|rolldown-vite|rolldown|webpack|@rspack[\\/]core|@babel[\\/]core|babel-plugin-module-resolver|(?:babel|less|postcss|sass|svelte|ts)-loader|postcss-load-config|postcss-import|@svgr[\\/][^\\/]+|svgo|prettier|@vue[\\/]compiler-sfc)[\\/](?!.*[\\/]node_modules[\\/])/
/**
 * Compilers whose recipes know what they keep of what they read. Not those of styles, though they read anew for each module:
 * a plugin may have them compile what it keeps, and after a pause of theirs nobody else is on the stack.
 */
const READS_ANEW = /[\\/]node_modules[\\/]@vue[\\/]compiler-sfc[\\/](?!.*[\\/]node_modules[\\/])/
/** Bundlers look for much on their own, for a program that calls them and for a loader that hands on its result, too. */
const BUNDLER = /[\\/]node_modules[\\/](?:vite|rolldown-vite|rolldown|rollup|webpack|loader-runner|enhanced-resolve|tapable|neo-async|@rspack[\\/]core|esbuild)[\\/](?!.*[\\/]node_modules[\\/])/
/** Or of the runtime. What lies in a folder with a dot there is made of the project, as the configuration that Vite loads. */
const OF_PACKAGE = /^node:|[\\/]node_modules[\\/](?!\.)/
/** It keeps what it found for each directory: known where that is above the module, as configuration is. */
const BROWSERS = /[\\/]node_modules[\\/]browserslist[\\/]/

/** The folder of the bundle, or of all sources where these are run. */
const OWN = new URL(import.meta.url.endsWith('.ts') ? '../../' : '.', import.meta.url)
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

/**
 * Who looks for a file: a compiler of which is known what it keeps (`compiler`), one that keeps answers for the directories
 * above a module (`browsers`), or anybody else, who may keep the answer for all modules; so may code of the project that has
 * a compiler look.
 */
export function whoLooks(below: (...args: never[]) => unknown): Seeker {
  const caller = callerInPackages(below)
  if (caller === null) return 'anybody'
  if (BROWSERS.test(caller)) return 'browsers'
  return LOOKS_ANEW.test(caller) || LOADER.test(caller) ? 'compiler' : 'anybody'
}

/** The same for who reads one. */
export function whoReads(below: (...args: never[]) => unknown): Seeker {
  const caller = callerInPackages(below)
  return caller !== null && READS_ANEW.test(caller) ? 'compiler' : 'anybody'
}

/**
 * Whether code of the project is on the stack, such as its configuration: it asks, or has a package ask, and not Pitcrew or a bundler
 * that it called. A program that awaits a whole build asks for nothing in it.
 */
export function isAskedByProject(below: (...args: never[]) => unknown): boolean {
  return isOfProject(framesOf(below, FAR_FRAME_COUNT, nameUnlessAwaiting))
}

/**
 * The same, while nobody but a configuration is at work: where only the runtime is on the stack, as when it opens a stream or loads a
 * module, it may do so for the project unless a package awaits it.
 */
export function isAskedForConfiguration(below: (...args: never[]) => unknown): boolean {
  const files = framesOf(below, FAR_FRAME_COUNT, nameUnlessAwaiting)
  if (!files.every(isOfRuntime)) return isOfProject(files)
  return framesOf(below, FAR_FRAME_COUNT, nameOf).every(file => isOfRuntime(file) || !(isOwn(file) || OF_PACKAGE.test(file)))
}

/** @param files Of the frames, the nearest first. */
function isOfProject(files: readonly string[]): boolean {
  const project = files.findIndex(file => isOwn(file) || !OF_PACKAGE.test(file))
  const called = files[project - 1]
  return project >= 0 && !isOwn(files[project]!) && (called === undefined || !BUNDLER.test(called))
}

function isOfRuntime(file: string): boolean {
  return file.startsWith('node:')
}

/** Whether Pitcrew or a bundler asks, by itself or by a library, whoever called them: a short look, for what is done for each module. */
export function isAskedByBundler(below: (...args: never[]) => unknown): boolean {
  const nearest = framesOf(below, NEAR_FRAME_COUNT, nameOf).find(file => !ON_BEHALF.test(file))
  return nearest !== undefined && (isOwn(nearest) || BUNDLER.test(nearest))
}

function nameUnlessAwaiting(site: NodeJS.CallSite): string {
  return (site as NodeJS.CallSite & { isAsync?(): boolean }).isAsync?.() === true ? '' : nameOf(site)
}

function nameOf(site: NodeJS.CallSite): string {
  return site.getFileName() ?? ''
}

/** Whoever had it done; `null` where the project's own code is on the way. */
function callerInPackages(below: (...args: never[]) => unknown): string | null {
  const callers = callersOf(below).filter(file => !ON_BEHALF.test(file))
  return callers.every(file => OF_PACKAGE.test(file)) ? callers[0] ?? '' : null
}

/** The nearest file, a path or a URL; empty where none is known. */
function callerOf(below: (...args: never[]) => unknown): string {
  return callersOf(below, NEAR_FRAME_COUNT)[0] ?? callersOf(below)[0] ?? ''
}

function isOwn(file: string): boolean {
  return OWN_FOLDERS.some(folder => file.startsWith(folder))
}

/** The nearest first, and none of Pitcrew. */
function callersOf(below: (...args: never[]) => unknown, frameCount: number = FRAME_COUNT): string[] {
  return framesOf(below, frameCount, nameOf).filter(file => !isOwn(file))
}

function framesOf(below: (...args: never[]) => unknown, frameCount: number, name: (site: NodeJS.CallSite) => string): string[] {
  const { prepareStackTrace, stackTraceLimit } = Error
  const holder: { stack?: unknown } = {}
  try {
    Error.stackTraceLimit = frameCount
    Error.prepareStackTrace = (_error, sites) => sites.map(name)
    Error.captureStackTrace(holder, below)
    const files = Array.isArray(holder.stack) ? holder.stack as string[] : []
    return files.filter(file => file !== '' && !BETWEEN.test(file))
  } finally {
    Error.prepareStackTrace = prepareStackTrace
    Error.stackTraceLimit = stackTraceLimit
  }
}
