/**
 * Which hooks of a Rollup-like plugin are measured, and how a call of each is read.
 *
 * All that run during a build; not those that configure it, which are over before anything is wrapped, nor `onLog`, which is
 * called by whatever a hook says. Only handlers are replaced: a hook that a plugin does not have is not added, and what
 * its `filter` keeps native stays native.
 */
import type { Meter, Meterable } from '../../../src/monitor/measure/meter.ts'
import { withSteps } from '../../../src/monitor/measure/step-outside.ts'
import { measureHandler } from '../../../src/monitor/measure/wrap.ts'
import type { Handler } from '../../../src/monitor/measure/wrap.ts'

type Reading = Pick<Meterable, 'kind' | 'idOf'>

const textAt = (index: number) => (args: readonly unknown[]): string => (typeof args[index] === 'string' ? args[index] : '')
/** A resolution is on behalf of the module that asks; an entry has none. */
const importerOf = (args: readonly unknown[]): string => textAt(1)(args) || textAt(0)(args)
const propertyAt = (index: number, name: string) => (args: readonly unknown[]): string => {
  const value: unknown = (args[index] as Record<string, unknown> | null | undefined)?.[name]
  return typeof value === 'string' ? value : ''
}

const WHOLE: Reading = { kind: 'effect', idOf: () => '' }
const BY_MODULE: Reading = { kind: 'effect', idOf: propertyAt(0, 'id') }
const BY_CHUNK: Reading = { kind: 'effect', idOf: propertyAt(0, 'fileName') }
const BY_FILE: Reading = { kind: 'effect', idOf: propertyAt(0, 'file') }

const READINGS: Readonly<Record<string, Reading>> = {
  buildStart: WHOLE, buildEnd: WHOLE, renderStart: WHOLE, outputOptions: WHOLE, renderError: WHOLE,
  generateBundle: WHOLE, writeBundle: WHOLE, closeBundle: WHOLE, closeWatcher: WHOLE,
  resolveId: { kind: 'answer', idOf: importerOf },
  resolveDynamicImport: { kind: 'answer', idOf: importerOf },
  load: { kind: 'answer', idOf: textAt(0) },
  transform: { kind: 'code', idOf: textAt(1) },
  shouldTransformCachedModule: BY_MODULE, moduleParsed: BY_MODULE,
  renderChunk: { kind: 'code', idOf: propertyAt(1, 'fileName') },
  augmentChunkHash: BY_CHUNK, banner: BY_CHUNK, footer: BY_CHUNK, intro: BY_CHUNK, outro: BY_CHUNK,
  renderDynamicImport: { kind: 'effect', idOf: propertyAt(0, 'moduleId') },
  resolveFileUrl: { kind: 'effect', idOf: propertyAt(0, 'moduleId') },
  resolveImportMeta: { kind: 'effect', idOf: propertyAt(1, 'moduleId') },
  watchChange: { kind: 'effect', idOf: textAt(0) },
  transformIndexHtml: { kind: 'code', idOf: propertyAt(1, 'filename') },
  handleHotUpdate: BY_FILE, hotUpdate: BY_FILE, configureServer: WHOLE,
}

export const MEASURED: readonly string[] = Object.keys(READINGS)

/** What the bundler does for these has a life of its own. */
const ASKED = new Set(['resolve', 'load', 'emitFile', 'setAssetSource', 'getFileName', 'getCombinedSourcemap', 'getModuleInfo', 'addWatchFile', 'warn', 'info', 'debug'])

function withContext<T extends Handler>(meter: Meter, handler: T): T {
  return function (this: unknown, ...args: unknown[]): unknown {
    const context = this !== null && typeof this === 'object' ? withSteps(meter, this, ASKED) : this
    return Reflect.apply(handler, context, args)
  } as unknown as T
}

/** The handler as it is, when nothing is timed. */
export function measured<T extends Handler>(meter: Meter | null, plugin: string, hook: string, handler: T): T {
  const reading = READINGS[hook]
  if (meter === null || reading === undefined) return handler
  return measureHandler(meter, { plugin, hook, ...reading }, meter.isDeep ? withContext(meter, handler) : handler)
}
