/**
 * Source maps that are written into code as base64, taken out so that the paths in them can be tokenised, and put back.
 *
 * Putting back gives exactly the text that was taken apart, or it was not taken apart at all: a map whose text does not
 * encode to the very same base64 stays where it is.
 */
import { isUtf8 } from 'node:buffer'

/** Stands where a map was. */
const MARK = '\u0002'
const PREFIX = 'sourceMappingURL=data:'
const TYPE = /(application\/json;(?:charset=[\w-]+;)?base64),/y
const DIGITS = new Set(Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/', digit => digit.charCodeAt(0)))
const IS_DIGIT = Uint8Array.from({ length: 128 }, (_, code) => Number(DIGITS.has(code)))
const PADDING = 0x3d

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
  for (let at = text.indexOf(PREFIX); at >= 0; at = text.indexOf(PREFIX, at + 1)) {
    const found = inlineMapAt(text, at + PREFIX.length)
    if (found === null) continue
    types.push(found.type)
    maps.push(found.map)
    without += text.slice(kept, at) + MARK
    kept = found.end
  }
  return { text: kept === 0 ? text : without + text.slice(kept), types, maps }
}

/** The map whose media type begins at `from`, or `null` where there is none that can be put back exactly. */
function inlineMapAt(text: string, from: number): { readonly type: string; readonly map: string; readonly end: number } | null {
  TYPE.lastIndex = from
  const type = TYPE.exec(text)?.[1]
  if (type === undefined) return null
  const begin = from + type.length + 1
  const end = endOfBase64(text, begin)
  const encoded = text.slice(begin, end)
  const bytes = Buffer.from(encoded, 'base64')
  return end > begin && isUtf8(bytes) && bytes.toString('base64') === encoded ? { type, map: bytes.toString('utf8'), end } : null
}

/** Digit by digit: a regular expression remembers each of them, to go back to. */
function endOfBase64(text: string, begin: number): number {
  let end = begin
  while (IS_DIGIT[text.charCodeAt(end)] === 1) end++
  while (text.charCodeAt(end) === PADDING) end++
  return end
}

export function joinInlineMaps({ text, types, maps }: SplitText): string {
  if (maps.length === 0) return text
  const [first = '', ...rest] = text.split(MARK)
  return first + rest.map((part, index) => `${PREFIX}${types[index]},${Buffer.from(maps[index] ?? '', 'utf8').toString('base64')}${part}`).join('')
}
