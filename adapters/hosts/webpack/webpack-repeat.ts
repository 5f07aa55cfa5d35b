/**
 * Runs the loaders of a remembered run once more, for an audit, after webpack is done.
 *
 * webpack itself builds the loader context and runs the chain, but for a stand-in of the module: what loaders do to it
 * (warnings, assets, dependencies, metadata) ends there. Loaders to the left of the run are not called: the run's result
 * is taken and not handed on. The module and the compilation are as before.
 */
import { LoaderCall } from './webpack-call.ts'
import type { CallHost, CallSubject } from './webpack-call.ts'
import type { RunResult } from './webpack-result.ts'
import type { Trace } from '../../../src/memo/trace/trace.ts'
import type { Compilation, LoaderContext, LoaderItem, ModuleHooks, NormalModule } from './webpack-types.ts'

/** Builds a stand-in: what `NormalModule` does for itself. */
interface Buildable extends NormalModule {
  _doBuild(options: unknown, compilation: Compilation, resolver: unknown, fs: unknown, hooks: ModuleHooks, callback: (error?: unknown) => void): void
}

interface FullCompilation extends Compilation {
  readonly options: unknown
  readonly inputFileSystem: unknown
  readonly resolverFactory: { get(type: string, options: unknown): unknown }
}

export class Repetitions {
  /** By the stand-in: what its loader run asks for. */
  readonly #runs = new WeakMap<object, RepeatedRun>()

  /** The run of a module that is a stand-in. */
  of(module: object): RepeatedRun | undefined {
    return this.#runs.get(module)
  }

  async repeat(host: CallHost, subject: CallSubject, hooks: ModuleHooks, trace: Trace): Promise<RunResult> {
    const compilation = subject.compilation as FullCompilation
    const standIn = standInFor(subject.module) as Buildable
    const resolver = compilation.resolverFactory.get('normal', (subject.module as { resolveOptions?: unknown }).resolveOptions)
    return new Promise((resolve, reject) => {
      const run = new RepeatedRun(host, { ...subject, module: standIn }, trace, { resolve, reject })
      this.#runs.set(standIn, run)
      standIn._doBuild(compilation.options, compilation, resolver, compilation.inputFileSystem, hooks, error => {
        // Without an error it ended although the run's result was kept back: a loader to the left answered in its pitch.
        trace.refuse('its loaders were not reached')
        reject(error ?? new Error('its loaders were not reached'))
      })
    })
  }
}

/** Sees all of the module; what is written to it stays with it. */
function standInFor(module: NormalModule): NormalModule {
  const own = { buildInfo: {}, buildMeta: {}, loaders: [...module.loaders], _warnings: undefined, _errors: undefined, error: null, _source: null, _ast: null }
  return Object.create(module, Object.fromEntries(Object.entries(own).map(([name, value]) => [name, { value, writable: true, enumerable: true, configurable: true }]))) as NormalModule
}

interface RunEnd {
  readonly resolve: (result: RunResult) => void
  readonly reject: (error: unknown) => void
}

export class RepeatedRun {
  readonly #host: CallHost
  readonly #subject: CallSubject
  readonly #trace: Trace
  readonly #end: RunEnd

  constructor(host: CallHost, subject: CallSubject, trace: Trace, end: RunEnd) {
    this.#host = host
    this.#subject = subject
    this.#trace = trace
    this.#end = end
  }

  /** Called by our loader, at the head of the stand-in's chain. */
  pitch(context: LoaderContext): void {
    const go = context.async()
    const at = context.loaderIndex
    context.loaders.splice(at, 1)
    const { loaders } = this.#subject.module
    loaders.splice(loaders.findIndex(item => (item as LoaderItem).options === this), 1)
    const call = new LoaderCall(this.#host, { ...this.#subject, start: at + this.#subject.chain.start })
    call.repeat(context, this.#trace).then(this.#end.resolve, this.#end.reject)
    go()
  }
}
