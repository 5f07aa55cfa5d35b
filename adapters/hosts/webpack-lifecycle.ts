/**
 * From a compiler's runs to builds and rebuilds. The build starts with the first run, when all other plugins have been
 * applied; a compiler that is made and never runs costs nothing.
 */
import type { Build } from '../../src/build.ts'
import { warningsOf } from '../../src/report/warnings.ts'
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
  compiler.hooks.compilation.tap({ name: TAP }, compilation => attached?.host.attach(compilation))
  // What is emitted may lie where a call looked for something; the records are to tell of what was there before.
  compiler.hooks.emit.tapPromise({ name: TAP, stage: -Infinity }, async () => attached?.build.flush())
  compiler.hooks.done.tapPromise({ name: TAP, stage: Infinity }, async stats => {
    if (!attached) return
    attached.host.end?.()
    const report = await attached.build.end(stats.hasErrors())
    // Statistics are made after this, from the compilation as it then is.
    for (const text of warningsOf(report)) stats.compilation.warnings.push(warning(text))
  })
  compiler.hooks.failed.tap({ name: TAP }, () => void attached?.build.flush())
  compiler.hooks.shutdown.tapPromise({ name: TAP }, async () => {
    isClosed = true
    await attached?.build.close()
  })
}
