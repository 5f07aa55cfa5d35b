/**
 * The plugins of one esbuild build, wrapped.
 *
 * esbuild sets plugins up one after the other and reads each plugin's `setup` only when its turn comes. So the `setup` of
 * those that come after ours is replaced by one that gives them a `build` object of ours, through which their `onLoad`
 * callbacks are registered wrapped; filters are passed on as they are, and no filter of ours is added, so that whatever
 * esbuild loads natively stays native. Plugins that come before ours are set up already: nothing can be done for them.
 *
 * A replaced `setup` stays with its plugin object and is of no effect in a build without Pitcrew: which build it serves
 * is written on that build's options, where no enumeration shows it.
 */
import type { BuildOptions, OnLoadArgs, Plugin, PluginBuild } from 'esbuild'
import type { Build } from '../../../src/build.ts'
import type { PluginSubject } from '../../../src/memo/recipe.ts'
import type { Site } from '../../../src/memo/sites/site.ts'
import type { Trace } from '../../../src/memo/trace/trace.ts'
import type { Handler } from '../../../src/monitor/measure/wrap.ts'
import { withCallersStack } from './esbuild-error.ts'
import { hasPlainData, loadCall, satelliteKey } from './esbuild-load.ts'
import type { LoadCallback, PluginLoads, Registration } from './esbuild-load.ts'
import { watchLibrary, watchResolve } from './esbuild-resolve.ts'
import { askingMeasured, measured } from './esbuild-measure.ts'
import type { LoadResult } from './esbuild-result.ts'

const HOST = Symbol.for('unplugin-pitcrew.esbuild-host')
const ORIGINAL = Symbol.for('unplugin-pitcrew.original')

type Setup = Plugin['setup'] & { [ORIGINAL]?: Plugin['setup'] }

/** A plugin while it is being set up, and afterwards. */
interface Guest {
  readonly subject: PluginSubject
  /** Filled while the plugin registers what it does. */
  readonly hooks: string[]
  readonly loads: PluginLoads & { readonly registrations: Registration[] }
  /** What the plugin looked at while it was being set up. */
  setUp?: Trace
  readonly before: Readonly<Record<string, (...args: unknown[]) => Promise<void> | void>>
}

export class EsbuildHost {
  readonly #build: Build
  #isOver = false

  constructor(build: Build, options: BuildOptions) {
    this.#build = build
    Object.defineProperty(options, HOST, { value: this, configurable: true, writable: true, enumerable: false })
  }

  /** @param onSetup Called once, when the last of `plugins` has been set up; with the error if one of them fails. */
  wrap(plugins: readonly Plugin[], onSetup: (error?: unknown) => void): void {
    const wrapped = plugins.filter(plugin => replaceSetup(plugin))
    const last = wrapped.at(-1)
    if (last === undefined) onSetup()
    else this.#afterSetup = { last, onSetup }
  }

  #afterSetup: { readonly last: Plugin; readonly onSetup: (error?: unknown) => void } | null = null

  /** From now on plugins run as if nothing were between. */
  end(): void {
    this.#isOver = true
  }

  async setUp(plugin: Plugin, setup: Plugin['setup'], raw: PluginBuild): Promise<void> {
    try {
      await this.#setUpGuest(plugin, setup, raw)
    } catch (error) {
      this.#afterSetup?.onSetup(error)
      throw error
    }
    if (plugin === this.#afterSetup?.last) this.#afterSetup.onSetup()
  }

  async #setUpGuest(plugin: Plugin, setup: Plugin['setup'], raw: PluginBuild): Promise<void> {
    const hooks: string[] = []
    // The plugin as it was before anything was replaced; one object for one plugin of this build.
    const subject: PluginSubject = { name: plugin.name, host: 'esbuild', hooks, familyHooks: hooks, plugin: { name: plugin.name, setup } }
    const loads = { build: this.#build, resolve: raw.resolve, registrations: [], given: new WeakSet<object>(), served: new Map<string, LoadResult>() }
    const guest: Guest = { subject, hooks, loads, before: this.#build.beforeHooks(subject) }
    guest.setUp = await this.#build.watchSetup(subject, () => Reflect.apply(setup, undefined, [this.#buildFor(guest, raw)]) as Promise<void> | void)
  }

  #buildFor(guest: Guest, raw: PluginBuild): PluginBuild {
    const noting = (hook: 'onStart' | 'onEnd' | 'onResolve' | 'onDispose') => (...args: unknown[]): void => {
      this.#note(guest, hook)
      const callback = args.at(-1)
      Reflect.apply(raw[hook], raw, typeof callback === 'function' ? [...args.slice(0, -1), measured(this.#build.meter, guest.subject.name, hook, callback as Handler)] : args)
    }
    return {
      ...raw,
      onStart: noting('onStart'), onEnd: noting('onEnd'), onResolve: noting('onResolve'), onDispose: noting('onDispose'),
      onLoad: (options, callback) => {
        const namespace = options?.namespace ?? ''
        this.#note(guest, namespace === '' || namespace === 'file' ? 'onLoad' : `onLoad ${namespace}`)
        raw.onLoad(options, typeof callback === 'function' ? this.#wrapLoad(guest, options?.filter, namespace, measured(this.#build.meter, guest.subject.name, 'onLoad', callback)) : callback)
      },
      resolve: askingMeasured(this.#build.meter, watchResolve(raw.resolve, this.#build)),
      esbuild: watchLibrary(raw.esbuild, this.#build),
    }
  }

  #note({ hooks, before }: Guest, hook: string): void {
    hooks.push(hook)
    void before[hook]?.()
  }

  #wrapLoad(guest: Guest, filter: RegExp, namespace: string, callback: LoadCallback): LoadCallback {
    const { loads } = guest
    const registration: Registration = { filter, namespace, callback, number: loads.registrations.length }
    loads.registrations.push(registration)
    const hook = namespace === '' || namespace === 'file' ? 'onLoad' : `onLoad ${namespace}`
    // Only when the first call comes is it known what else the plugin registered.
    let site: Site | undefined
    let refused: Site | undefined
    const load = withCallersStack((args: OnLoadArgs): LoadResult | Promise<LoadResult> => {
      const answer = loads.served.get(satelliteKey(args))
      if (answer !== undefined) return answer
      const known = site ??= this.#build.site(guest.subject, hook, guest.setUp)
      const reason = refusalOf(known, args)
      if (reason === null) return this.#call(registration, args, known, loads)
      refused ??= { ...known, decision: { kind: 'refuse', reason, recipe: known.decision.recipe, remedy: null } }
      return this.#call(registration, args, refused, loads)
    })
    return args => (this.#isOver ? callback(args) : load(args))
  }

  #call(registration: Registration, args: OnLoadArgs, site: Site, loads: PluginLoads): LoadResult | Promise<LoadResult> {
    // Where the plugin gives a thenable of its own, esbuild awaits it as it would without us.
    return this.#build.call(site, loadCall(registration, args, site, loads)) as LoadResult | Promise<LoadResult>
  }
}

/** Why this one call cannot be keyed. */
function refusalOf({ decision }: Site, args: OnLoadArgs): string | null {
  if (decision.kind !== 'memoize') return null
  if (!hasPlainData(args)) return 'its pluginData is not JSON'
  if (decision.recipe === null && args.namespace !== 'file') return 'what it answers from in other namespaces than file is not known'
  return null
}

/** @returns Whether the plugin will be set up through a host of ours. */
function replaceSetup(plugin: Plugin): boolean {
  if (plugin === null || typeof plugin !== 'object') return false
  const current = plugin.setup as Setup | undefined
  if (typeof current !== 'function') return false
  if (current[ORIGINAL]) return true
  const replaced: Setup = raw => {
    const host = (raw.initialOptions as { [HOST]?: EsbuildHost })[HOST]
    return host ? host.setUp(plugin, current, raw) : current(raw)
  }
  replaced[ORIGINAL] = current
  return Reflect.set(plugin, 'setup', replaced)
}
