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
import type { Chain } from '../webpack/webpack-chain.ts'
import type { Compilation, LoaderContext, LoaderFunction, LoaderObject, NormalModule } from '../webpack/webpack-types.ts'

const LOADER_PATH = fileURLToPath(new URL('./webpack-loader.js', import.meta.url))

export interface RspackRunSubject {
  readonly chain: Chain
  readonly module: NormalModule
  readonly compilation: Compilation
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
    for (const [index, loader] of context.loaders.entries()) if (index >= start) keepPitching(loader)
    standIn(context, start, () => this.#pitch(context))
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
    const { chain } = this.#subject
    // Rspack reads modules natively; what is on disk is what it sees.
    const content = this.#host.build.vfs.read(context.resourcePath)
    if (content === null) return done()
    const call = new LoaderCall(this.#host, { ...this.#subject, start: chain.start, content })
    this.#call = call
    call.ask(context, () => done()).then(values => {
      if (values) done(null, ...values)
      else call.handOn()
    }, done)
  }
}

/** Has our loader's file loaded in place of the loader's, whose requests stay as they are, and `pitch` called. */
function standIn(context: LoaderContext, index: number, pitch: () => unknown): void {
  const loader = context.loaders[index]!
  const { path, type } = loader
  let isPast = false
  const isNext = (): boolean => !isPast && context.loaderIndex === index
  const ours: LoaderFunction = () => {
    isPast = true
    return pitch()
  }
  Object.defineProperty(loader, 'path', { configurable: true, enumerable: true, get: () => (isNext() ? LOADER_PATH : path) })
  Object.defineProperty(loader, 'type', { configurable: true, enumerable: true, get: () => (isNext() ? 'module' : type) })
  Object.defineProperty(loader, 'pitch', { configurable: true, enumerable: true, get: () => ours, set: () => undefined })
}

/** Rspack leaves out the pitches of loaders that were seen to have none: ours would never be called again. */
function keepPitching(loader: LoaderObject): void {
  Object.defineProperty(loader, 'noPitch', { configurable: true, enumerable: false, get: () => undefined, set: () => undefined })
}
