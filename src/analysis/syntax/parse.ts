/**
 * Parsing that survives anything: source text in, a tree or a note out.
 *
 * Guarantees: never throws and never lets a text reach the native parser that could end the process (see `depth.ts`);
 * offsets are UTF-16 offsets into the text that was passed in, a byte order mark included; a text that is refused by
 * the dialect of its file name is tried in the others before it is given up.
 * Not guaranteed: that what is returned is a valid program; early errors are left to the bundler.
 */
import type { Comment, EcmaScriptModule, ParserOptions, Program } from 'oxc-parser'
import { DEPTH_BUDGET, estimateDepth } from './depth.ts'
import { readJson } from './raw-transfer.ts'
import type { ReadTree } from './raw-transfer.ts'

export type Lang = 'js' | 'jsx' | 'ts' | 'tsx' | 'dts'
type SourceType = NonNullable<ParserOptions['sourceType']>

export interface ParsedModule {
  readonly kind: 'parsed'
  readonly program: Program
  readonly comments: readonly Comment[]
  readonly module: EcmaScriptModule
  /** Dialect that accepted the text; not always that of the file name. */
  readonly lang: Lang
}

/** Why a text was not analysed, or what in it does not do what its author meant. */
export const NOTE_REASONS = ['unparsable', 'too-large', 'too-deep', 'binary', 'suppression'] as const
export interface Note {
  readonly kind: 'note'
  readonly reason: (typeof NOTE_REASONS)[number]
  /** A sentence with the observed values. */
  readonly message: string
}

/** Larger texts are generated; their trees cost seconds and gigabytes. */
export const MAX_SOURCE_CHARS = 3_000_000

const LANGS: Readonly<Record<string, Lang>> = {
  ts: 'ts', mts: 'ts', cts: 'ts', tsx: 'tsx', js: 'jsx', mjs: 'jsx', cjs: 'jsx', jsx: 'jsx', es: 'jsx', es6: 'jsx',
}
/** Tried in turn when the first attempt yields nothing. */
const LADDER: readonly (readonly [Lang, SourceType])[] = [
  ['tsx', 'unambiguous'], ['ts', 'unambiguous'], ['jsx', 'script'], ['jsx', 'commonjs'], ['jsx', 'module'], ['tsx', 'script'], ['ts', 'script'],
]

/** Dialect by file name; a query is ignored; `jsx` where the name says nothing. */
export function langOfId(id: string): Lang {
  const path = id.replace(/[?#].*$/, '')
  if (/\.d\.[mc]?ts$/.test(path)) return 'dts'
  return LANGS[path.slice(path.lastIndexOf('.') + 1).toLowerCase()] ?? 'jsx'
}

/** Parses `text` as `lang`, then as whatever accepts it. @param read How the tree comes out of the parser. */
export function parseModule(text: string, lang: Lang, read: ReadTree = readJson): ParsedModule | Note {
  const refusal = refuse(text)
  if (refusal) return refusal
  const clean = withoutMark(text)
  const first = attempt(clean, lang, 'unambiguous', read)
  if (typeof first !== 'string') return first
  for (const [otherLang, sourceType] of LADDER) {
    const result = attempt(clean, otherLang, sourceType, read)
    if (typeof result !== 'string') return result
  }
  return note('unparsable', `It does not parse as ${lang} or any other dialect: ${first}. It was not analysed.`)
}

function refuse(text: string): Note | undefined {
  if (text.length > MAX_SOURCE_CHARS) {
    return note('too-large', `It has ${text.length} characters; more than ${MAX_SOURCE_CHARS} are not analysed.`)
  }
  if (text.includes('\0')) return note('binary', 'It contains NUL characters and was taken for binary data; it was not analysed.')
  if (estimateDepth(text) > DEPTH_BUDGET) {
    return note('too-deep', 'It nests too deeply for a recursive parser (hundreds of levels), or is no program; it was not analysed.')
  }
  return undefined
}

/** A byte order mark becomes as many blanks, so that offsets stay; a hashbang behind it becomes a comment. */
function withoutMark(text: string): string {
  if (text.charCodeAt(0) !== 0xfeff) return text
  return text.startsWith('#!', 1) ? ` //${text.slice(3)}` : ` ${text.slice(1)}`
}

/** @returns The first error's text when nothing could be parsed. */
function attempt(text: string, lang: Lang, sourceType: SourceType, read: ReadTree): ParsedModule | string {
  try {
    const { module, comments, errors, program } = read(text, { lang, sourceType, preserveParens: false, astType: lang === 'jsx' || lang === 'js' ? 'js' : 'ts' })
    if (errors.length > 0 && program.body.length === 0) return errors[0]?.message ?? 'unknown error'
    return { kind: 'parsed', program, comments, module, lang }
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

function note(reason: Note['reason'], message: string): Note {
  return { kind: 'note', reason, message }
}
