/**
 * One remembered call of a run of loaders, whatever the bundler: its key, the watch over its loaders, its result, and what
 * is given back on a hit. When loaders run, and how they are got between, is the business of the bundler's own part.
 */
import type { Build } from '../../../src/build.ts'
import type { HostCall } from '../../../src/memo/host-call.ts'
import type { Trace } from '../../../src/memo/trace/trace.ts'
import type { Chain } from './webpack-chain.ts'
import { amendContext, watchContext } from './webpack-context.ts'
import { LINKS } from './webpack-dependencies.ts'
import type { Declarations } from './webpack-dependencies.ts'
import { chainDigest, virtualShadows } from './webpack-inputs.ts'
import type { RunInputs } from './webpack-inputs.ts'
import { interceptLoader } from './webpack-intercept.ts'
import { decodeRun, encodeRun, settleDeclared } from './webpack-result.ts'
import type { Declared, RunResult } from './webpack-result.ts'
import type { LoaderMeter } from './webpack-measure.ts'
import { replayRun } from './webpack-replay.ts'
import { watchSideEffects } from './webpack-side-facts.ts'
import type { Compilation, LoaderContext, NormalModule } from './webpack-types.ts'

/** What the calls of one build share. */
export interface CallHost {
  readonly build: Build
  readonly declarations: Declarations
  readonly inputs: RunInputs
  readonly loaders: LoaderMeter
  /** Amended options of loaders by the original ones. */
  readonly amended: WeakMap<object, object>
  /** Runs the loaders of a run once more, for an audit. */
  readonly repeat: (subject: CallSubject, trace: Trace) => Promise<RunResult>
  /** Why a loader to the left would be given something else by a pitch than by these loaders, or `null`. */
  readonly refuseHandOver?: (values: readonly unknown[]) => string | null
  /** Notes resolutions that failed, where the resolver does not tell what it looked at for them. */
  readonly unresolved: { trace(from: string, request: string, trace: Trace): void } | null
}

export interface CallSubject {
  readonly chain: Chain
  readonly module: NormalModule
  readonly compilation: Compilation
  /** Index of the run's leftmost loader. */
  readonly start: number
  /** The module's source, as the run's rightmost loader is given it. */
  readonly content: Buffer
}

interface Running {
  readonly trace: Trace | null
  readonly resolve: (result: RunResult) => void
  readonly reject: (error: unknown) => void
}

export class LoaderCall {
  readonly #host: CallHost
  readonly #subject: CallSubject
  #running: Running | null = null
  #handOn: (() => void) | null = null

  constructor(host: CallHost, subject: CallSubject) {
    this.#host = host
    this.#subject = subject
  }

  /**
   * Asks the memo. On a miss `run` is called, which must let the loaders run and have `watch` called before they do.
   * @returns The values of the run where they were remembered; `null` where the loaders ran: then `handOn` goes on.
   */
  async ask(context: LoaderContext, run: () => void): Promise<readonly unknown[] | null> {
    const { build } = this.#host
    try {
      const { values } = await build.call(this.#subject.chain.site!, this.#hostCall(context, run))
      return this.#running ? null : values
    } catch (error) {
      // The bundler's runner knows of errors of loaders by itself.
      if (!this.#running) {
        build.fault('HOST_FAULT', `a loader chain could not be remembered (${error instanceof Error ? error.message : String(error)}).`)
        run()
      }
      return null
    }
  }

  /** Hands the run's result on to the left, once it has been recorded. */
  handOn(): void {
    this.#handOn?.()
  }

  /** Watches loaders that are about to run for an audit. The result goes nowhere else. */
  repeat(context: LoaderContext, trace: Trace): Promise<RunResult> {
    return new Promise((resolve, reject) => {
      this.#running = { trace, resolve, reject }
      this.watch(context)
    })
  }

  /** The loaders of the run will not end: their module failed elsewhere. */
  giveUp(): void {
    this.#running?.reject(new Error('the module was given up'))
  }

  /** Has every loader of the run called as a part of this call, and the result of the leftmost one kept back. */
  watch(context: LoaderContext): void {
    if (!this.#running) return
    const { build: { observer, portable, vfs }, amended, unresolved, loaders } = this.#host
    const { module, chain, start } = this.#subject
    const { trace } = this.#running
    const effects = watchSideEffects(context, module)
    const inside = <T>(body: () => T): T => observer.run(trace, body)
    const watch = { sites: chain.sites, start, amended }
    const view = trace === null
      ? amendContext(context, watch)
      : watchContext(context, { ...watch, trace, inside, unresolved, tokenise: text => portable.tokenise(text), onDisk: path => observer.run(null, () => vfs.read(path)) })
    const keep = (values: readonly unknown[], handOn: () => void): void => {
      this.#handOn = handOn
      observer.run(null, () => this.#end(context, { values, ...effects.take(trace) }))
    }
    for (const [index, loader] of context.loaders.slice(start).entries()) {
      interceptLoader(loader, { context, view, inside, pitching: () => this.#noteChain(context, trace), measured: (own, isPitch) => loaders.measured(loader, own, isPitch, context), keep: index === 0 ? keep : null })
    }
  }

  /** Something was done in the run that nobody could watch: it is not remembered. */
  refuse(reason: string): void {
    this.#running?.trace?.refuse(reason)
  }

  #noteChain(context: LoaderContext, trace: Trace | null): void {
    trace?.inputs.set('chain', chainDigest(context, this.#subject.start, text => this.#host.build.portable.tokenise(text)))
  }

  #hostCall(context: LoaderContext, run: () => void): HostCall<RunResult> {
    const { build: { portable, vfs, facts, observer }, inputs, repeat } = this.#host
    const { module, compilation, start, content } = this.#subject
    const shadows = virtualShadows(context.fs, vfs)
    return {
      call: { id: context.resource, inputs: { ...inputs.of(context, module, content), ...(shadows === '' ? {} : { 'files in memory': shadows }) } },
      execute: trace => new Promise<RunResult>((resolve, reject) => {
        this.#running = { trace, resolve, reject }
        // Reading the module is the bundler's business, and its callbacks serve several modules at once.
        observer.run(null, run)
      }),
      rerun: () => Promise.reject(new TypeError('a loader chain cannot be run for its effects alone')),
      repeat: async (record, trace) => {
        const result = await repeat(this.#subject, trace)
        return { ...result, declared: settleDeclared(decodeRun(record).declared, result.declared, path => portable.isAppended(path)) }
      },
      encode: result => {
        const refusal = start === 0 ? null : this.#host.refuseHandOver?.(result.values) ?? null
        return refusal === null ? encodeRun(result, portable) : { ok: false, reason: refusal }
      },
      replay: record => {
        const result = decodeRun(record)
        replayRun(result, record.effects, { context, module, compilation, start, print: facts.print })
        return result
      },
      check: ([, label]) => this.#check(label, context),
    }
  }

  async #check(label: string, context: LoaderContext): Promise<string | null> {
    const { build: { portable }, declarations } = this.#host
    if (label.startsWith(LINKS)) return declarations.placesDigest(JSON.parse(label.slice(LINKS.length)) as string[])
    return label === 'chain' ? chainDigest(context, this.#subject.start, text => portable.tokenise(text)) : null
  }

  #end(context: LoaderContext, result: RunResult): void {
    const { trace, resolve, reject } = this.#running!
    try {
      if (trace) this.#traceDeclared(context, result.declared, trace)
      resolve(result)
    } catch (error) {
      reject(error)
    }
  }

  #traceDeclared({ resourcePath, fs }: LoaderContext, declared: Declared, trace: Trace): void {
    const { build: { vfs }, declarations } = this.#host
    declarations.trace(declared, trace)
    const inMemory = [...trace.files].find(path => path !== resourcePath && fs._virtualFiles?.[path] !== undefined)
    if (inMemory !== undefined) trace.refuse(`it read ${inMemory}, which is in memory`)
    // The module's own content is part of the key, if it is still what was hashed.
    const isSame = vfs.read(resourcePath)?.equals(this.#subject.content) ?? false
    if (isSame && vfs.wasStableSince(resourcePath, trace.startedWallMs)) trace.files.delete(resourcePath)
  }
}
