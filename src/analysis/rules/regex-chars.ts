/** Sets of characters as regular expressions write them: ASCII one by one, everything beyond as one, and the end of a text. */

/** Bits 0–127 are ASCII, `OTHER` and `END` follow. */
export type Chars = Uint32Array

/** Any character beyond ASCII, as far as a set names it by exclusion. */
const OTHER = 128
/** What `$` consumes. */
export const END = 129
const WORDS = 5

export const NOTHING: Chars = new Uint32Array(WORDS)
export const ONLY_END: Chars = fill((code) => code === END)
const ANYTHING = fill((code) => code <= OTHER)
const DOT = fill((code) => code <= OTHER && code !== 10 && code !== 13)

const isDigit = (code: number): boolean => code >= 48 && code <= 57
const isWord = (code: number): boolean => isDigit(code) || (code >= 65 && code <= 90) || code === 95 || (code >= 97 && code <= 122)
const isBlank = (code: number): boolean => code === 32 || (code >= 9 && code <= 13)

const CLASSES: ReadonlyMap<string, Chars> = new Map([
  ['d', fill(isDigit)], ['D', fill((code) => code <= OTHER && !isDigit(code))], ['w', fill(isWord)], ['W', fill((code) => code <= OTHER && !isWord(code))],
  ['s', fill(isBlank)], ['S', fill((code) => code <= OTHER && !isBlank(code))],
])
const CONTROLS: ReadonlyMap<string, number> = new Map([['n', 10], ['r', 13], ['t', 9], ['v', 11], ['f', 12], ['0', 0]])

function fill(test: (code: number) => boolean): Chars {
  const members = new Uint32Array(WORDS)
  for (let code = 0; code <= END; code++) if (test(code)) put(members, code)
  return members
}

function put(members: Chars, code: number): void {
  members[code >> 5] = (members[code >> 5] ?? 0) | (1 << (code & 31))
}

export function has(members: Chars, code: number): boolean {
  return ((members[code >> 5] ?? 0) & (1 << (code & 31))) !== 0
}

export function isEmpty(members: Chars): boolean {
  return members.every((word) => word === 0)
}

/** A set that is read from a pattern, and where the pattern goes on. */
export interface Read {
  readonly chars: Chars
  readonly end: number
}

/** One character, `.` , a class, or an escape, at a place of a pattern. */
export function readChars(pattern: string, at: number, flags: string): Read {
  const read = pattern[at] === '[' ? readClass(pattern, at) : readSingle(pattern, at, flags)
  return flags.includes('i') ? { ...read, chars: withCases(read.chars) } : read
}

function readSingle(pattern: string, at: number, flags: string): Read {
  if (pattern[at] === '.') return { chars: flags.includes('s') ? ANYTHING : DOT, end: at + 1 }
  const { code, chars, end } = readMember(pattern, at)
  return { chars: chars ?? only(code), end }
}

interface Member {
  readonly code: number
  /** Where it stands for several. */
  readonly chars: Chars | undefined
  readonly end: number
}

/** A character or an escape. */
function readMember(pattern: string, at: number): Member {
  if (pattern[at] !== '\\') return { code: pattern.charCodeAt(at), chars: undefined, end: at + 1 }
  const name = pattern[at + 1] ?? ''
  const chars = CLASSES.get(name)
  return chars ? { code: -1, chars, end: at + 2 } : readCoded(pattern, at, name)
}

const CODED = /^\\(?:x([\da-f]{2})|u([\da-f]{4})|u\{([\da-f]{1,6})\}|c[a-z]|[pP]\{[^}]{0,40}\})/i

/** `\x41`, `\u0041`, `\n`; of a property of characters it is not known here which have it. */
function readCoded(pattern: string, at: number, name: string): Member {
  const coded = CODED.exec(pattern.slice(at, at + 48))
  if (!coded) return { code: CONTROLS.get(name) ?? name.charCodeAt(0), chars: undefined, end: at + 1 + name.length }
  const digits = coded[1] ?? coded[2] ?? coded[3]
  return { ...(digits === undefined ? { code: -1, chars: NOTHING } : { code: Number.parseInt(digits, 16), chars: undefined }), end: at + coded[0].length }
}

/** What a text names beyond ASCII is like nothing else that it names. */
function only(code: number): Chars {
  const members = new Uint32Array(WORDS)
  if (code >= 0 && code < OTHER) put(members, code)
  return members
}

function readClass(pattern: string, start: number): Read {
  const isNegated = pattern[start + 1] === '^'
  const members = new Uint32Array(WORDS)
  let at = start + (isNegated ? 2 : 1)
  while (at < pattern.length && pattern[at] !== ']') {
    const first = readMember(pattern, at)
    at = first.end
    const last = pattern[at] === '-' && at + 1 < pattern.length && pattern[at + 1] !== ']' && !first.chars ? readMember(pattern, at + 1) : first
    at = last.end
    addRange(members, first, last)
  }
  return { chars: isNegated ? fill((code) => code <= OTHER && !has(members, code)) : members, end: at + 1 }
}

function addRange(members: Chars, first: Member, last: Member): void {
  if (first.chars) addAll(members, first.chars)
  if (last.chars) addAll(members, last.chars)
  const end = last.chars ? first.code : last.code
  for (let code = Math.max(first.code, 0); code <= end && code < OTHER; code++) put(members, code)
}

function addAll(members: Chars, others: Chars): void {
  for (let word = 0; word < WORDS; word++) members[word] = (members[word] ?? 0) | (others[word] ?? 0)
}

function withCases(chars: Chars): Chars {
  const members = chars.slice()
  for (let code = 65; code <= 90; code++) if (has(chars, code) || has(chars, code + 32)) [code, code + 32].forEach((each) => put(members, each))
  return members
}
