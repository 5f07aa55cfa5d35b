/**
 * Rspack: chains of loaders that run in JavaScript. Only the hook that its loader runner itself calls is tapped: every
 * other one costs a crossing from its native side for each module.
 *
 * Not remembered are runs to the right of which a native loader stands, loaders that run in workers, and loaders that are
 * left out by what a module holds. Modules that Rspack's own cache restores are not seen at all.
 */
import { isAbsolute } from 'node:path'
import type { Build } from '../../../src/build.ts'
import type { CallHost } from '../webpack/webpack-call.ts'
import { Chains } from '../webpack/webpack-chain.ts'
import { Declarations } from '../webpack/webpack-dependencies.ts'
import { UnresolvedRequests } from './rspack-resolutions.ts'
import { RunInputs } from '../webpack/webpack-inputs.ts'
import { LoaderMeter } from '../webpack/webpack-measure.ts'
import { TapMeter } from '../webpack/webpack-taps.ts'
import { RspackRun } from './rspack-run.ts'
import { Sources } from './rspack-sources.ts'
import { TAP } from '../webpack/webpack-types.ts'
import type { Compilation, Compiler, LoaderContext, LoaderObject, NormalModule } from '../webpack/webpack-types.ts'

export class RspackHost {
  readonly #build: Build
  readonly #compiler: Compiler
  readonly #chains: Chains
  readonly #calls: CallHost
  readonly #loaders: LoaderMeter
  readonly #taps: TapMeter
  readonly #sources: Sources
  readonly #seen = new WeakSet<object>()
  readonly #running = new Map<object, RspackRun>()

  constructor(build: Build, compiler: Compiler) {
    this.#build = build
    this.#compiler = compiler
    this.#chains = new Chains(build)
    this.#sources = new Sources(compiler.options)
    this.#loaders = new LoaderMeter(build.meter, path => this.#chains.nameOf(path))
    this.#taps = new TapMeter(build.meter, true)
    this.#taps.ofCompiler(compiler.hooks)
    this.#calls = {
      build, loaders: this.#loaders, inputs: new RunInputs(build.portable), amended: new WeakMap(),
      declarations: new Declarations(build.vfs, build.portable, 'listings'),
      repeat: (_subject, trace) => {
        // Its loader runner is begun from its native side, with a module that is gone when the build is over.
        trace.refuse('Rspack runs no loaders after a build')
        return Promise.reject(new Error('Rspack runs no loaders after a build'))
      },
      refuseHandOver,
      unresolved: new UnresolvedRequests(build.vfs, compiler.options['resolve']),
    }
  }

  attach(compilation: Compilation): void {
    const { loader } = this.#compiler.webpack.NormalModule.getCompilationHooks(compilation)
    if (compilation.compiler === this.#compiler) this.#taps.ofCompilation(compilation.hooks)
    loader.tap({ name: TAP, stage: Infinity }, (context, module) => this.#enter(context, module, compilation))
  }

  /** Runs that were begun in this build and whose modules failed. */
  end(): void {
    for (const run of this.#running.values()) run.end()
    this.#running.clear()
  }

  #enter(context: LoaderContext, module: NormalModule, compilation: Compilation): void {
    // The hook of a compilation is called for those of its children, too.
    if (this.#seen.has(context)) return
    this.#seen.add(context)
    try {
      this.#loaders.attach(context, context.loaders)
      const run = this.#running.get(module)
      if (run) {
        this.#running.delete(module)
        run.enterLoaders(context)
      } else {
        this.#begin(context, module, compilation)
      }
    } catch (error) {
      this.#build.fault('HOST_FAULT', `a module could not be looked at (${error instanceof Error ? error.message : String(error)}).`)
    }
  }

  #begin(context: LoaderContext, module: NormalModule, compilation: Compilation): void {
    const { loaders } = context
    const chain = this.#chains.of(loaders.map(toItem))
    const { site, stopper, isReached, start } = chain
    if (loaders[start - 1] && loaders[start - 1]!.pitchExecuted) return
    if (stopper?.decision.kind === 'refuse') this.#build.noted(stopper, context.resource, 'refused', stopper.decision.reason)
    if (!site || !isReached || loaders[start]!.pitchExecuted) return
    const refusal = refuseModule(context, loaders.slice(start))
    if (refusal !== null) return this.#build.noted(site, context.resource, 'refused', refusal)
    const run = new RspackRun(this.#calls, { chain, module, compilation, sources: this.#sources })
    this.#running.set(module, run)
    run.enterPitches(context)
  }
}

function toItem({ path, options, ident, type }: LoaderObject): { loader: string; options: unknown; ident: string | null; type: string | null } {
  return { loader: path, options, ident: ident ?? null, type: type ?? null }
}

/** What a pitch gives crosses into its native side and back, on which way what is as good as nothing becomes nothing, and the text of a map an object. */
function refuseHandOver([, map, data]: readonly unknown[]): string | null {
  const isKept = (map === undefined || (map !== null && typeof map === 'object')) && (data === undefined || Boolean(data))
  return isKept ? null : 'what it hands to the loader to its left would be changed on the way'
}

function refuseModule(context: LoaderContext, run: readonly LoaderObject[]): string | null {
  if (!isAbsolute(context.resourcePath ?? '')) return 'it is not a file'
  if (run.some(loader => loader.parallel)) return 'its loaders run in workers'
  return run.some(loader => loader.loaderItem?.codeFilter !== undefined && loader.loaderItem.codeFilter !== null) ? 'its loaders are left out by what the module holds' : null
}
