/**
 * Source maps that are written into code as base64, taken out so that the paths in them can be tokenised, and put back.
 *
 * Putting back gives exactly the text that was taken apart, or it was not taken apart at all: a map whose text does not
 * encode to the very same base64 stays where it is.
 */

/** Stands where a map was. */
const MARK = '\u0002'
const INLINE_MAP = /sourceMappingURL=data:(application\/json;(?:charset=[\w-]+;)?base64),([A-Za-z0-9+/]+=*)/g
const PREFIX = 'sourceMappingURL=data:'

export interface SplitText {
  readonly text: string
  /** Of each map in turn: its media type, and it as JSON text. */
  readonly types: readonly string[]
  readonly maps: readonly string[]
}

export function splitInlineMaps(text: string): SplitText {
  const types: string[] = []
  const maps: string[] = []
  if (!text.includes(PREFIX) || text.includes(MARK)) return { text, types, maps }
  const without = text.replace(INLINE_MAP, (whole, type: string, encoded: string) => {
    const bytes = Buffer.from(encoded, 'base64')
    const map = bytes.toString('utf8')
    if (Buffer.from(map, 'utf8').toString('base64') !== encoded) return whole
    types.push(type)
    maps.push(map)
    return MARK
  })
  return { text: without, types, maps }
}

export function joinInlineMaps({ text, types, maps }: SplitText): string {
  if (maps.length === 0) return text
  const [first = '', ...rest] = text.split(MARK)
  return first + rest.map((part, index) => `${PREFIX}${types[index]},${Buffer.from(maps[index] ?? '', 'utf8').toString('base64')}${part}`).join('')
}
