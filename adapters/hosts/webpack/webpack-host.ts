/**
 * webpack: every module with loaders gets our own at the head of its chain, just before the chain runs; child
 * compilations, too. Modules that webpack's own cache restores never get here and are counted as restored.
 */
import { isAbsolute } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Build } from '../../../src/build.ts'
import type { CallHost } from './webpack-call.ts'
import { Chains } from './webpack-chain.ts'
import type { Chain } from './webpack-chain.ts'
import { Declarations } from './webpack-dependencies.ts'
import { RunInputs } from './webpack-inputs.ts'
import { LoaderMeter } from './webpack-measure.ts'
import { Repetitions } from './webpack-repeat.ts'
import { LoaderRun } from './webpack-run.ts'
import { TapMeter } from './webpack-taps.ts'
import { TAP } from './webpack-types.ts'
import type { Compilation, Compiler, LoaderItem, ModuleHooks, NormalModule } from './webpack-types.ts'

const LOADER_PATH = fileURLToPath(new URL('./webpack-loader.js', import.meta.url))

export class WebpackHost {
  readonly #build: Build
  readonly #compiler: Compiler
  readonly #chains: Chains
  readonly #calls: CallHost
  readonly #loaders: LoaderMeter
  readonly #taps: TapMeter
  readonly #running = new Map<object, LoaderRun>()
  readonly #repetitions = new Repetitions()

  constructor(build: Build, compiler: Compiler) {
    this.#build = build
    this.#compiler = compiler
    this.#chains = new Chains(build)
    this.#loaders = new LoaderMeter(build.meter, path => this.#chains.nameOf(path))
    this.#taps = new TapMeter(build.meter, false)
    this.#taps.ofCompiler(compiler.hooks)
    this.#calls = {
      build, loaders: this.#loaders, inputs: new RunInputs(build.portable), amended: new WeakMap(),
      declarations: new Declarations(build.vfs, build.portable, 'probes'), unresolved: null,
      repeat: (subject, trace) => this.#repetitions.repeat(this.#calls, subject, compiler.webpack.NormalModule.getCompilationHooks(subject.compilation), trace),
    }
  }

  attach(compilation: Compilation): void {
    const hooks = this.#compiler.webpack.NormalModule.getCompilationHooks(compilation)
    // Last of all, so that ours is the leftmost loader.
    hooks.beforeLoaders.tap({ name: TAP, stage: Infinity }, (loaders, module, context) => this.#guard(() => {
      if (loaders.length === 0) return
      const repetition = this.#repetitions.of(module)
      if (repetition) return void loaders.unshift({ loader: LOADER_PATH, options: repetition, ident: TAP, type: 'module' })
      this.#loaders.expect(context, LOADER_PATH)
      this.#enter(loaders, module, compilation, hooks)
    }))
    if (compilation.compiler === this.#compiler) this.#taps.ofCompilation(compilation.hooks)
    compilation.hooks.succeedModule.tap({ name: TAP }, module => this.#endOf(module))
    compilation.hooks.failedModule.tap({ name: TAP }, module => this.#endOf(module))
    compilation.hooks.stillValidModule.tap({ name: TAP }, module => this.#guard(() => this.#noteRestored(module as Partial<NormalModule>)))
  }

  #enter(loaders: LoaderItem[], module: NormalModule, compilation: Compilation, hooks: ModuleHooks): void {
    const chain = this.#chains.of(loaders)
    const { site, stopper, isReached } = chain
    if (stopper?.decision.kind === 'refuse') this.#build.noted(stopper, module.resource, 'refused', stopper.decision.reason)
    if (!site || !isReached) return
    const refusal = refuseModule(module, hooks) ?? refusePaths(chain, compilation)
    if (refusal !== null) return this.#build.noted(site, module.resource, 'refused', refusal)
    const run = new LoaderRun(this.#calls, { chain, module, compilation })
    this.#running.set(module, run)
    loaders.unshift({ loader: LOADER_PATH, options: run, ident: TAP, type: 'module' })
  }

  #noteRestored(module: Partial<NormalModule>): void {
    if (!module.loaders?.length || module.resource === undefined) return
    const { site, isReached } = this.#chains.of(module.loaders)
    if (site && isReached) this.#build.noted(site, module.resource, 'restored', null)
  }

  #endOf(module: object): void {
    const run = this.#running.get(module)
    this.#running.delete(module)
    run?.end()
  }

  #guard(body: () => void): void {
    try {
      body()
    } catch (error) {
      this.#build.fault('HOST_FAULT', `a module could not be looked at (${error instanceof Error ? error.message : String(error)}).`)
    }
  }
}

/** Names in the compilation's own paths are made by whoever taps them, and some loaders make their names the same way. */
function refusePaths({ sites }: Chain, { hooks }: Compilation): string | null {
  const isForeign = hooks.assetPath?.taps?.some(({ name }) => name !== 'TemplatedPathPlugin') ?? false
  return isForeign && sites.some(({ recipe }) => recipe.trusts?.includes('_compilation')) ? 'another plugin takes part in how paths are made' : null
}

/** Why the source of a module cannot be known before its loaders run, or `null`. */
function refuseModule(module: NormalModule, hooks: ModuleHooks): string | null {
  if (!isAbsolute(module.resource)) return 'it is not a file'
  if (module.extractSourceMap) return 'its source map comes from another file'
  return (hooks.readResource.get(undefined)?.taps.length ?? 0) > 1 ? 'another plugin reads the files' : null
}
