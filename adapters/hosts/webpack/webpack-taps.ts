/**
 * What other plugins do in hooks of the compiler and of a compilation, measured by their taps.
 *
 * Only hooks that are called a few times a build: what is called for each module is cheaper than looking at it. Child
 * compilers are left alone, since a loader may make one for each module. On Rspack a hook with an interceptor counts as
 * used and has to be called from native code, so only hooks that are tapped already are looked at.
 */
import type { Meter } from '../../../src/monitor/measure/meter.ts'
import { measureHandler } from '../../../src/monitor/measure/wrap.ts'
import type { Handler } from '../../../src/monitor/measure/wrap.ts'
import { TAP } from './webpack-types.ts'

const COMPILER_HOOKS = ['beforeRun', 'run', 'watchRun', 'beforeCompile', 'thisCompilation', 'compilation', 'make', 'finishMake', 'afterCompile', 'emit', 'afterEmit', 'done']
const COMPILATION_HOOKS = [
  'finishModules', 'seal', 'optimizeDependencies', 'optimize', 'optimizeModules', 'optimizeChunks', 'optimizeTree', 'optimizeChunkModules',
  'moduleIds', 'chunkIds', 'beforeHash', 'processAssets', 'afterProcessAssets',
]
/** Lasts until every module is built. */
const WAITS_FOR_ALL = new Set(['EntryPlugin', 'DynamicEntryPlugin'])

interface Tap {
  readonly name: string
  readonly type: 'sync' | 'async' | 'promise'
  readonly fn: Handler
}

interface Hook {
  readonly taps?: readonly Tap[]
  intercept?(interceptor: { readonly name: string; register(tap: Tap): Tap }): void
}

type Hooks = Readonly<Record<string, unknown>>

export class TapMeter {
  readonly #meter: Meter | null
  readonly #onlyTapped: boolean
  /** Places of hooks and plugins: the taps of every compilation are the same. */
  readonly #wrap = new Map<string, (tap: Tap) => Handler>()

  constructor(meter: Meter | null, onlyTapped: boolean) {
    this.#meter = meter
    this.#onlyTapped = onlyTapped
  }

  ofCompiler(hooks: object): void {
    this.#measure(hooks as Hooks, COMPILER_HOOKS)
  }

  ofCompilation(hooks: object): void {
    this.#measure(hooks as Hooks, COMPILATION_HOOKS)
  }

  #measure(hooks: Hooks, names: readonly string[]): void {
    const meter = this.#meter
    if (meter === null) return
    for (const name of names) {
      const hook = hookOf(hooks, name)
      if (typeof hook?.intercept !== 'function' || (this.#onlyTapped && (hook.taps?.length ?? 0) === 0)) continue
      hook.intercept({ name: TAP, register: tap => (tap.name === TAP || WAITS_FOR_ALL.has(tap.name) || typeof tap.fn !== 'function' ? tap : { ...tap, fn: this.#measured(meter, tap, name) }) })
    }
  }

  #measured(meter: Meter, tap: Tap, hook: string): Handler {
    const key = `${hook}\0${tap.type}\0${tap.name}`
    let wrap = this.#wrap.get(key)
    if (!wrap) this.#wrap.set(key, (wrap = wrapper(meter, tap, hook)))
    return wrap(tap)
  }
}

/** Rspack's list of hooks throws for one that it lacks. */
function hookOf(hooks: Hooks, name: string): Hook | undefined {
  try {
    return hooks[name] as Hook | undefined
  } catch {
    // Not offered by this bundler, so nobody can have tapped it.
    return undefined
  }
}

function wrapper(meter: Meter, { name, type }: Tap, hook: string): (tap: Tap) => Handler {
  const place = meter.register({ plugin: name, hook, kind: 'effect', idOf: () => '' })
  if (type !== 'async') return ({ fn }) => measureHandler(meter, place, fn)
  return ({ fn }) => function (this: unknown, ...args: unknown[]): void {
    const call = meter.enter(place, args)
    let state: 'running' | 'waiting' | 'over' = 'running'
    const callback = args.at(-1) as (...results: unknown[]) => unknown
    const handOn = (...results: unknown[]): unknown => {
      if (state === 'running') meter.leave(call, undefined)
      else if (state === 'waiting') meter.settle(call, undefined)
      state = 'over'
      return callback(...results)
    }
    try {
      Reflect.apply(fn, this, [...args.slice(0, -1), handOn])
    } catch (error) {
      if (state === 'running') meter.leave(call, undefined)
      state = 'over'
      throw error
    }
    if (state !== 'running') return
    meter.suspend(call)
    state = 'waiting'
  } as Handler
}
