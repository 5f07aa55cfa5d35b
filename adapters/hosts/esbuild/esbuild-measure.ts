/** How a call of each of a plugin's callbacks is read, on esbuild. `onLoad` of every namespace counts as one hook. */
import type { OnResolveArgs, PluginBuild } from 'esbuild'
import type { Meter, Meterable } from '../../../src/monitor/measure/meter.ts'
import { steppingOutside } from '../../../src/monitor/measure/step-outside.ts'
import { measureAwaited } from '../../../src/monitor/measure/wrap.ts'
import type { Handler } from '../../../src/monitor/measure/wrap.ts'

type Hook = 'onStart' | 'onEnd' | 'onResolve' | 'onLoad' | 'onDispose'

const WHOLE: Pick<Meterable, 'kind' | 'idOf'> = { kind: 'effect', idOf: () => '' }
/** A resolution is on behalf of the module that asks; an entry has none. */
const BY_PATH: Pick<Meterable, 'kind' | 'idOf'> = {
  kind: 'answer',
  idOf: ([args]) => (args as Partial<OnResolveArgs>).importer || String((args as Partial<OnResolveArgs>).path),
}

/** The callback as it is, when nothing is timed. */
export function measured<T extends Handler>(meter: Meter | null, plugin: string, hook: Hook, callback: T): T {
  if (meter === null) return callback
  return measureAwaited(meter, { plugin, hook, ...(hook === 'onLoad' || hook === 'onResolve' ? BY_PATH : WHOLE) }, callback)
}

/** What esbuild does for a callback that resolves something is not the callback's. */
export function askingMeasured(meter: Meter | null, resolve: PluginBuild['resolve']): PluginBuild['resolve'] {
  return meter?.isDeep ? steppingOutside(meter, resolve as never, undefined) as PluginBuild['resolve'] : resolve
}
