/**
 * Handlers that Vite takes from their plugins while it resolves its configuration, before any of them can be replaced for
 * a build: what it takes instead is one that looks for the plugin's handler when it is called.
 */
import { ORIGINAL } from '../../../src/memo/identity/hook-source.ts'
import type { Handler } from '../../../src/monitor/measure/wrap.ts'

type Plugin = Readonly<Record<string, unknown>>

/** @param plugins As a configuration has them: nested, promised, and with gaps. */
export async function bindLate(plugins: unknown, hook: string): Promise<void> {
  const settled: unknown = await plugins
  if (Array.isArray(settled)) await Promise.all(settled.map(plugin => bindLate(plugin, hook)))
  else if (settled !== null && typeof settled === 'object') bindHook(settled as Plugin, hook)
}

function bindHook(plugin: Plugin, hook: string): void {
  // An accessor is not read: it may warn.
  if (isAccessor(plugin, hook)) return
  const value = plugin[hook]
  const [owner, name] = value !== null && typeof value === 'object' ? [value, 'handler'] : [plugin, hook]
  if (isAccessor(owner, name)) return
  const original: unknown = Reflect.get(owner, name)
  if (typeof original !== 'function' || ORIGINAL in original) return
  const late = function (this: unknown, ...args: unknown[]): unknown {
    const current: unknown = Reflect.get(owner, name)
    return Reflect.apply((typeof current === 'function' && current !== late ? current : original) as (...args: unknown[]) => unknown, this, args)
  }
  Object.assign(late, { [ORIGINAL]: original as Handler })
  // What its owner made unchangeable stays as it is.
  Reflect.set(owner, name, late)
}

/** Own or inherited: a plugin may be an instance of a class. */
function isAccessor(owner: object, name: string): boolean {
  for (let at: object | null = owner; at !== null; at = Object.getPrototypeOf(at) as object | null) {
    const descriptor = Object.getOwnPropertyDescriptor(at, name)
    if (descriptor) return 'get' in descriptor || 'set' in descriptor
  }
  return false
}
