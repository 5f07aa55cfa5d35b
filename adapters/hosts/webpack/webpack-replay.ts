/**
 * A remembered run, given back: everything that its loaders did to the module and to the build besides returning.
 */
import type { Effect, StoredWarning } from '../../../src/memo/trace/effect.ts'
import type { RunResult } from './webpack-result.ts'
import type { Compilation, Logger, LoaderContext, NormalModule } from './webpack-types.ts'

type Method = (...args: unknown[]) => unknown

export interface ReplayTarget {
  readonly context: LoaderContext
  readonly module: NormalModule
  readonly compilation: Compilation
  /** Index of the leftmost loader of the run. */
  readonly start: number
  readonly print: (effect: Extract<Effect, { kind: 'print' }>) => void
}

export function replayRun({ declared, meta }: RunResult, effects: readonly Effect[], target: ReplayTarget): void {
  const { context, module } = target
  if (declared.cleared) context.clearDependencies()
  for (const path of declared.files) context.addDependency(path)
  for (const path of declared.directories) context.addContextDependency(path)
  for (const path of declared.missing) context.addMissingDependency(path)
  if (module.buildMeta) Object.assign(module.buildMeta, meta)
  for (const effect of effects) replayEffect(effect, target)
}

function replayEffect(effect: Effect, target: ReplayTarget): void {
  const { context, start } = target
  const call = (name: string, ...args: unknown[]): unknown => (context[name] as Method)(...args)
  switch (effect.kind) {
    case 'loader-warning':
      asLoader(context, start + effect.loader, () => context.emitWarning(restoredWarning(effect.warning)))
      break
    case 'loader-log':
      asLoader(context, start + effect.loader, () => replayLog(effect, target))
      break
    case 'build-dependency':
      if (typeof context['addBuildDependency'] === 'function') call('addBuildDependency', effect.path)
      break
    case 'emit':
      call('emitFile', effect.fileName, effect.encoding === 'utf8' ? effect.source : Buffer.from(effect.source, 'base64'))
      break
    case 'print':
      target.print(effect)
      break
    default:
      throw new TypeError(`a webpack-like host cannot replay ${JSON.stringify(effect.kind)}`)
  }
}

/** The bundler names the loader that its runner has come to. */
function asLoader(context: LoaderContext, index: number, body: () => void): void {
  const { loaderIndex } = context
  context.loaderIndex = index
  try {
    body()
  } finally {
    context.loaderIndex = loaderIndex
  }
}

function replayLog({ name, method, args }: Extract<Effect, { kind: 'loader-log' }>, { context }: ReplayTarget): void {
  const logger = (context['getLogger'] as Method)(name ?? undefined) as Logger
  const log = logger[method]
  if (typeof log === 'function') Reflect.apply(log, logger, args as unknown[])
}

function restoredWarning(warning: StoredWarning): string | Error {
  if (typeof warning === 'string') return warning
  const error = new Error(warning.message)
  if (warning.name !== null) error.name = warning.name
  // Sass and PostCSS warnings have `null` there, so that no stack is printed.
  Object.defineProperty(error, 'stack', { value: warning.stack, writable: true, configurable: true })
  return error
}
