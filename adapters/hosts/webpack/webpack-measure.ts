/**
 * Loaders of webpack and Rspack, measured: pitches and normal calls, remembered or not.
 *
 * The runner stores a loader's functions in the chain's entry when it loads them, and an accessor there puts measured ones
 * in their place. A loader that answers through `callback()` or `async()` is over when it hands on its result, before the
 * runner goes on with it on the same stack.
 */
import type { Meter } from '../../../src/monitor/measure/meter.ts'
import { withSteps } from '../../../src/monitor/measure/step-outside.ts'
import { isThenable } from '../../../src/monitor/measure/wrap.ts'
import { replaceWhenSet } from './webpack-intercept.ts'
import type { LoaderCallback, LoaderContext, LoaderFunction, LoaderObject } from './webpack-types.ts'

/** What the bundler does for these has a life of its own. */
const ASKED = new Set(['resolve', 'loadModule', 'importModule', 'emitFile', 'emitWarning', 'emitError'])
const ASKERS = new Set(['getResolve'])

export class LoaderMeter {
  readonly #meter: Meter | null
  readonly #nameOf: (path: string) => string
  /** Places of hooks, by the loader's path. */
  readonly #places = { loader: new Map<string, number>(), pitch: new Map<string, number>() }

  constructor(meter: Meter | null, nameOf: (path: string) => string) {
    this.#meter = meter
    this.#nameOf = nameOf
  }

  /** Has the loaders of a module measured that the runner has not been given yet. @param own The path of our own loader. */
  expect(context: LoaderContext, own: string): void {
    if (this.#meter === null) return
    const attach = (loaders: LoaderObject[]): void => this.attach(context, loaders.filter(({ path }) => path !== own))
    Object.defineProperty(context, 'loaders', {
      configurable: true, enumerable: true,
      get: () => [],
      set(loaders: LoaderObject[]) {
        Object.defineProperty(context, 'loaders', { value: loaders, configurable: true, enumerable: true, writable: true })
        attach(loaders)
      },
    })
  }

  attach(context: LoaderContext, loaders: readonly LoaderObject[]): void {
    if (this.#meter === null) return
    for (const loader of loaders) {
      // Its functions run in another thread.
      if (loader.parallel) continue
      replaceWhenSet(loader, 'normal', context, own => this.measured(loader, own, false, context))
      replaceWhenSet(loader, 'pitch', context, own => this.measured(loader, own, true, context))
    }
  }

  /** @param context What the runner waits on, whatever the loader is given as `this`. */
  measured(loader: LoaderObject, own: LoaderFunction, isPitch: boolean, context: LoaderContext): LoaderFunction {
    const meter = this.#meter
    if (meter === null) return own
    const place = this.#placeOf(meter, loader.path, isPitch ? 'pitch' : 'loader')
    return function (this: unknown, ...args: unknown[]): unknown {
      const receiver = meter.isDeep && this !== null && typeof this === 'object' ? withSteps(meter, this, ASKED, ASKERS) : this
      return runMeasured({ meter, place, context, id: context.resource, run: () => own.apply(receiver, args), input: isPitch ? undefined : args[0] })
    }
  }

  #placeOf(meter: Meter, path: string, hook: 'loader' | 'pitch'): number {
    const places = this.#places[hook]
    let place = places.get(path)
    if (place === undefined) {
      place = meter.register({ plugin: this.#nameOf(path), hook, kind: hook === 'loader' ? 'code' : 'answer', idOf: args => String(args[1]) })
      places.set(path, place)
    }
    return place
  }
}

interface Measured {
  readonly meter: Meter
  readonly place: number
  readonly context: LoaderContext
  readonly id: string
  readonly input: unknown
  readonly run: () => unknown
}

function runMeasured({ meter, place, context, id, input, run }: Measured): unknown {
  const { callback, async: makeAsync } = context
  const call = meter.enter(place, [input, id])
  let state: 'running' | 'waiting' | 'over' = 'running'
  let isAsync = false
  const over = (result?: unknown): void => {
    if (state === 'running') meter.leave(call, result)
    else if (state === 'waiting') meter.settle(call, result)
    state = 'over'
  }
  const handOn: LoaderCallback = (...values) => {
    over(values[1])
    return callback.apply(context, values)
  }
  context.callback = handOn
  context.async = () => {
    isAsync = true
    return makeAsync.call(context) && handOn
  }
  let result: unknown
  try {
    result = run()
  } catch (error) {
    over()
    throw error
  }
  const isPending = state === 'running' && (isAsync || isThenable(result))
  if (!isPending) {
    over(result)
    return result
  }
  meter.suspend(call)
  state = 'waiting'
  // What a loader returns besides counts for nothing once it has asked for `async()`.
  if (!isAsync && isThenable(result)) void Promise.prototype.then.call(Promise.resolve(result), over, () => over())
  return result
}
