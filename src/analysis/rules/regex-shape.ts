/**
 * Whether the text of a regular expression shows exponential backtracking: a group repeated without bound whose body
 * can match the same text in more than one way, because it ends or begins with an unbounded repetition of what it also
 * starts with, or because two alternatives can begin with the same character.
 *
 * One pass over the pattern, no backtracking, no running of it; patterns beyond `MAX_PATTERN` are not judged.
 * Errs on the side of silence: what follows must be able to fail, and first characters must provably overlap.
 */
const MAX_PATTERN = 2000

/** Set of ASCII characters as a bit set of four 32-bit words; anything beyond ASCII is one more member. */
type Chars = Uint32Array

interface Atom {
  readonly first: Chars
  readonly last: Chars
  /** May match nothing. */
  readonly isOptional: boolean
  /** May match arbitrarily much. */
  readonly isUnbounded: boolean
  /** Unbounded repetition of single characters only, and of which. */
  readonly run: Chars | undefined
  /** Exactly one character, and of which. */
  readonly single: Chars | undefined
}

interface Repeat {
  readonly min: number
  /** 0 where there is none. */
  readonly max: number
  readonly isUnbounded: boolean
}

interface Sequence {
  readonly atoms: Atom[]
}

export function isExponential(pattern: string): boolean {
  // Two unbounded repetitions, or an alternation under one, are needed; most patterns have neither.
  if (pattern.length > MAX_PATTERN || !/\)(?:[+*]|\{\d+,\})/.test(pattern)) return false
  return new Reader(pattern).read()
}

class Reader {
  private at = 0
  private isFound = false

  constructor(private readonly pattern: string) {}

  read(): boolean {
    this.alternatives(0)
    return this.isFound
  }

  private alternatives(depth: number): Sequence[] {
    const found: Sequence[] = [{ atoms: [] }]
    while (this.at < this.pattern.length && depth < 50) {
      const char = this.pattern[this.at]
      if (char === ')') break
      if (char === '|') {
        this.at++
        found.push({ atoms: [] })
      } else {
        const atom = this.quantified(depth)
        if (atom) found.at(-1)?.atoms.push(atom)
      }
    }
    return found
  }

  private quantified(depth: number): Atom | undefined {
    const start = this.at
    const group = this.pattern[this.at] === '(' ? this.group(depth) : undefined
    const single = group ? undefined : this.single()
    if (this.at === start) this.at++
    const repeat = this.quantifier()
    if (group) return this.repeatGroup(group, repeat)
    if (!single) return undefined
    return { first: single, last: single, isOptional: repeat.min === 0, isUnbounded: repeat.isUnbounded, run: repeat.isUnbounded ? single : undefined, single: isOnce(repeat) ? single : undefined }
  }

  private repeatGroup(group: { alternatives: Sequence[]; isAssertion: boolean }, repeat: Repeat): Atom | undefined {
    if (group.isAssertion) return undefined
    const { alternatives } = group
    const isAmbiguous = repeat.isUnbounded && (hasAmbiguousRun(alternatives) || hasAmbiguousChoice(alternatives))
    // It must be able to fail afterwards: a pattern that ends here accepts at once.
    if (isAmbiguous && this.at < this.pattern.length) this.isFound = true
    return atomOf(alternatives, repeat)
  }

  private group(depth: number): { alternatives: Sequence[]; isAssertion: boolean } {
    this.at++
    let isAssertion = false
    if (this.pattern[this.at] === '?') {
      const kind = /^\?(?:<?[=!]|<[^>]*>|:|[\w-]*:)/.exec(this.pattern.slice(this.at, this.at + 60))?.[0] ?? '?'
      isAssertion = /[=!]$/.test(kind)
      this.at += kind.length
    }
    const alternatives = this.alternatives(depth + 1)
    if (this.pattern[this.at] === ')') this.at++
    return { alternatives, isAssertion }
  }

  private quantifier(): Repeat {
    const match = /^(?:[*+?]|\{(\d+)(?:(,)(\d*))?\})\??/.exec(this.pattern.slice(this.at, this.at + 24))
    if (!match) return { min: 1, max: 1, isUnbounded: false }
    this.at += match[0].length
    const [text, min, comma = '', max = ''] = match
    if (text[0] === '*') return { min: 0, max: 0, isUnbounded: true }
    if (text[0] === '+') return { min: 1, max: 0, isUnbounded: true }
    if (text[0] === '?') return { min: 0, max: 1, isUnbounded: false }
    return { min: Number(min), max: comma === '' ? Number(min) : Number(max), isUnbounded: comma === ',' && max === '' }
  }

  private single(): Chars | undefined {
    const char = this.pattern[this.at]
    if (char === '[') return this.charClass()
    this.at++
    if (char === '^' || char === '$') return undefined
    if (char === '.') return fill((code) => code !== 10 && code !== 13)
    if (char === '\\') return this.escape()
    return only(char ?? '')
  }

  private escape(): Chars | undefined {
    const char = this.pattern[this.at++] ?? ''
    if (char === 'b' || char === 'B') return undefined
    return escapeClass(char) ?? only(char)
  }

  private charClass(): Chars {
    const end = closing(this.pattern, this.at)
    const body = this.pattern.slice(this.at + 1, end)
    this.at = end + 1
    const isNegated = body.startsWith('^')
    const members = classMembers(isNegated ? body.slice(1) : body)
    return isNegated ? fill((code) => !has(members, code)) : members
  }
}

function isOnce({ min, max }: Repeat): boolean {
  return min === 1 && max === 1
}

/** A group, repeated, as one atom. */
function atomOf(alternatives: readonly Sequence[], repeat: Repeat): Atom {
  const sole = soleAtom(alternatives)
  return {
    first: union(alternatives.map(({ atoms }) => firstOf(atoms))),
    last: union(alternatives.map(({ atoms }) => firstOf(atoms.toReversed()))),
    isOptional: repeat.min === 0 || alternatives.some(({ atoms }) => atoms.every((atom) => atom.isOptional)),
    isUnbounded: repeat.isUnbounded || alternatives.some(({ atoms }) => atoms.some((atom) => atom.isUnbounded)),
    run: sole?.run ?? (repeat.isUnbounded ? sole?.single : undefined),
    single: isOnce(repeat) ? sole?.single : undefined,
  }
}

/** The atom that is all there is in a group. */
function soleAtom([first, ...others]: readonly Sequence[]): Atom | undefined {
  return first?.atoms.length === 1 && others.length === 0 ? first.atoms[0] : undefined
}

function closing(pattern: string, start: number): number {
  for (let at = start + 1; at < pattern.length; at++) {
    if (pattern[at] === '\\') at++
    else if (pattern[at] === ']') return at
  }
  return pattern.length
}

function classMembers(body: string): Chars {
  const members = new Uint32Array(5)
  for (let at = 0; at < body.length; at++) {
    const isEscape = body[at] === '\\'
    const char = body[isEscape ? ++at : at] ?? ''
    const named = isEscape ? escapeClass(char) : undefined
    if (named) merge(members, named)
    else if (body[at + 1] === '-' && at + 2 < body.length) {
      putRange(members, char.charCodeAt(0), body.charCodeAt(at + 2))
      at += 2
    } else put(members, char.charCodeAt(0))
  }
  return members
}

/** ASCII alone: a range that goes further says nothing of what is beyond. */
function putRange(members: Chars, first: number, last: number): void {
  for (let code = first; code <= last && code < 128; code++) put(members, code)
}

/** `(a+)+`, `(a*b?)*`, `(x+x?)*`, `([a-z]+.)+`: a run that may be cut anywhere into rounds of the group. */
function hasAmbiguousRun(alternatives: readonly Sequence[]): boolean {
  // What surrounds the run may be missing, or can be the same character.
  return alternatives.some(({ atoms }) => atoms.some((atom) => atom.run !== undefined) && !isEmpty(repeatable(atoms)))
}

/** `(a|a)*`, `(\w|\d+)*`, `(a|aa)*`: two alternatives that can be one character over and over. */
function hasAmbiguousChoice(alternatives: readonly Sequence[]): boolean {
  const sets = alternatives.flatMap(({ atoms }) => (atoms.length > 0 && atoms.every((atom) => !atom.isOptional) ? [repeatable(atoms)] : []))
  return sets.some((set, index) => sets.slice(index + 1).some((other) => overlap(set, other)))
}

/** The characters of which a sequence matches nothing but repetitions; those of its first run among them, where it has one. */
function repeatable(atoms: readonly Atom[]): Chars {
  const run = atoms.find((atom) => atom.run !== undefined)
  const needed = atoms.filter((atom) => !atom.isOptional || atom === run)
  return needed.reduce<Chars>((common, { single, run: chars }) => intersection(common, single ?? chars ?? NOTHING), fill(() => true))
}

const NOTHING: Chars = new Uint32Array(5)

function firstOf(atoms: readonly Atom[]): Chars {
  const members = new Uint32Array(5)
  for (const atom of atoms) {
    merge(members, atom.first)
    if (!atom.isOptional) break
  }
  return members
}

function escapeClass(char: string): Chars | undefined {
  const isDigit = (code: number): boolean => code >= 48 && code <= 57
  const isWord = (code: number): boolean => isDigit(code) || (code >= 65 && code <= 90) || code === 95 || (code >= 97 && code <= 122)
  const isBlank = (code: number): boolean => code === 32 || (code >= 9 && code <= 13)
  switch (char) {
    case 'd': return fill(isDigit)
    case 'D': return fill((code) => !isDigit(code))
    case 'w': return fill(isWord)
    case 'W': return fill((code) => !isWord(code))
    case 's': return fill(isBlank)
    case 'S': return fill((code) => !isBlank(code))
    default: return undefined
  }
}

function fill(test: (code: number) => boolean): Chars {
  const members = new Uint32Array(5)
  for (let code = 0; code <= 128; code++) if (test(code)) put(members, code)
  return members
}

function only(char: string): Chars {
  const members = new Uint32Array(5)
  put(members, char.charCodeAt(0))
  return members
}

function put(members: Chars, code: number): void {
  const at = Math.min(Number.isNaN(code) ? 128 : code, 128)
  members[at >> 5] = (members[at >> 5] ?? 0) | (1 << (at & 31))
}

function has(members: Chars, code: number): boolean {
  return ((members[code >> 5] ?? 0) & (1 << (code & 31))) !== 0
}

function merge(into: Chars, from: Chars): void {
  for (let index = 0; index < into.length; index++) into[index] = (into[index] ?? 0) | (from[index] ?? 0)
}

function union(sets: readonly Chars[]): Chars {
  const members = new Uint32Array(5)
  for (const set of sets) merge(members, set)
  return members
}

function overlap(left: Chars, right: Chars): boolean {
  return left.some((word, index) => (word & (right[index] ?? 0)) !== 0)
}

function intersection(left: Chars, right: Chars): Chars {
  return left.map((word, index) => word & (right[index] ?? 0))
}

function isEmpty(chars: Chars): boolean {
  return chars.every((word) => word === 0)
}
