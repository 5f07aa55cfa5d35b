/**
 * How a remembered run gets into webpack's loader runner, for one module.
 *
 * Our loader stands at the head of the chain, and takes itself out of it in its pitch before any other loader has run,
 * so that requests, indices and `module.loaders` are what they are without it. Where the run begins further right, it
 * comes back for one moment when the runner gets there. On a hit it returns the result in its pitch: neither the run's
 * loaders are loaded nor the file is read by anybody else. On a miss the runner goes on.
 */
import { LoaderCall } from './webpack-call.ts'
import type { CallHost } from './webpack-call.ts'
import { CHANGED, isUntouched } from './webpack-chain.ts'
import type { Chain } from './webpack-chain.ts'
import { readResource } from './webpack-inputs.ts'
import { returnPitchOnce } from './webpack-intercept.ts'
import type { Compilation, LoaderCallback, LoaderContext, LoaderItem, NormalModule } from './webpack-types.ts'

export interface RunSubject {
  readonly chain: Chain
  readonly module: NormalModule
  readonly compilation: Compilation
}

export class LoaderRun {
  readonly #host: CallHost
  readonly #subject: RunSubject
  /** Index of the run's leftmost loader, once our own is out of the chain. */
  #start = 0
  #hasLeft = false
  #call: LoaderCall | null = null

  constructor(host: CallHost, subject: RunSubject) {
    this.#host = host
    this.#subject = subject
  }

  /** Called by our loader, at the head of the chain and, where the run begins further right, once more in front of it. */
  pitch(context: LoaderContext): void {
    const go = context.async()
    const at = context.loaderIndex
    const [own] = context.loaders.splice(at, 1)
    if (this.#hasLeft) {
      context.loaderIndex = this.#start
    } else {
      this.#leaveModule()
      this.#start = at + this.#subject.chain.start
    }
    if (context.loaderIndex === this.#start) void this.#ask(context, go)
    else {
      returnPitchOnce(context, this.#start, own!)
      go()
    }
  }

  /** The module has been built, or has failed. */
  end(): void {
    this.#call?.giveUp()
  }

  #leaveModule(): void {
    this.#hasLeft = true
    const { loaders } = this.#subject.module
    const at = loaders.findIndex(item => (item as LoaderItem).options === this)
    if (at >= 0) loaders.splice(at, 1)
  }

  async #ask(context: LoaderContext, go: LoaderCallback): Promise<void> {
    const content = readResource(context.resourcePath, context.fs)
    if (content === null) return go()
    const { chain } = this.#subject
    if (!isUntouched(chain, context.loaders, this.#start)) {
      this.#host.build.noted(chain.site!, context.resource, 'refused', CHANGED)
      return go()
    }
    const call = new LoaderCall(this.#host, { ...this.#subject, start: this.#start, content })
    this.#call = call
    const values = await call.ask(context, () => {
      call.watch(context)
      go()
    })
    if (values) go(null, ...values)
    else call.handOn()
  }
}
