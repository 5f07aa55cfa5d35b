/**
 * A regular expression as an automaton whose states are the characters of its pattern: which may follow which, and in how
 * many ways. Linear in the pattern but for counted repetitions, of which a few rounds are written out; nothing is run.
 *
 * Lookarounds and `\b` are taken to hold, a reference back and `^` behind a beginning never to, so that what is told of
 * a pattern errs on the side of silence.
 */
import { END, NOTHING, ONLY_END, has, isEmpty, readChars } from './regex-chars.ts'
import type { Chars } from './regex-chars.ts'

export interface Automaton {
  /** Characters that each state takes, by kinds of characters that the pattern does not tell apart: a bit each. */
  readonly sets: readonly number[]
  /** The kind that is the end of a text, and that of line ends. */
  readonly end: number
  readonly lineEnd: number
  readonly kinds: number
  /** States behind each state, with 2 where there is more than one way. */
  readonly follow: readonly ReadonlyMap<number, 1 | 2>[]
  readonly first: readonly number[]
  /** States with which a text may be accepted. */
  readonly accepting: ReadonlySet<number>
  readonly isOptional: boolean
}

interface Part {
  readonly first: readonly number[]
  readonly last: readonly number[]
  /** May match nothing. */
  readonly isOptional: boolean
}

interface Repeat {
  readonly min: number
  readonly max: number
}

const MAX_PATTERN = 2000
const MAX_STATES = 140
const MAX_EDGES = 3000
const MAX_DEPTH = 50
/** Rounds of a counted repetition that are written out. */
const MAX_COPIES = 4
const NONE: Part = { first: [], last: [], isOptional: true }

/** @returns Nothing for a pattern that is too large. */
export function automatonOf(pattern: string, flags = ''): Automaton | undefined {
  return pattern.length > MAX_PATTERN ? undefined : new Reader(pattern, flags).read()
}

class Reader {
  private at = 0
  private edges = 0
  private readonly sets: Chars[] = []
  private readonly follow: Map<number, 1 | 2>[] = []
  private readonly ends: number[] = []

  constructor(
    private readonly pattern: string,
    private readonly flags: string,
  ) {}

  read(): Automaton | undefined {
    const { first, last, isOptional } = this.alternatives(0)
    if (this.at < this.pattern.length || this.isFull()) return undefined
    const kinds = kindsOf(this.sets)
    return kinds && { ...kinds, follow: this.follow, first, accepting: new Set([...last, ...this.ends]), isOptional }
  }

  private alternatives(depth: number): Part {
    let whole = this.sequence(depth)
    while (this.pattern[this.at] === '|') {
      this.at++
      const next = this.sequence(depth)
      whole = { first: [...whole.first, ...next.first], last: [...whole.last, ...next.last], isOptional: whole.isOptional || next.isOptional }
    }
    return whole
  }

  private sequence(depth: number): Part {
    let whole = NONE
    while (this.at < this.pattern.length && !this.isFull() && depth < MAX_DEPTH) {
      const char = this.pattern[this.at]
      if (char === ')' || char === '|') break
      whole = this.then(whole, this.quantified(depth))
    }
    return whole
  }

  private quantified(depth: number): Part {
    const start = this.at
    const part = this.atom(depth)
    const repeat = this.quantifier()
    return repeat ? this.repeated(part, repeat, start, depth) : part
  }

  /** `x{2,4}` as `xx(x(x)?)?`, `x{2,}` as `xx+`: from the last round to the first. */
  private repeated(part: Part, repeat: Repeat, start: number, depth: number): Part {
    const end = this.at
    if (repeat.max === 0) return NONE
    const isEndless = repeat.max === Number.POSITIVE_INFINITY
    const copies = Math.min(Math.max(1, isEndless ? repeat.min : repeat.max), MAX_COPIES)
    let whole = NONE
    for (let round = copies; round >= 1; round--) {
      if (round < copies) this.at = start
      const copy = round < copies ? this.atom(depth) : part
      if (round === copies && isEndless) this.link(copy.last, copy.first)
      whole = this.then(copy, whole)
      if (round > repeat.min) whole = { ...whole, isOptional: true }
    }
    this.at = end
    return whole
  }

  private atom(depth: number): Part {
    const char = this.pattern[this.at]
    if (char === '(') return this.group(depth)
    if (char === '^' || char === '$') {
      this.at++
      return this.state(char === '$' ? ONLY_END : NOTHING)
    }
    return char === '\\' ? this.escape() : this.single()
  }

  private escape(): Part {
    const special = /^\\(?:[bB]|[1-9]\d?|k<[^>]{0,40}>)/.exec(this.pattern.slice(this.at, this.at + 48))?.[0]
    if (special === undefined) return this.single()
    this.at += special.length
    return /^\\[bB]/.test(special) ? NONE : this.state(NOTHING)
  }

  private single(): Part {
    const { chars, end } = readChars(this.pattern, this.at, this.flags)
    this.at = end
    return this.state(chars)
  }

  private group(depth: number): Part {
    const kind = /^\((?:\?(?:<?[=!]|<[^>]{0,40}>|[\w-]{0,8}:))?/.exec(this.pattern.slice(this.at, this.at + 48))?.[0] ?? '('
    this.at += kind.length
    const part = this.alternatives(depth + 1)
    if (this.pattern[this.at] === ')') this.at++
    if (!/[=!]$/.test(kind)) return part
    this.ends.push(...part.last)
    return NONE
  }

  private quantifier(): Repeat | undefined {
    const match = /^(?:[*+?]|\{(\d+)(?:(,)(\d*))?\})\??/.exec(this.pattern.slice(this.at, this.at + 24))
    if (!match) return undefined
    this.at += match[0].length
    const [text, min = '', comma, max] = match
    if (text.startsWith('{')) return { min: Number(min), max: comma === undefined ? Number(min) : max ? Number(max) : Number.POSITIVE_INFINITY }
    return { min: text.startsWith('+') ? 1 : 0, max: text.startsWith('?') ? 1 : Number.POSITIVE_INFINITY }
  }

  private state(chars: Chars): Part {
    const index = this.sets.push(chars) - 1
    this.follow.push(new Map())
    return { first: [index], last: [index], isOptional: false }
  }

  private then(left: Part, right: Part): Part {
    this.link(left.last, right.first)
    return {
      first: left.isOptional ? [...left.first, ...right.first] : left.first,
      last: right.isOptional ? [...left.last, ...right.last] : right.last,
      isOptional: left.isOptional && right.isOptional,
    }
  }

  private isFull(): boolean {
    return this.sets.length >= MAX_STATES || this.edges > MAX_EDGES
  }

  private link(from: readonly number[], to: readonly number[]): void {
    this.edges += from.length * to.length
    for (const left of from) for (const right of to) if (!isEmpty(this.sets[right] ?? NOTHING)) this.follow[left]?.set(right, this.follow[left].has(right) ? 2 : 1)
  }
}

const MAX_KINDS = 31

/** Nothing where there are more kinds of characters than bits. */
function kindsOf(sets: readonly Chars[]): Pick<Automaton, 'sets' | 'end' | 'lineEnd' | 'kinds'> | undefined {
  const distinct = [...new Map(sets.map((set) => [set.join(), set])).values()]
  const kinds = new Map<string, number>()
  const kindOf: number[] = []
  for (let code = 0; code <= END; code++) {
    let signature = ''
    for (const set of distinct) signature += has(set, code) ? '1' : '0'
    if (!kinds.has(signature)) kinds.set(signature, kinds.size)
    kindOf.push(kinds.get(signature) ?? 0)
  }
  if (kinds.size > MAX_KINDS) return undefined
  const masks = new Map(distinct.map((set) => [set.join(), maskOf(set, kindOf)]))
  return { sets: sets.map((set) => masks.get(set.join()) ?? 0), end: kindOf[END] ?? 0, lineEnd: kindOf[LINE_END] ?? 0, kinds: kinds.size }
}

function maskOf(set: Chars, kindOf: readonly number[]): number {
  let mask = 0
  for (let code = 0; code <= END; code++) if (has(set, code)) mask |= 1 << (kindOf[code] ?? 0)
  return mask
}

const LINE_END = 10
