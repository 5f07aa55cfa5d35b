/**
 * Packages that options and configuration name in a text, as compilers let them: `presets: ['react']`, `{ 'postcss-nested': {} }`.
 * No import tells of them, and no lockfile of one that was patched in place. Files are named in the same way.
 */
import { basename } from 'node:path'
import { entriesWithin } from './option-entries.ts'

export type Namer = 'babel' | 'postcss'

/** Enough for any configuration that a person wrote. */
const MAX_NAMES = 80
const NAME = /^(?:module:)?(?:@[\w.~-]+\/)?[\w~-][\w.~-]*(?:\/[\w./~-]+)?$/
const CONFIG_OF: readonly (readonly [RegExp, Namer])[] = [[/^\.?babel(?:rc|\.config)\b/, 'babel'], [/^\.?postcss(?:rc|\.config)\b/, 'postcss']]
/** Texts, and names of properties that are none. */
const WORD = /(["'`])([^"'`\n]+)\1|\b([A-Za-z_]\w{0,60})\s{0,4}:/g

/** Every package that `name` may mean; none where it is no package's name. */
export function packagesMeantBy(name: string, namer: Namer): string[] {
  if (!NAME.test(name)) return []
  const plain = name.replace(/^module:/, '')
  return namer === 'postcss' || plain !== name ? [plain] : [plain, ...babelForms(plain)]
}

/** `x` is `babel-plugin-x`, `@babel/x` is `@babel/plugin-x`, `@scope/x` is `@scope/babel-plugin-x`; the same for presets. */
function babelForms(name: string): string[] {
  const [, scope = '', rest = name] = /^(@[^/]+\/)(.*)$/.exec(name) ?? []
  const prefix = scope === '@babel/' ? '' : 'babel-'
  return ['plugin', 'preset'].map(kind => `${scope}${prefix}${kind}-${rest}`)
}

/** Files beside a configuration file of such a compiler that it mentions, as it writes them: `{ './lib/plugin': {} }`. */
export function filesNamedIn(path: string, text: string): string[] {
  if (namerOf(path) === undefined) return []
  return [...new Set([...text.matchAll(WORD)].map(match => match[2] ?? ''))].filter(word => /^\.{1,2}\//.test(word)).slice(0, MAX_NAMES)
}

function namerOf(path: string): Namer | undefined {
  return CONFIG_OF.find(([name]) => name.test(basename(path)))?.[1]
}

/** The same for what a configuration file of such a compiler mentions. */
export function packagesNamedIn(path: string, text: string): string[] {
  const namer = namerOf(path)
  if (namer === undefined) return []
  const words = new Set([...text.matchAll(WORD)].map(match => match[2] ?? match[3]!))
  return [...words].slice(0, MAX_NAMES).flatMap(word => packagesMeantBy(word, namer))
}

/** `extends a-package`, as a list of browsers says it, among other queries too. In a manifest prose may say it as well, which costs a look at a package. */
const LISTED_ELSEWHERE = /\bextends\s{1,64}((?:@[\w.~-]+\/)?[\w~-][\w./~-]*)/gi

/** Packages that hold lists of browsers which the file at hand, a list or a manifest, is made of. */
export function browserListsNamedIn(_path: string, text: string): readonly string[] {
  return [...text.matchAll(LISTED_ELSEWHERE)].slice(0, MAX_NAMES).map(match => match[1]!)
}

/** The same for options: texts in them, and names of properties. */
export function packagesNamedBy(options: unknown, namer: Namer): string[] {
  const words = new Set(entriesWithin(options).flatMap(({ name, value, isListed }) => [...isListed ? [] : [name], ...typeof value === 'string' ? [value] : []]))
  return [...words].slice(0, MAX_NAMES).flatMap(word => packagesMeantBy(word, namer))
}
