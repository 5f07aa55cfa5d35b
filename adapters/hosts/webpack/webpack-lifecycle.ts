/**
 * From a compiler's runs to builds and rebuilds. The build starts with the first run, when all other plugins have been
 * applied; a compiler that is made and never runs costs nothing.
 */
import type { Build } from '../../../src/build.ts'
import { warningsOf } from '../../../src/report/warnings.ts'
import { gateFailure } from '../../../src/guidance/gate-failure.ts'
import { resourcesOf, webpackOutput } from './webpack-output.ts'
import type { OutputCompilation, OutputOptions } from './webpack-output.ts'
import { TAP } from './webpack-types.ts'
import type { Compilation, Compiler } from './webpack-types.ts'

/** As webpack's own, it has no stack that would tell anybody anything. */
function warning(text: string): Error {
  return Object.assign(new Error(text), { name: 'PitcrewWarning', stack: '' })
}

export interface Attached {
  readonly build: Build
  readonly host: {
    attach(compilation: Compilation): void
    /** A build or a rebuild is over. */
    end?(): void
  }
}

export function attachLifecycle(compiler: Compiler, start: () => Attached | null): void {
  let attached: Attached | null = null
  let isClosed = false

  const begin = async (): Promise<void> => {
    if (!attached || isClosed) attached = start()
    isClosed = false
    if (!attached) return
    for (const path of [...compiler.modifiedFiles ?? [], ...compiler.removedFiles ?? []]) attached.build.vfs.invalidate(path)
    attached.build.begin()
  }
  compiler.hooks.beforeRun.tapPromise({ name: TAP, stage: -Infinity }, begin)
  compiler.hooks.watchRun.tapPromise({ name: TAP, stage: -Infinity }, begin)
  compiler.hooks.compilation.tap({ name: TAP }, compilation => {
    attached?.host.attach(compilation)
    if (attached?.build.options.analysis && compilation.compiler === compiler) tellModules(compilation, attached.build)
  })
  // What is emitted may lie where a call looked for something; the records are to tell of what was there before.
  compiler.hooks.emit.tapPromise({ name: TAP, stage: -Infinity }, async () => attached?.build.flush())
  compiler.hooks.done.tapPromise({ name: TAP, stage: Infinity }, async stats => {
    if (!attached) return
    attached.host.end?.()
    if (attached.build.options.analysis) tellOutput(stats.compilation, compiler, attached.build)
    const report = await attached.build.end(stats.hasErrors())
    // Statistics are made after this, from the compilation as it then is.
    for (const text of warningsOf(report)) stats.compilation.warnings.push(warning(text))
    const failure = gateFailure(report)
    if (failure !== null) stats.compilation.errors.push(warning(failure.message))
  })
  compiler.hooks.failed.tap({ name: TAP }, () => void attached?.build.flush())
  compiler.hooks.shutdown.tapPromise({ name: TAP }, async () => {
    isClosed = true
    await attached?.build.close()
  })
}

/** All modules are there, none is merged with another yet, and what takes time (chunks, minimizers) is still to come. */
function tellModules(compilation: Compilation, build: Build): void {
  compilation.hooks.finishModules.tapPromise({ name: TAP, stage: Infinity }, async () => {
    build.guidance.beside('its modules could not be looked at', () => build.guidance.modules(resourcesOf(compilation as unknown as OutputCompilation)))
  })
}

function tellOutput(compilation: Compilation, { options }: Compiler, build: Build): void {
  build.guidance.beside('what was built could not be looked at', () => build.guidance.chunks(webpackOutput(compilation as unknown as OutputCompilation, options as OutputOptions)))
}
