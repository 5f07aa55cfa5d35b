/**
 * Getting between webpack's loader runner and a loader. The runner loads a loader late and stores its functions in the
 * chain's entry; an accessor there gives back a function that runs the loader's own one differently.
 *
 * `module.loaders` and the loader's module are never touched.
 */
import type { LoaderCallback, LoaderContext, LoaderFunction, LoaderObject } from './webpack-types.ts'

export interface Interception {
  readonly context: LoaderContext
  /** What the loader is given as `this`. */
  readonly view: LoaderContext
  /** The loader's function, measured. */
  readonly measured: (own: LoaderFunction, isPitch: boolean) => LoaderFunction
  /** Runs the loader's code. */
  readonly inside: <T>(body: () => T) => T
  /** A pitch of the loader is about to run: it is given the requests of the whole chain, which it may use. */
  readonly pitching: () => void
  /** Takes the result, and a function that hands it on; `null`: it is handed on at once. */
  readonly keep: ((values: readonly unknown[], goOn: () => void) => void) | null
}

export function interceptLoader(loader: LoaderObject, interception: Interception): void {
  replaceWhenSet(loader, 'normal', interception.context, own => wrap(interception.measured(own, false), interception, false))
  replaceWhenSet(loader, 'pitch', interception.context, own => wrap(interception.measured(own, true), interception, true))
}

/** Has `loader` pitch once more, just before the loader at `index` would: it is put behind that one, which is passed over. */
export function returnPitchOnce(context: LoaderContext, index: number, loader: LoaderObject): void {
  const next = context.loaders[index]!
  Object.defineProperty(next, 'pitchExecuted', {
    configurable: true,
    enumerable: true,
    get() {
      if (context.loaderIndex !== index) return false
      Object.defineProperty(next, 'pitchExecuted', { value: false, writable: true, configurable: true, enumerable: true })
      loader.pitchExecuted = false
      context.loaders.splice(index + 1, 0, loader)
      return true
    },
    set(value: boolean) {
      Object.defineProperty(next, 'pitchExecuted', { value, writable: true, configurable: true, enumerable: true })
    },
  })
}

/**
 * Has the runner get another function than it stored. Everybody else gets the loader's own one: html-webpack-plugin's looks
 * for itself in the chain by its function, and leaves the module alone when it seems to find somebody else.
 */
export function replaceWhenSet(loader: LoaderObject, name: 'normal' | 'pitch', context: LoaderContext, replace: (own: LoaderFunction) => LoaderFunction): void {
  let own: LoaderFunction | null | undefined = loader[name]
  let replaced = own
  // The runner takes a loader's function when it is that loader's turn, and says only then that it has run.
  const isAskedByRunner = (): boolean => name === 'pitch' || (loader.normalExecuted !== true && context.loaders[context.loaderIndex] === loader)
  Object.defineProperty(loader, name, {
    configurable: true,
    enumerable: true,
    get: () => (isAskedByRunner() ? replaced : own),
    set(value: LoaderFunction | null | undefined) {
      own = value
      replaced = typeof value === 'function' ? replace(value) : value
    },
  })
}

function wrap(own: LoaderFunction, { context, view, inside, keep, pitching }: Interception, isPitch: boolean): LoaderFunction {
  if (!keep) {
    return (...args) => {
      if (isPitch) pitching()
      return inside(() => own.apply(view, args))
    }
  }
  return (...args) => {
    if (isPitch) pitching()
    const done = context.async()
    inside(() => runLoader(own, context, view, args)).then(values => {
      const goOn = (): void => done(null, ...values)
      // A pitch without a result is not the end of the run.
      if (isPitch && values.every(value => value === undefined)) goOn()
      else keep(values, goOn)
    }, done)
    // What a loader returns besides has been taken above.
    return undefined
  }
}

/** Runs a loader as the runner does: synchronously, with a promise, or with `async()` or `callback()`. What it throws is thrown. */
function runLoader(own: LoaderFunction, context: LoaderContext, view: LoaderContext, args: readonly unknown[]): Promise<unknown[]> {
  let resolve!: (values: unknown[]) => void
  let reject!: (error: unknown) => void
  const ended = new Promise<unknown[]>((onValues, onError) => ([resolve, reject] = [onValues, onError]))
  let isSync = true
  let isDone = false
  const callback: LoaderCallback = (error, ...values) => {
    if (isDone) throw new Error('callback(): The callback was already called.')
    isDone = true
    isSync = false
    if (error) reject(error)
    else resolve(values)
  }
  context.callback = callback
  context.async = () => {
    if (isDone) throw new Error('async(): The callback was already called.')
    isSync = false
    return callback
  }
  let result: unknown
  try {
    result = own.apply(view, [...args])
  } catch (error) {
    if (!isDone) {
      // Whatever it hands on later comes too late, an error as well.
      void ended.catch(() => undefined)
      throw error
    }
    // It has ended before: the runner has no other use for it, either.
    console.error(error instanceof Error ? error.stack : error)
  }
  if (!isSync) return ended
  isDone = true
  if (isThenable(result)) result.then(value => resolve([value]), reject)
  else resolve(result === undefined ? [] : [result])
  return ended
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return value !== null && typeof value === 'object' && typeof (value as { then?: unknown }).then === 'function'
}
