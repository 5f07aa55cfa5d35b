/**
 * Source maps that are written into code as base64, taken out so that the paths in them can be tokenised, and put back.
 *
 * Putting back gives exactly the text that was taken apart, or it was not taken apart at all: a map whose text does not
 * encode to the very same base64 stays where it is.
 */
import { isAscii, isUtf8 } from 'node:buffer'

/** Stands where a map was. */
const MARK = '\u0002'
const PREFIX = 'sourceMappingURL=data:'
const TYPE = /(application\/json;(?:charset=[\w-]+;)?base64),/y
const NO_DIGIT = /[^A-Za-z0-9+/=]/g
/** Four digits of base64 are three bytes. */
const [QUAD, TRIPLE] = [4, 3]

export interface SplitText {
  readonly text: string
  /** Of each map in turn: its media type, and it as JSON text. */
  readonly types: readonly string[]
  readonly maps: readonly string[]
}

export function splitInlineMaps(text: string): SplitText {
  const types: string[] = []
  const maps: string[] = []
  let without = ''
  let kept = 0
  if (text.includes(MARK)) return { text, types, maps }
  for (let at = text.indexOf(PREFIX); at >= 0; at = text.indexOf(PREFIX, Math.max(kept, at + 1))) {
    const found = inlineMapAt(text, at + PREFIX.length)
    if (found === null) continue
    types.push(found.type)
    maps.push(found.map)
    without += text.slice(kept, at) + MARK
    kept = found.end
  }
  return { text: kept === 0 ? text : without + text.slice(kept), types, maps }
}

interface InlineMap {
  readonly type: string
  readonly map: string
  /** Where it ends in the text. */
  readonly end: number
}

/** The map whose media type begins at `from`, or `null` where there is none that can be put back exactly. */
function inlineMapAt(text: string, from: number): InlineMap | null {
  TYPE.lastIndex = from
  const type = TYPE.exec(text)?.[1]
  if (type === undefined) return null
  const begin = from + type.length + 1
  // Nearly always a blank or a new line follows, and these are found sooner than whatever is no digit.
  return decoded(type, text, begin, endOfWord(text, begin)) ?? decoded(type, text, begin, endOfDigits(text, begin))
}

function decoded(type: string, text: string, begin: number, end: number): InlineMap | null {
  const map = textIn(text.slice(begin, end))
  return map === null ? null : { type, map, end }
}

function endOfWord(text: string, begin: number): number {
  const line = text.indexOf('\n', begin)
  const blank = text.indexOf(' ', begin)
  return Math.min(line < 0 ? text.length : line, blank < 0 ? text.length : blank)
}

function endOfDigits(text: string, begin: number): number {
  NO_DIGIT.lastIndex = begin
  return NO_DIGIT.exec(text)?.index ?? text.length
}

/** The text that base64 stands for, or `null` where it would not be encoded to the very same. */
function textIn(encoded: string): string | null {
  if (encoded.length === 0 || encoded.length % QUAD !== 0) return null
  const bytes = Buffer.from(encoded, 'base64')
  return isCanonical(encoded, bytes) && isUtf8(bytes) ? bytes.toString(isAscii(bytes) ? 'latin1' : 'utf8') : null
}

/**
 * The decoder skips what is no digit and takes those of URLs as well: then there are too few bytes, or there is one of these; and the last
 * digits may have bits that stand for nothing.
 */
function isCanonical(encoded: string, bytes: Buffer): boolean {
  if (encoded.includes('-') || encoded.includes('_')) return false
  const padding = encoded.endsWith('==') ? 2 : Number(encoded.endsWith('='))
  const last = bytes.toString('base64', bytes.length - (TRIPLE - padding))
  return bytes.length === encoded.length / QUAD * TRIPLE - padding && encoded.endsWith(last)
}

export function joinInlineMaps({ text, types, maps }: SplitText): string {
  if (maps.length === 0) return text
  const [first = '', ...rest] = text.split(MARK)
  return first + rest.map((part, index) => `${PREFIX}${types[index]},${Buffer.from(maps[index] ?? '', 'utf8').toString('base64')}${part}`).join('')
}
