/**
 * How a remembered run gets into Rspack's loader runner, for one module.
 *
 * Rspack runs the pitches and the loaders of a chain in two calls from its native side, each with a context and chain
 * entries of its own; the module object is the same in both. In the first, the leftmost loader of the run has a pitch of
 * ours, which asks the memo: on a hit it returns the result, and the run's loaders are not even loaded. In the second,
 * which only comes after a miss, the run is watched.
 */
import { fileURLToPath } from 'node:url'
import { LoaderCall } from '../webpack/webpack-call.ts'
import type { CallHost } from '../webpack/webpack-call.ts'
import { CHANGED, isUntouched } from '../webpack/webpack-chain.ts'
import type { Chain } from '../webpack/webpack-chain.ts'
import type { Sources } from './rspack-sources.ts'
import type { Compilation, LoaderContext, LoaderFunction, LoaderObject, NormalModule } from '../webpack/webpack-types.ts'

const LOADER_PATH = fileURLToPath(new URL('./webpack-loader.js', import.meta.url))

export interface RspackRunSubject {
  readonly chain: Chain
  readonly module: NormalModule
  readonly compilation: Compilation
  readonly sources: Sources
}

export class RspackRun {
  readonly #host: CallHost
  readonly #subject: RspackRunSubject
  #call: LoaderCall | null = null

  constructor(host: CallHost, subject: RspackRunSubject) {
    this.#host = host
    this.#subject = subject
  }

  /** The pitches are about to run. */
  enterPitches(context: LoaderContext): void {
    const { start } = this.#subject.chain
    const pitching = (): void => this.#call?.refuse('its pitch runs where it cannot be watched')
    for (const [index, loader] of context.loaders.entries()) {
      if (index < start) continue
      keepPitching(loader)
      if (index > start) notePitch(loader, pitching)
    }
    standIn(context, start, () => this.#pitch(context), pitching)
  }

  /** The loaders are about to run. */
  enterLoaders(context: LoaderContext): void {
    this.#call?.watch(context)
  }

  end(): void {
    this.#call?.giveUp()
  }

  #pitch(context: LoaderContext): void {
    const done = context.async()
    const { chain, sources } = this.#subject
    // Rspack reads modules natively; what is on disk is what it sees.
    const content = this.#host.build.vfs.read(context.resourcePath)
    if (content === null) return done()
    const refusal = isUntouched(chain, context.loaders, chain.start) ? sources.refuse(context.resourcePath, content) : CHANGED
    if (refusal !== null) {
      this.#host.build.noted(chain.site!, context.resource, 'refused', refusal)
      return done()
    }
    const call = new LoaderCall(this.#host, { ...this.#subject, start: chain.start, content })
    this.#call = call
    call.ask(context, () => done()).then(values => {
      if (values) done(null, ...values)
      else call.handOn()
    }, done)
  }
}

/** Has `pitching` called whenever a pitch of the loader's own is. */
function notePitch(loader: LoaderObject, pitching: () => void): void {
  let own: LoaderFunction | null | undefined = loader.pitch
  Object.defineProperty(loader, 'pitch', { configurable: true, enumerable: true, get: () => noted(own, pitching), set: (value: typeof own) => void (own = value) })
}

function noted(own: LoaderFunction | null | undefined, pitching: () => void): LoaderFunction | null | undefined {
  if (typeof own !== 'function') return own
  return function (...args) {
    pitching()
    return own.apply(this, args)
  }
}

/**
 * Has our loader's file loaded in place of the loader's, whose requests stay as they are, and `pitch` called. When it gave
 * nothing, the runner comes to the loader once more, to load it and to call its own pitch.
 */
function standIn(context: LoaderContext, index: number, pitch: () => unknown, pitching: () => void): void {
  const loader = context.loaders[index]!
  const { path, type } = loader
  let isPast = false
  let isBack = false
  let own: LoaderFunction | null | undefined = null
  const isNext = (): boolean => !isPast && context.loaderIndex === index
  const ours: LoaderFunction = () => {
    isPast = true
    return pitch()
  }
  returnOnce(loader, () => isPast && !isBack, () => {
    if (isPast) isBack = true
  })
  Object.defineProperty(loader, 'path', { configurable: true, enumerable: true, get: () => (isNext() ? LOADER_PATH : path) })
  Object.defineProperty(loader, 'type', { configurable: true, enumerable: true, get: () => (isNext() ? 'module' : type) })
  Object.defineProperty(loader, 'pitch', {
    configurable: true, enumerable: true, get: () => (isPast ? noted(own, pitching) : ours),
    set: (value: typeof own) => void (own = isPast ? value : null),
  })
}

/** Has the runner take the loader for one that has not pitched, while `isOpen` says so. @param onPitched The runner notes that it has. */
function returnOnce(loader: LoaderObject, isOpen: () => boolean, onPitched: () => void): void {
  Object.defineProperty(loader, 'pitchExecuted', {
    configurable: true,
    enumerable: true,
    get: () => !isOpen() && pitchExecutedOf(loader),
    set(value: boolean) {
      Reflect.set(Object.getPrototypeOf(loader) as object, 'pitchExecuted', value, loader)
      onPitched()
    },
  })
}

function pitchExecutedOf(loader: LoaderObject): boolean {
  return Reflect.get(Object.getPrototypeOf(loader) as object, 'pitchExecuted', loader) as boolean
}

/** Rspack leaves out the pitches of loaders that were seen to have none: ours would never be called again. */
function keepPitching(loader: LoaderObject): void {
  Object.defineProperty(loader, 'noPitch', { configurable: true, enumerable: false, get: () => undefined, set: () => undefined })
}
