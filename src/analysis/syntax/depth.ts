/**
 * A bound on how deeply a text nests, found before it is parsed.
 *
 * Why: the native parser is recursive and knows no limit. On a worker's 4 MB of stack it dies by SIGSEGV between 1,700
 * and 4,000 levels (twice that on the main thread), and would take the whole build with it. This scan needs no stack.
 * It is meant to overestimate: a text refused here costs an analysis, one passed wrongly costs the build. What it does
 * not promise: exactness in JSX text and in regular expressions whose start it has to guess.
 */
import { HEAVY, LIGHT, Levels } from './depth-levels.ts'

/** In units of `LIGHT`: a third of what a 4 MB stack bears in the worst mixture measured. */
export const DEPTH_BUDGET = 3000
/** In code a backslash begins a Unicode escape or is an error, and of each error the native parser keeps a copy of its line: thousands of them on one line take all memory. */
const MAX_STRAY_ESCAPES = 200

const [OTHER, BLANK, NEWLINE, WORD, OPEN, CLOSE, QUOTE, SLASH, END, HEAVY_MARK, LIGHT_MARK, LESS, AT, ESCAPE] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13] as const

const CLASSES = ((): Uint8Array => {
  const table = new Uint8Array(128).fill(OTHER)
  const set = (chars: string, kind: number): void => {
    for (const char of chars) table[char.charCodeAt(0)] = kind
  }
  set(' \t\r', BLANK)
  set('\n', NEWLINE)
  set('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_$#', WORD)
  set('@', AT)
  set('\\', ESCAPE)
  set('([{', OPEN)
  set(')]}', CLOSE)
  set('\'"`', QUOTE)
  set('/', SLASH)
  set(';,', END)
  set('=?:', HEAVY_MARK)
  set('+-*%&|^~!>.', LIGHT_MARK)
  set('<', LESS)
  return table
})()

/** Words that open a level. After each of them a `/` starts a regular expression. */
const PREFIX_WORDS: ReadonlySet<string> = new Set([
  'if', 'else', 'for', 'while', 'do', 'new', 'typeof', 'void', 'delete', 'await', 'yield', 'with', 'try', 'return', 'throw', 'in', 'of',
  'instanceof', 'extends', 'async', 'keyof', 'as', 'satisfies',
])
/** Words that go on with the statement before them. */
const JOINING_WORDS: ReadonlySet<string> = new Set(['else', 'while', 'catch', 'finally'])

/** By first character, a bit for each length that a word with a meaning has: most words have another, and are passed unread. */
const MEANINGFUL_LENGTHS = ((): Uint16Array => {
  const lengths = new Uint16Array(128)
  for (const word of [...PREFIX_WORDS, ...JOINING_WORDS, 'case', 'default']) lengths[word.charCodeAt(0)]! |= 1 << word.length
  return lengths
})()

const BACKTICK = 96
const BACKSLASH = 92
const DOLLAR = 36
const OPEN_BRACE = 123
const CLOSE_BRACE = 125
const STAR = 42
const LINE_FEED = 10

/**
 * The greatest nesting of `text` in units of `LIGHT`; stops counting soon after `DEPTH_BUDGET` is passed.
 * @returns At least `HEAVY`, for the module itself.
 */
export function estimateDepth(text: string): number {
  return new DepthScan(text).run()
}

class DepthScan {
  private readonly levels = new Levels()
  private at = 0
  /** The last token ends an operand, so that `/` divides and a new line may end a statement. */
  private afterOperand = false
  private afterNewline = false
  /** A statement may have ended: the next word tells. */
  private maybeEnded = false
  private strayCount = 0

  constructor(private readonly text: string) {}

  run(): number {
    const { text, levels } = this
    while (this.at < text.length && levels.peak <= DEPTH_BUDGET) {
      const code = text.charCodeAt(this.at)
      const kind = code < 128 ? (CLASSES[code] ?? OTHER) : WORD
      if (kind === WORD) this.word()
      else if (kind === BLANK) this.at++
      else if (kind === NEWLINE) this.newline()
      else this.token(kind, code)
    }
    return levels.peak
  }

  private newline(): void {
    this.at++
    this.afterNewline = true
  }

  private token(kind: number, code: number): void {
    if (kind === SLASH) return this.slash()
    else if (kind === QUOTE) this.quote(code)
    else if (kind === OPEN) this.bracket()
    else if (kind === CLOSE) this.closing(code)
    else this.mark(kind)
    this.afterNewline = false
  }

  private word(): void {
    const word = this.readWord()
    if (this.endsBefore(word)) this.levels.reset()
    this.maybeEnded = false
    this.afterNewline = false
    const isPrefix = word !== '' && PREFIX_WORDS.has(word)
    if (isPrefix) this.levels.add(HEAVY)
    this.afterOperand = !isPrefix && word !== 'case'
  }

  /** @returns Nothing for a word without a meaning here. */
  private readWord(): string {
    const { text } = this
    const start = this.at
    let at = start
    let code: number
    do code = text.charCodeAt(++at)
    while (code >= 128 || CLASSES[code] === WORD)
    this.at = at
    return hasMeaningfulLength(text.charCodeAt(start), at - start) ? text.slice(start, at) : ''
  }

  /** Whether a statement has ended before this word. */
  private endsBefore(word: string): boolean {
    const mayHaveEnded = this.maybeEnded || (this.afterOperand && this.afterNewline)
    if (word === '') return mayHaveEnded
    return word === 'case' || word === 'default' || (mayHaveEnded && !JOINING_WORDS.has(word))
  }

  private slash(): void {
    const { text } = this
    const next = text.charCodeAt(this.at + 1)
    if (next === 47) this.at = endOr(text.indexOf('\n', this.at), text.length)
    else if (next === STAR) this.at = endOr(text.indexOf('*/', this.at + 2), text.length - 2) + 2
    else if (next === 62) this.closeTag(2)
    else if (this.afterOperand) this.operator(LIGHT)
    else this.regex()
  }

  private closeTag(length: number): void {
    this.at += length
    this.levels.closeTag()
    this.afterOperand = false
  }

  private regex(): void {
    const { text } = this
    let inClass = false
    for (this.at++; this.at < text.length; this.at++) {
      const code = text.charCodeAt(this.at)
      if (code === LINE_FEED) break
      if (code === BACKSLASH) this.at++
      else if (code === 91) inClass = true
      else if (code === 93) inClass = false
      else if (code === 47 && !inClass) break
    }
    this.at++
    this.afterOperand = true
  }

  private quote(quote: number): void {
    this.at++
    if (quote === BACKTICK) this.template()
    else this.string(quote)
    this.maybeEnded = false
  }

  private string(quote: number): void {
    const { text } = this
    let { at } = this
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at)
      if (code === quote || code === LINE_FEED) break
      if (code === BACKSLASH) at++
    }
    this.at = at + 1
    this.afterOperand = true
  }

  /** Reads template text up to its end or to a `${`, which opens a level. */
  private template(): void {
    const { text } = this
    for (; this.at < text.length; this.at++) {
      const code = text.charCodeAt(this.at)
      if (code === BACKSLASH) this.at++
      else if (code === BACKTICK) {
        this.at++
        this.afterOperand = true
        return
      } else if (code === DOLLAR && text.charCodeAt(this.at + 1) === OPEN_BRACE) {
        this.at += 2
        // The template itself is a level of the parser too.
        this.levels.open(true)
        this.levels.add(HEAVY)
        this.afterOperand = false
        return
      }
    }
  }

  private bracket(): void {
    this.at++
    this.levels.open(false)
    this.afterOperand = false
    this.maybeEnded = false
  }

  private closing(code: number): void {
    this.at++
    const wasTemplate = this.levels.close()
    this.afterOperand = true
    this.maybeEnded = code === CLOSE_BRACE
    if (wasTemplate) this.template()
  }

  private mark(kind: number): void {
    if (kind === END) {
      this.maybeEnded = true
      if (this.text.charCodeAt(this.at) === 44) this.levels.reset()
      this.at++
      this.afterOperand = false
    } else if (kind === LESS) this.less()
    else if (kind === AT) this.decorator()
    else if (kind === ESCAPE) this.escape()
    else this.operator(kind === HEAVY_MARK ? HEAVY : LIGHT)
  }

  private less(): void {
    const next = this.text.charCodeAt(this.at + 1)
    if (next === 47) return this.closeTag(2)
    this.at++
    if (next === 62 || (next < 128 && CLASSES[next] === WORD && next !== 35)) this.levels.openTag()
    else this.levels.add(LIGHT)
    this.afterOperand = false
  }

  /** Each decorator is a level of its own, whatever it stands before. */
  private decorator(): void {
    if (this.endsBefore('')) this.levels.reset()
    this.operator(HEAVY)
  }

  private escape(): void {
    this.at++
    if (this.text[this.at] !== 'u' && ++this.strayCount > MAX_STRAY_ESCAPES) this.levels.add(DEPTH_BUDGET + 1)
    this.afterOperand = true
  }

  private operator(cost: number): void {
    this.at++
    this.maybeEnded = false
    this.levels.add(cost)
    this.afterOperand = false
  }
}

function hasMeaningfulLength(first: number, length: number): boolean {
  return first < 128 && length <= 10 && ((MEANINGFUL_LENGTHS[first] as number) & (1 << length)) !== 0
}

function endOr(index: number, otherwise: number): number {
  return index < 0 ? otherwise : index
}
