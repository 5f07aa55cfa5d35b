/**
 * The loader context of a remembered run, watched: what a loader does through it is replayed on a hit, is a dependency,
 * or makes the call one that is not remembered.
 *
 * Loaders see a proxy; the runner goes on with the context itself. Plain values of the context are part of the key.
 * The dependencies that loaders add are taken from the context afterwards, because resolvers add theirs past the
 * proxy. What is not listed here is refused: a method that nobody has thought about may have any effect.
 */
import { isPlain } from '../../../src/memo/record/plain.ts'
import type { Site } from '../../../src/memo/sites/site.ts'
import type { StoredWarning } from '../../../src/memo/trace/effect.ts'
import type { Trace } from '../../../src/memo/trace/trace.ts'
import { chainDigest, isPartOfKey } from './webpack-inputs.ts'
import { watchFileSystem } from './webpack-file-system.ts'
import type { Logger, LoaderContext } from './webpack-types.ts'

type Method = (...args: unknown[]) => unknown

export interface ContextWatch {
  readonly trace: Trace
  /** Index of the leftmost loader of the run. */
  readonly start: number
  /** Of each loader of the run. */
  readonly sites: readonly Site[]
  /** Runs `body` as part of the call, also after others' callbacks. */
  readonly inside: <T>(body: () => T) => T
  readonly tokenise: (text: string) => string
  /** What lies on the disk, or `null`. */
  readonly onDisk: (path: string) => Buffer | null
  readonly unresolved: { trace(from: string, request: string, trace: Trace): void } | null
  /** Amended options by the original ones: one object for each, because loaders key tables of their own with it. */
  readonly amended: WeakMap<object, object>
}

/** Of no effect on anything but the call itself. */
const HARMLESS = new Set(['getOptions', 'async', 'callback', 'query', 'data', 'utils'])
/** Taken from the context when the run has ended. */
const DECLARES = new Set(['addDependency', 'dependency', 'addContextDependency', 'addMissingDependency', 'clearDependencies'])
/** Requests of the whole chain, loaders outside of the run included. */
const CHAIN = new Set(['loaders', 'request', 'remainingRequest', 'currentRequest', 'previousRequest'])
const EVERYTHING = new Set(['_module', '_compilation', '_compiler'])
const LOGGED = new Set(['error', 'warn', 'info', 'log', 'debug', 'status', 'group', 'groupCollapsed', 'groupEnd', 'clear'])

export function watchContext(context: LoaderContext, watch: ContextWatch): LoaderContext {
  const { trace } = watch
  return new Proxy(context, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target)
      if (value === undefined || value === null) return value
      if (typeof name !== 'symbol') return watchValue(name, value, target, watch)
      if (Object.hasOwn(target, name)) trace.refuse(`it used this[${String(name)}]`)
      return value
    },
    set(target, name, value) {
      trace.refuse(`it set this.${String(name)}`)
      return Reflect.set(target, name, value, target)
    },
    defineProperty(target, name, descriptor) {
      trace.refuse(`it set this.${String(name)}`)
      return Reflect.defineProperty(target, name, descriptor)
    },
    deleteProperty(target, name) {
      if (name in target) trace.refuse(`it removed this.${String(name)}`)
      return Reflect.deleteProperty(target, name)
    },
  })
}

function watchValue(name: string, value: unknown, context: LoaderContext, watch: ContextWatch): unknown {
  const { trace, start } = watch
  if (CHAIN.has(name)) trace.inputs.set('chain', chainDigest(context, start, watch.tokenise))
  else if (!EVERYTHING.has(name)) return watchPart(name, value, context, watch)
  else if (!currentSite(context, watch)?.recipe.trusts?.includes(name)) trace.refuse(`it used this.${name}`)
  return value
}

function watchPart(name: string, value: unknown, context: LoaderContext, watch: ContextWatch): unknown {
  const { trace } = watch
  if (name === 'fs') return watchFileSystem(value as LoaderContext['fs'], watch)
  if (name === 'getOptions') return (...args: unknown[]) => amendedOptions((value as Method)(...args), context, watch)
  if (name === 'query' && typeof value === 'object') return amendedOptions(value, context, watch)
  if (HARMLESS.has(name) || DECLARES.has(name)) return value
  if (typeof value === 'function') return watchMethod(name, value as Method, context, watch)
  if (!isPartOfKey(name, value)) trace.refuse(`it used this.${name}`)
  return value
}

/** With a callback, or with a promise where there is none. What was looked at has been declared to the context. */
function watchResolve(resolve: Method, { trace, inside, unresolved }: ContextWatch): Method {
  return (from, request, callback) => {
    const failed = (): void => unresolved?.trace(String(from), String(request), trace)
    if (typeof callback === 'function') {
      return resolve(from, request, (error: unknown, ...answer: unknown[]) => inside(() => {
        if (error || !answer[0]) failed()
        return (callback as Method)(error, ...answer)
      }))
    }
    const answer = resolve(from, request) as Promise<unknown>
    if (!unresolved) return answer
    return answer.then(path => {
      if (!path) failed()
      return path
    }, (error: unknown) => {
      failed()
      throw error
    })
  }
}

function currentSite(context: LoaderContext, { start, sites }: Pick<ContextWatch, 'start' | 'sites'>): Site | undefined {
  return sites[context.loaderIndex - start]
}

function watchMethod(name: string, method: Method, context: LoaderContext, watch: ContextWatch): Method {
  const { trace, start } = watch
  switch (name) {
    case 'emitWarning': return warning => {
      const stored = storedWarning(warning)
      if (stored === null) trace.refuse('it emitted a warning that cannot be stored')
      else trace.effects.push({ kind: 'loader-warning', loader: context.loaderIndex - start, warning: stored })
      return method(warning)
    }
    case 'getLogger': return loggerName => watchLogger(method(loggerName) as Logger, loggerName, context, watch)
    case 'resolve': return watchResolve(method, watch)
    case 'getResolve': return options => watchResolve(method(options) as Method, watch)
    case 'emitFile': return (...args) => {
      noteFile(args, trace)
      return method(...args)
    }
    case 'addBuildDependency': return path => {
      trace.effects.push({ kind: 'build-dependency', path: String(path) })
      return method(path)
    }
    case 'cacheable': return flag => {
      if (flag === false) trace.refuse('it said that it cannot be cached')
      return method(flag)
    }
    case 'emitError': return error => {
      trace.refuse('it reported an error')
      return method(error)
    }
    default:
      trace.refuse(`it used this.${name}()`)
      return method
  }
}

function amendedOptions(options: unknown, context: LoaderContext, watch: Pick<ContextWatch, 'start' | 'sites' | 'amended'>): unknown {
  const amend = currentSite(context, watch)?.recipe.amendOptions
  if (!amend || options === null || typeof options !== 'object') return options
  const known = watch.amended.get(options)
  if (known) return known
  const made = amend(options as Record<string, unknown>)
  watch.amended.set(options, made)
  return made
}

/** The context of a call that is not recorded: nothing is watched, but the options are what they are for all others. */
export function amendContext(context: LoaderContext, watch: Pick<ContextWatch, 'start' | 'sites' | 'amended'>): LoaderContext {
  if (!watch.sites.some(site => site.recipe.amendOptions)) return context
  return new Proxy(context, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target)
      if (name === 'getOptions') return (...args: unknown[]) => amendedOptions((value as Method)(...args), context, watch)
      return name === 'query' ? amendedOptions(value, context, watch) : value
    },
    set: (target, name, value) => Reflect.set(target, name, value, target),
  })
}

const SEEN_OF_ERRORS = new Set(['name', 'message', 'stack'])

/** A warning that is the same when it is made again: a text, or an error that is nothing but its texts. */
function storedWarning(warning: unknown): StoredWarning | null {
  if (typeof warning === 'string') return warning
  if (!(warning instanceof Error) || Object.getOwnPropertyNames(warning).some(name => !SEEN_OF_ERRORS.has(name))) return null
  const stack: unknown = warning.stack ?? null
  if (stack !== null && typeof stack !== 'string') return null
  return { name: Object.hasOwn(warning, 'name') ? warning.name : null, message: warning.message, stack }
}

function watchLogger(logger: Logger, name: unknown, context: LoaderContext, { trace, start }: ContextWatch): Logger {
  const loader = context.loaderIndex - start
  return new Proxy(logger, {
    get(target, method) {
      const value: unknown = Reflect.get(target, method, target)
      if (typeof value !== 'function' || typeof method === 'symbol') return value
      return (...args: unknown[]) => {
        if (LOGGED.has(method) && isPlain(args)) trace.effects.push({ kind: 'loader-log', loader, name: name === undefined ? null : String(name), method, args })
        else trace.refuse(`it called ${method}() of its logger`)
        if (trace.isMuted) return undefined
        return Reflect.apply(value, target, args)
      }
    },
  })
}

function noteFile([fileName, content, sourceMap, info]: readonly unknown[], trace: Trace): void {
  const isText = typeof content === 'string'
  if (typeof fileName !== 'string' || sourceMap || info !== undefined || !(isText || content instanceof Uint8Array)) {
    trace.refuse('it emitted a file with more than its content')
    return
  }
  trace.effects.push({ kind: 'emit', fileName, name: null, source: isText ? content : Buffer.from(content).toString('base64'), encoding: isText ? 'utf8' : 'base64' })
}
