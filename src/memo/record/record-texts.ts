/**
 * The texts of a record that may name a path or hold a colour: those in which paths become tokens, and bytes, which stay as they are.
 */
import { mapStrings } from './plain.ts'
import type { MemoRecord } from './record.ts'
import type { Effect } from '../trace/effect.ts'

export interface RecordTexts {
  /** Always in the same order. */
  readonly movable: readonly string[]
  readonly fixed: readonly string[]
}

export function textsOf({ code, map, result, effects }: MemoRecord): RecordTexts {
  const movable: string[] = []
  if (typeof code === 'string') movable.push(code)
  if (map !== null) movable.push(map)
  collectStrings(result, movable)
  collectStrings(effects, movable)
  return { movable, fixed: [...(code === null || typeof code === 'string' ? [] : [Buffer.from(code).toString('utf8')]), ...effects.flatMap(bytesOf)] }
}

/**
 * A record with `map` done to its movable texts. Most have paths in code and map alone: then nothing else is copied.
 *
 * @param before Its movable texts, as `textsOf` gives them. @param after What `map` makes of each.
 */
export function withTexts(record: MemoRecord, before: readonly string[], after: readonly string[], map: (text: string) => string): MemoRecord {
  let at = 0
  const code = typeof record.code === 'string' ? after[at++]! : record.code
  const sourceMap = record.map === null ? null : after[at++]!
  const isElsewhere = after.some((text, index) => index >= at && text !== before[index])
  const [effects, result] = isElsewhere ? [mapStrings(record.effects, map) as Effect[], mapStrings(record.result, map)] : [record.effects, record.result]
  return { ...record, code, map: sourceMap, effects, result }
}

function bytesOf(effect: Effect): string[] {
  return effect.kind === 'emit' && effect.encoding === 'base64' ? [Buffer.from(effect.source, 'base64').toString('utf8')] : []
}

/** Keys included. */
function collectStrings(value: unknown, into: string[]): void {
  if (typeof value === 'string') into.push(value)
  else if (Array.isArray(value)) for (const entry of value) collectStrings(entry, into)
  else if (value !== null && typeof value === 'object') {
    for (const [key, entry] of Object.entries(value)) {
      into.push(key)
      collectStrings(entry, into)
    }
  }
}

/** A colour for terminals that is written out in code. */
const ESCAPED_COLOUR = /\\(?:u001b|x1b)\[/i
/** The frame of code of a message, which would have colours elsewhere. */
const FRAME = /(?:^|\n|\\n)[ >]*\d+ \| /
const COLOUR = '\u001b['
const FRAME_BAR = ' | '

/** Whether there are colours in a text, or what would have them on another terminal. */
export function isColourable(text: string): boolean {
  return text.includes(COLOUR) || ESCAPED_COLOUR.test(text) || (text.includes(FRAME_BAR) && FRAME.test(text))
}
