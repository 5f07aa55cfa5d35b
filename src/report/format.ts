/**
 * Numbers, ids and lines as a person reads them. Pure; knows neither colours nor reports.
 */

const SECOND_MS = 1000
const MINUTE_MS = 60_000

/** `<1 ms`, `41 ms`, `2.26 s`, `31.4 s`, `2 min 5 s`. Never more digits than a repeated build would confirm. */
export function formatMs(ms: number): string {
  if (ms < 1) return ms > 0 ? '<1 ms' : '0 ms'
  if (Math.round(ms) < SECOND_MS) return `${Math.round(ms)} ms`
  return formatSeconds(ms)
}

/** As `formatMs`, but in seconds from the start, for two durations that are to be compared. */
export function formatSeconds(ms: number): string {
  if (ms < 9_995) return `${(ms / SECOND_MS).toFixed(2)} s`
  if (ms < MINUTE_MS - 50) return `${(ms / SECOND_MS).toFixed(1)} s`
  const seconds = Math.round(ms / SECOND_MS)
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}

/** An estimate, in two digits: `470 ms`, `3.1 s`, `42 s`, `2 min 10 s`. */
export function formatRough(ms: number): string {
  const rounded = Number(ms.toPrecision(2))
  if (rounded < SECOND_MS || rounded >= MINUTE_MS) return formatMs(rounded)
  return `${(rounded / SECOND_MS).toFixed(rounded < 10 * SECOND_MS ? 1 : 0)} s`
}

/** `0 B`, `812 B`, `41 kB`, `18.2 MB`. Decimal units. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${Math.round(bytes)} B`
  const units = ['kB', 'MB', 'GB', 'TB']
  let value = bytes / 1000
  let unit = 0
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000
    unit += 1
  }
  return `${value < 9.95 && unit > 0 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`
}

/** `12,345`. Not the machine's locale: reports are compared across machines. */
export function formatCount(count: number): string {
  const digits = String(Math.round(count))
  // Whole groups of three from the end; what is before the first is a group of its own.
  return digits.slice(0, digits.length % 3 || 3) + digits.slice(digits.length % 3 || 3).replace(/\d{3}/g, ',$&')
}

/** `1 module`, `12,345 modules`. */
export function plural(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`
}

/**
 * An id that is safe to print: control characters are written out, so that the NUL of virtual modules shows and no id
 * can move the cursor or set a colour.
 */
export function printable(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, (char) =>
    char === '\0' ? '\\0' : `\\u{${char.charCodeAt(0).toString(16)}}`,
  )
}

const WIDE = /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|[\u{20000}-\u{3fffd}]/u

/** Terminal columns that `text` takes: East Asian characters and emoji two, combining marks none. No escape sequences. */
export function displayWidth(text: string): number {
  if (/^[\u0020-\u007e]*$/.test(text)) return text.length
  let width = 0
  for (const char of text) {
    if (/\p{Mark}|\u200d/u.test(char)) continue
    width += WIDE.test(char) ? 2 : 1
  }
  return width
}

/** Pads with spaces to `columns`; longer text is left as it is. */
export function padStart(text: string, columns: number): string {
  return ' '.repeat(Math.max(0, columns - displayWidth(text))) + text
}

/** As `padStart`, on the other side. */
export function padEnd(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - displayWidth(text)))
}

/**
 * A module id in at most `columns` columns (no fewer than 8). What tells modules apart is kept longest: the file name,
 * then the last folders, then the beginning of the query.
 */
export function shortenId(id: string, columns: number): string {
  const text = printable(id)
  if (displayWidth(text) <= columns) return text
  const limit = Math.max(8, columns)
  const queryAt = text.indexOf('?')
  if (queryAt <= 0) return keepEnd(text, limit)
  const path = text.slice(0, queryAt)
  const nameWidth = displayWidth(path.slice(path.lastIndexOf('/') + 1)) + 2
  // The query gets what the file name leaves, up to half of the line.
  const query = keepStart(text.slice(queryAt), Math.max(2, Math.min(limit >> 1, limit - nameWidth)))
  return keepEnd(path, limit - displayWidth(query)) + query
}

function keepEnd(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text
  const chars = [...text]
  let width = 1
  let from = chars.length
  while (from > 0 && width + displayWidth(chars[from - 1] ?? '') <= columns) {
    from -= 1
    width += displayWidth(chars[from] ?? '')
  }
  return `…${chars.slice(from).join('')}`
}

/** `text` cut at the end to `columns`, with an ellipsis. */
export function keepStart(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text
  let kept = ''
  let width = 1
  for (const char of text) {
    width += displayWidth(char)
    if (width > columns) break
    kept += char
  }
  return `${kept}…`
}

/** A space, unless it stands between a number and its unit. */
const BREAK = / +(?!(?<=\d +)(?:ms|min|s|[kMGT]?B)\b)/

/** Breaks `text` at spaces into lines of at most `columns`; a word that is longer has a line of its own. */
export function wrapWords(text: string, columns: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(BREAK)) {
    if (line !== '' && displayWidth(line) + 1 + displayWidth(word) > columns) {
      lines.push(line)
      line = word
    } else {
      line = line === '' ? word : `${line} ${word}`
    }
  }
  if (line !== '' || lines.length === 0) lines.push(line)
  return lines
}
