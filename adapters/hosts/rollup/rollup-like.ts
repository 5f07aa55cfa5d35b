/**
 * Wrapping of plugins for hosts with Rollup's plugin interface: Vite, Rollup, Rolldown.
 *
 * Each handler of `transform` and `load` is replaced in place by one that asks the build first, and every other one by one
 * that is measured; `filter` and `order` stay
 * as they are, also when the plugin assigns them late, so that native filtering goes on working. A plugin that cannot be
 * changed (frozen) is left alone. Wrapping the same plugin again, for another build, starts from its original handlers.
 */
import type { Build } from '../../../src/build.ts'
import { messageOf } from '../../../src/errors.ts'
import type { HostCall } from '../../../src/memo/host-call.ts'
import type { PluginSubject } from '../../../src/memo/recipe.ts'
import type { Site } from '../../../src/memo/sites/site.ts'
import { ORIGINAL, callsSomething } from '../../../src/memo/identity/hook-source.ts'
import { PREPARING_HOOKS } from '../../../src/memo/sites/policy.ts'
import { PLUGIN_NAME } from '../../../src/plugin.ts'
import { MEASURED, measured } from './rollup-measure.ts'
import { RollupCall, WRAPPED } from './rollup-call.ts'
import type { Handler, Wrappable, WrappedHandler } from './rollup-call.ts'
import type { PluginContext } from './rollup-context.ts'
import { TransformChains } from './transform-chains.ts'

export type RollupLikePlugin = Record<string, unknown> & { name: string }

/** Names of the bundler's native plugins: what JavaScript sees of them is a handle. */
const NATIVE = 'builtin:'

const LIFECYCLE = new Set(['constructor', 'name', 'enforce', 'apply', 'version', 'cacheKey', 'sharedDuringBuild', 'perEnvironmentStartEndDuringDev', 'perEnvironmentWatchChangeDuringDev'])

/** Names of the hooks that a plugin has. */
export function hooksOf(plugin: RollupLikePlugin): string[] {
  return namesOf(plugin)
}

/** Own and inherited: a plugin may be an instance of a class. An accessor counts as set, and is not read: it may warn. */
function namesOf(plugin: object): string[] {
  const names = new Set<string>()
  for (let at: object | null = plugin; at !== null && at !== Object.prototype; at = Object.getPrototypeOf(at) as object | null) {
    for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(at))) {
      if (!LIFECYCLE.has(name) && ('get' in descriptor || isSet(descriptor.value))) names.add(name)
    }
  }
  return [...names]
}

/** Of `names`, those that are more than a flag or a text. What an accessor gives is not asked. */
function openNames(plugin: object, names: readonly string[]): string[] {
  return names.filter(name => {
    const descriptor = Object.getOwnPropertyDescriptor(plugin, name)
    return descriptor === undefined || 'get' in descriptor || (descriptor.value !== null && ['object', 'function'].includes(typeof descriptor.value))
  })
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false
}

/** Wraps the plugins of one build. */
export class RollupLikeHost {
  readonly #build: Build
  readonly #chains: TransformChains

  constructor(build: Build) {
    this.#build = build
    this.#chains = new TransformChains(build.vfs)
  }

  /** Wraps every plugin but our own. Plugins that appear later are given in another call. */
  wrap(plugins: readonly RollupLikePlugin[]): void {
    const others = plugins.filter(plugin => plugin !== null && typeof plugin === 'object' && plugin.name !== PLUGIN_NAME && !String(plugin.name).startsWith(NATIVE))
    const families = familiesOf(others)
    for (const plugin of others) {
      try {
        this.#wrapPlugin(plugin, families(String(plugin.name)))
      } catch (error) {
        this.#build.fault('HOST_FAULT', `${plugin.name} could not be wrapped (${messageOf(error)}).`)
      }
    }
  }

  #wrapPlugin(plugin: RollupLikePlugin, family: Family): void {
    const build = this.#build
    const hooks = hooksOf(plugin)
    const subject: PluginSubject = { name: String(plugin.name), host: 'rollup-like', hooks, ...family, open: openNames(plugin, hooks), plugin }
    for (const wrappable of WRAPPED) {
      const handler = originalHandler(plugin[wrappable.hook])
      if (!handler) continue
      const own = measured(build.meter, subject.name, wrappable.hook, handler)
      replaceHandler(plugin, wrappable.hook, handler, this.#wrapHandler(own, wrappable, build.site(subject, wrappable.hook)))
    }
    const before = build.beforeHooks(subject)
    for (const hook of subject.hooks.filter(name => !isRemembered(name))) this.#wrapOther(plugin, hook, before[hook])
  }

  /** @param before What the recipe wants done first. */
  #wrapOther(plugin: RollupLikePlugin, hook: string, before: ((...args: unknown[]) => Promise<void> | void) | undefined): void {
    const build = this.#build
    if (!before && (build.meter === null || !MEASURED.includes(hook))) return
    const handler = originalHandler(plugin[hook])
    if (!handler) return
    const own = measured(build.meter, String(plugin.name), hook, handler)
    if (!before) return replaceHandler(plugin, hook, handler, own)
    replaceHandler(plugin, hook, handler, async function (...args) {
      await guarded(build, () => before(...args))
      return own.apply(this, args)
    })
  }

  #wrapHandler(handler: Handler, wrappable: Wrappable, site: Site): Handler {
    const host = this
    const of: WrappedHandler = { build: this.#build, chains: this.#chains, site, wrappable, handler }
    return function (this: PluginContext | undefined, ...args: unknown[]): unknown {
      const call = host.#tryHostCall(of, this, args)
      return call === null ? handler.apply(this as PluginContext, args) : of.build.call(site, call)
    }
  }

  /** Called without a context, as plugins that are made of others do, there is nothing to watch or to replay with. */
  #tryHostCall(of: WrappedHandler, context: PluginContext | undefined, args: unknown[]): HostCall<unknown> | null {
    const { build, site } = of
    if (context === null || typeof context !== 'object' || build.isOff(site.plugin)) return null
    try {
      return new RollupCall(of, context, args)
    } catch (error) {
      build.fault('HOST_FAULT', `a call of ${site.plugin} could not be understood (${messageOf(error)}).`, site.plugin)
      return null
    }
  }
}

function isRemembered(hook: string): boolean {
  return WRAPPED.some(wrappable => wrappable.hook === hook)
}

/**
 * Plugins of one factory share a closure; what they share in their names is the only sign of it from outside: `a:b` is of the
 * family of `a:c` and of `a`, and so are `a-b`, `a/b` and `a b` where there is an `a`.
 */
function familyOf(name: string, names: readonly string[]): string {
  if (name.startsWith('vite:')) return name
  const [root = name] = names.filter(other => name.startsWith(other) && /^(?:[^a-z0-9]|$)/i.test(name.slice(other.length))).sort((one, other) => one.length - other.length)
  return root.includes(':') ? root.slice(0, root.indexOf(':')) : root
}

type Family = Required<Pick<PluginSubject, 'familyHooks' | 'preparing'>>

/** @returns The family of each plugin by its name. */
function familiesOf(plugins: readonly RollupLikePlugin[]): (name: string) => Family {
  const names = [...new Set(plugins.map(plugin => String(plugin.name)))].filter(name => name !== '' && !name.startsWith('vite:'))
  const families = new Map<string, Family>()
  for (const plugin of plugins) {
    const name = familyOf(String(plugin.name), names)
    const hooks = hooksOf(plugin)
    const { familyHooks, preparing } = families.get(name) ?? { familyHooks: [], preparing: [] }
    families.set(name, { familyHooks: [...familyHooks, ...hooks], preparing: [...preparing, ...hooks.filter(hook => PREPARING_HOOKS.has(hook) && (callsSomething(plugin, hook) || isGivenLate(plugin, hook)))] })
  }
  return name => families.get(familyOf(name, names))!
}

/** Input options that it keeps may be others than those that were looked at: a plugin that comes later gives them anew. */
function isGivenLate(plugin: RollupLikePlugin, hook: string): boolean {
  return hook === 'options' && (plugin[hook] as { order?: unknown } | null)?.order === 'post'
}

function originalHandler(hook: unknown): Handler | null {
  const handler: unknown = hook !== null && typeof hook === 'object' ? (hook as { handler?: unknown }).handler : hook
  if (typeof handler !== 'function') return null
  return (handler as { [ORIGINAL]?: Handler })[ORIGINAL] ?? handler as Handler
}

function replaceHandler(plugin: RollupLikePlugin, hook: string, original: Handler, wrapped: Handler): void {
  const marked = Object.assign(wrapped, { [ORIGINAL]: original })
  const value = plugin[hook]
  const [owner, name] = value !== null && typeof value === 'object' ? [value as Record<string, unknown>, 'handler'] : [plugin, hook]
  const descriptor = Object.getOwnPropertyDescriptor(owner, name)
  const fixed = Object.isFrozen(owner) || descriptor?.writable === false || (descriptor !== undefined && 'get' in descriptor)
  // What its owner made unchangeable stays as it is: the plugin then runs as without Pitcrew.
  if (!fixed) owner[name] = marked
}

async function guarded(build: Build, body: () => Promise<void> | void): Promise<void> {
  try {
    await body()
  } catch (error) {
    build.fault('HOST_FAULT', `a plugin's state could not be brought up to date (${messageOf(error)}).`)
  }
}
