/**
 * One remembered run of loaders for one module: from the pitch of our loader until the run's result goes on to its left.
 *
 * Our loader stands at the head of the chain, and takes itself out of it in its pitch before any other loader has run,
 * so that requests, indices and `module.loaders` are what they are without it. Where the run begins further right, it
 * comes back for one moment when the runner gets there. On a hit it returns the result in its pitch: neither the run's
 * loaders are loaded nor the file is read. On a miss the runner goes on, and the run's leftmost loader is intercepted to
 * learn the result.
 */
import type { Build } from '../../src/build.ts'
import type { CallInfo } from '../../src/memo/site.ts'
import type { HostCall } from '../../src/memo/memo.ts'
import type { Trace } from '../../src/memo/trace.ts'
import type { Chain } from './webpack-chain.ts'
import { amendContext, watchContext } from './webpack-context.ts'
import { LINKS } from './webpack-dependencies.ts'
import type { Declarations } from './webpack-dependencies.ts'
import { chainDigest, readResource, virtualShadows } from './webpack-inputs.ts'
import type { RunInputs } from './webpack-inputs.ts'
import { interceptLoader, returnPitchOnce } from './webpack-intercept.ts'
import { decodeRun, encodeRun } from './webpack-result.ts'
import type { RunResult } from './webpack-result.ts'
import { replayRun } from './webpack-replay.ts'
import { sideFacts } from './webpack-side-facts.ts'
import type { Compilation, LoaderCallback, LoaderContext, LoaderItem, NormalModule } from './webpack-types.ts'

export interface RunHost {
  readonly build: Build
  readonly declarations: Declarations
  readonly inputs: RunInputs
  readonly amended: WeakMap<object, object>
  /** Tells when the module of a run that has not ended is done for. */
  readonly onModuleEnd: (module: NormalModule, listener: () => void) => void
}

export interface RunSubject {
  readonly chain: Chain
  readonly module: NormalModule
  readonly compilation: Compilation
}

type Settle = { readonly resolve: (result: RunResult) => void; readonly reject: (error: unknown) => void }

export class LoaderRun {
  readonly #host: RunHost
  readonly #subject: RunSubject
  /** Index of the run's leftmost loader, once our own is out of the chain. */
  #start = 0
  #hasLeft = false
  #settle: Settle | null = null

  constructor(host: RunHost, subject: RunSubject) {
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

  #leaveModule(): void {
    this.#hasLeft = true
    const { loaders } = this.#subject.module
    const at = loaders.findIndex(item => (item as LoaderItem).options === this)
    if (at >= 0) loaders.splice(at, 1)
  }

  async #ask(context: LoaderContext, go: LoaderCallback): Promise<void> {
    const { build } = this.#host
    let executed = false
    try {
      const content = readResource(context.resourcePath, context.fs)
      if (content === null) return go()
      const call = this.#hostCall(context, content, () => {
        executed = true
        go()
      })
      const { values } = await build.call(this.#subject.chain.site!, call)
      if (executed) this.#goOn()
      else go(null, ...values)
    } catch (error) {
      // The runner knows of errors of loaders, and goes on by itself.
      if (executed) this.#goOn()
      else {
        build.fault('HOST_FAULT', `a loader chain could not be remembered (${error instanceof Error ? error.message : String(error)}).`)
        go()
      }
    }
  }

  /** Lets the run's result go on to the left; replaced when there is one. */
  #goOn: () => void = () => undefined

  #hostCall(context: LoaderContext, content: Buffer, go: () => void): HostCall<RunResult> {
    const { build, declarations } = this.#host
    const { module, compilation } = this.#subject
    const { portable, vfs, facts, observer } = build
    const shadows = virtualShadows(context.fs, vfs)
    const call: CallInfo = {
      id: context.resource,
      inputs: { ...this.#host.inputs.of(context, module, content), ...(shadows === '' ? {} : { 'files in memory': shadows }) },
    }
    return {
      call,
      execute: trace => new Promise<RunResult>((resolve, reject) => {
        this.#settle = { resolve, reject }
        this.#watch(context, content, trace)
        this.#host.onModuleEnd(module, () => reject(new Error('the module was given up')))
        // Reading the module is the bundler's business, and its callbacks serve several modules at once.
        observer.run(null, go)
      }),
      rerun: () => Promise.reject(new TypeError('a loader chain cannot be run for its effects alone')),
      encode: encodeRun,
      replay: record => {
        const result = decodeRun(record)
        replayRun(result, record.effects, { context, module, compilation, start: this.#start, print: facts.print })
        return result
      },
      check: async ([, label]) => {
        if (label.startsWith(LINKS)) return declarations.placesDigest(JSON.parse(label.slice(LINKS.length)) as string[])
        return label === 'chain' ? chainDigest(context, this.#start, text => portable.tokenise(text)) : null
      },
    }
  }

  /** Has every loader of the run called as a part of this call, and the result of the leftmost one kept back. */
  #watch(context: LoaderContext, content: Buffer, trace: Trace | null): void {
    const { build, amended } = this.#host
    const { observer, portable } = build
    const { module, chain } = this.#subject
    const facts = sideFacts(context, module)
    const inside = <T>(body: () => T): T => observer.run(trace, body)
    const watch = { sites: chain.sites, start: this.#start, amended }
    const view = trace === null
      ? amendContext(context, watch)
      : watchContext(context, { ...watch, trace, inside, tokenise: text => portable.tokenise(text), onClear: facts.clear })
    const keep = (values: readonly unknown[], goOn: () => void): void => {
      this.#goOn = goOn
      observer.run(null, () => this.#end(context, content, values, facts.take(trace), trace))
    }
    for (const loader of context.loaders.slice(this.#start)) {
      interceptLoader(loader, { context, view, inside, keep: loader === context.loaders[this.#start] ? keep : null })
    }
  }

  #end(context: LoaderContext, content: Buffer, values: readonly unknown[], { declared, meta }: Omit<RunResult, 'values'>, trace: Trace | null): void {
    const { resolve, reject } = this.#settle!
    try {
      if (trace) this.#traceDeclared(context, content, declared, trace)
      resolve({ values, declared, meta })
    } catch (error) {
      reject(error)
    }
  }

  #traceDeclared(context: LoaderContext, content: Buffer, declared: RunResult['declared'], trace: Trace): void {
    const { build: { vfs }, declarations } = this.#host
    const { resourcePath, fs } = context
    declarations.trace(declared, trace)
    const inMemory = [...trace.files].find(path => path !== resourcePath && fs._virtualFiles?.[path] !== undefined)
    if (inMemory !== undefined) trace.refuse(`it read ${inMemory}, which is in memory`)
    // The module's own content is part of the key, if it is still what was hashed.
    const isSame = vfs.read(resourcePath)?.equals(content) ?? false
    if (isSame && vfs.wasStableSince(resourcePath, trace.startedWallMs)) trace.files.delete(resourcePath)
  }
}
