/** What patterns say about the texts that they match, read off their own text. */
import { fixesHost } from '../names/text-parts.ts'
import type { Category } from './sanitizers.ts'

const SET = /\[[^[\]^][^[\]]*\]/g

/** A pattern from the first to the last character in which nothing stands for any character. */
export function holdsAllowedOnly(pattern: string): boolean {
  if (!/^\^/.test(pattern) || !/(?<!\\)\$$/.test(pattern)) return false
  return !/(?<!\\)\.|\[\^|\\[SWD]|\|/.test(withoutChoices(pattern.replace(SET, 'x')))
}

/** Alternatives within one group are bound by what stands around it. */
function withoutChoices(pattern: string): string {
  return pattern.replace(/\((?:\?:)?([^()?]*)\)/g, (_all, inner: string) => inner.replaceAll('|', ''))
}

/** What is dangerous in a use, so that a set that leaves it out is no help. */
const DANGERS: Readonly<Partial<Record<Category, RegExp>>> = { html: /</, shell: /[;&|$`]/, sql: /'/, log: /\\n/ }

/** Both are needed to leave a folder. */
function climbs(set: string): boolean {
  return set.includes('.') && /[/\\]/.test(set.replace(/\\[^/\\]/g, ''))
}

/** `[^a-z]` and no more: a text in which it finds nothing holds nothing but what the set names. */
export function holdsOthers(pattern: string, category: Category): boolean {
  const set = /^\[\^((?:\\.|[^\]\\])+)\]$/.exec(pattern)?.[1]
  if (set === undefined || /\\[SWD]/.test(set)) return false
  const dangers = category === 'any' ? Object.values(DANGERS) : [DANGERS[category]]
  return !dangers.some((danger) => danger?.test(set)) && !((category === 'any' || category === 'path') && climbs(set))
}

/** A pattern that starts with a whole host: `^https:\/\/example\.com\/`. */
export function isFixedAddress(pattern: string): boolean {
  const start = /^\^(?:\(\?:)?((?:https\??|http):(?:\\?\/){2}(?:[\w-]|\\[.-])+(?:\\?\/|\$))/.exec(pattern)?.[1]
  return start !== undefined && !/(?<!\\)\||\(/.test(pattern.slice(1)) && fixesHost(start.replace(/s\?/, 's').replaceAll('\\', '').replace(/\$$/, '/'))
}
