/** The text of a plugin's functions, as its author wrote them: by it a plugin is known that was edited in place. */
import { digest } from '../../hash.ts'
import type { Digest } from '../../hash.ts'

/** Where a handler of ours keeps the one that it stands for. */
export const ORIGINAL: unique symbol = Symbol.for('unplugin-pitcrew.original')

/** Of all functions, the plugin's own and those that it inherits. */
export function sourceOf(plugin: object): string {
  const texts: string[] = []
  for (let owner: object | null = plugin; owner !== null && owner !== Object.prototype; owner = Object.getPrototypeOf(owner) as object | null) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(owner))) {
      const text = textOf(value)
      if (text !== null) texts.push(`${name}:${text}`)
    }
  }
  // Once, where a handler that was inherited has been replaced by an own one.
  return [...new Set(texts)].sort().join('\n')
}

/** Of one hook; empty where there is none. */
export function sourceOfHook(plugin: object, name: string): string {
  return textOf(Reflect.get(plugin, name)) ?? ''
}

/** Stands for the text of one hook, however it is indented: by it a recipe knows the one that was read. */
export function digestOfHook(plugin: object, name: string): Digest {
  return digest(sourceOfHook(plugin, name).replace(/\s+/g, ' '))
}

/** @param hook A function, or an object with it as its handler. */
function textOf(hook: unknown): string | null {
  const handler: unknown = hook !== null && typeof hook === 'object' ? (hook as { handler?: unknown }).handler : hook
  return typeof handler === 'function' ? Function.prototype.toString.call((handler as { [ORIGINAL]?: unknown })[ORIGINAL] ?? handler) : null
}

/** Of a text in which white space is one space. */
const HEAD = /^(?:async )?(?:function\b ?)?(?:\* ?)?(?:[\w$]+ ?)?\([^()]*\) ?(?:=>)?|^(?:async )?[\w$]+ ?=>/
const STATEMENT_HEAD = /\b(?:if|for|while|switch|catch|return|typeof)\s*\(/g
const CALL = /[\w$\])]\s*(?:\?\.\s*)?\(|\b(?:new|import|await|require)\b|`|\[native code\]/

/**
 * Whether a hook may do more than keep what it is given: then it may read something, of which later calls make use. Told by
 * its text, which finds too many rather than too few.
 */
export function callsSomething(plugin: object, name: string): boolean {
  return CALL.test(sourceOfHook(plugin, name).replace(/\s+/g, ' ').replace(HEAD, '').replace(STATEMENT_HEAD, ''))
}
