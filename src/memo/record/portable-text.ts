/**
 * Paths as tokens, so that an entry recorded in one directory is good in another.
 *
 * Encoding is injective: `restore(tokenise(text)) === text` for every text in the same place, whatever it holds, because
 * the marker itself is escaped. A root counts only where a path can begin and end, so that `/srv/app` is not found in
 * `/srv/application` or in `example.com/srv/app`; such text stays as it is, in keys and in values.
 *
 * In keys this is all that is needed: literal text that merely looks like the root gives another key elsewhere, hence a
 * miss. In values a root so shallow that a constant of a plugin could look like it (`/app`) is `ambiguous`; the caller
 * binds such an entry to its place instead.
 */
import { sep } from 'node:path'
import { LRUCache } from 'lru-cache'
import { digest } from '../../hash.ts'
import type { Digest } from '../../hash.ts'

const MARKER = '\u0001'
const MARKER_GLOBAL = /\u0001/g
/** Characters of any script that continue a path segment: a root next to one of them is part of a longer name. */
const NAME = /[\p{L}\p{M}\p{N}\p{Cs}_.%@+~$-]/u

const MAX_DIGESTS = 1_000

export interface Root {
  /** One character, unique among the roots of a build; part of the stored format. */
  readonly token: string
  /** Absolute, without a trailing separator. */
  readonly path: string
}

/** Vite's prefix of URLs that name a file by its absolute path: `/@fs/srv/shop/x.js`. */
const VITE_FS = '/@fs'

interface Form extends Root {
  /** As it stands in a URL, and in a part of one. */
  readonly encoded: readonly string[]
}

const INLINE_MAP = 'sourceMappingURL=data:'

export class PortableText {
  readonly #roots: readonly Form[]
  /** What is in every text in which a root is: roots lie in one another, so that mostly one search answers for all. */
  readonly #anchors: readonly string[]
  /** The same for the encoded forms. */
  readonly #encodedAnchors: readonly string[]
  readonly #folders: readonly string[]
  /** A text below these lengths holds none of them. */
  readonly #shortestAnchor: number
  readonly #shortestResidue: number
  readonly #digests = new LRUCache<string, Digest>({ max: MAX_DIGESTS })
  /** True when text that holds a root may not be read as a path for certain. */
  readonly ambiguous: boolean

  /** @param roots Any order; where one lies in another the longer wins. */
  constructor(roots: readonly Root[]) {
    this.#roots = roots.flatMap(formsOf).sort((a, b) => b.path.length - a.path.length)
    this.#anchors = anchorsOf(this.#roots.map(({ path }) => path))
    this.#encodedAnchors = anchorsOf(this.#roots.flatMap(({ encoded }) => encoded))
    this.#shortestAnchor = lengthOfShortest(this.#anchors)
    this.#shortestResidue = Math.min(this.#shortestAnchor, lengthOfShortest(this.#encodedAnchors), INLINE_MAP.length)
    this.#folders = anchorsOf(this.#roots.map(({ path }) => path + sep))
    this.ambiguous = this.#roots.some(root => root.path.split(/[\\/]/).filter(Boolean).length < 2)
  }

  /** Whether any root occurs in `text` as a path. */
  includesRoot(text: string): boolean {
    return holdsOne(text, this.#anchors) && this.#roots.some(root => findRoot(text, root.path, 0) >= 0)
  }

  /**
   * Whether text that went through `tokenise` can still name a root in a form that is not replaced: next to a letter
   * (as after an escaped newline), percent-encoded, or inside an inline source map. Such a value is bound to its place.
   */
  hasResidue(tokenised: string): boolean {
    if (tokenised.length < this.#shortestResidue) return false
    return holdsOne(tokenised, this.#anchors) || holdsOne(tokenised, this.#encodedAnchors) || tokenised.includes(INLINE_MAP)
  }

  /** The outermost root that lies somewhere in directory `path`, or `null`: where a root is, all directories above it are. */
  rootIn(path: string): string | null {
    const prefix = path.endsWith(sep) ? path : path + sep
    return this.#roots.findLast(root => root.path.startsWith(prefix))?.path ?? null
  }

  /** Whether a root is appended to something else in `path`, which then is none that could be moved. Never where one is so short that it may be a folder's name. */
  isAppended(path: string): boolean {
    return !this.ambiguous && this.#folders.some(folder => path.indexOf(folder, 1) > 0)
  }

  tokenise(text: string): string {
    let out = text.includes(MARKER) ? text.replace(MARKER_GLOBAL, `${MARKER}e`) : text
    // Most texts of a record are words.
    if (text.length >= this.#shortestAnchor && holdsOne(text, this.#anchors)) for (const root of this.#roots) out = replaceRoot(out, root)
    return out
  }

  restore(text: string): string {
    let at = text.indexOf(MARKER)
    if (at < 0) return text
    let out = ''
    let from = 0
    for (; at >= 0 && at + 1 < text.length; at = text.indexOf(MARKER, from)) {
      out += text.slice(from, at) + this.#meaningOf(text[at + 1]!)
      from = at + 2
    }
    return out + text.slice(from)
  }

  /** What stands for the marker and the character behind it. */
  #meaningOf(token: string): string {
    if (token === 'e') return MARKER
    const root = this.#roots.find(candidate => candidate.token === token)
    if (!root) throw new RangeError(`unknown path token ${JSON.stringify(token)} in a stored entry`)
    return root.path
  }

  /** Of what `tokenise` makes of it. For texts that come again and again, such as values in the environment. */
  digestOf(text: string): Digest {
    const known = this.#digests.get(text)
    if (known !== undefined) return known
    const made = digest(this.tokenise(text))
    this.#digests.set(text, made)
    return made
  }
}

/** A Windows root also occurs with forward slashes and, inside strings, with escaped backslashes. */
function formsOf(root: Root): Form[] {
  const base = root.token.charCodeAt(0)
  const forms = sep === '/'
    ? [root.path]
    : [root.path.replaceAll('\\', '/'), root.path, root.path.replaceAll('\\', '\\\\')]
  return forms.map((path, index) => ({
    token: String.fromCharCode(base + index * 0x100),
    path,
    encoded: [...new Set([encodeURI(path), encodeURIComponent(path)])].filter(encoded => encoded !== path),
  }))
}

/** Those that begin with no other of them. */
function anchorsOf(texts: readonly string[]): string[] {
  return texts.filter((text, index) => !texts.some((other, at) => text.startsWith(other) && (other !== text || at < index)))
}

function lengthOfShortest(texts: readonly string[]): number {
  return Math.min(...texts.map(text => text.length))
}

function holdsOne(text: string, anchors: readonly string[]): boolean {
  return anchors.some(anchor => text.includes(anchor))
}

function findRoot(text: string, root: string, from: number): number {
  for (let at = text.indexOf(root, from); at >= 0; at = text.indexOf(root, at + 1)) {
    const before = at === 0 ? '' : text[at - 1]!
    const after = text[at + root.length] ?? ''
    const begins = !NAME.test(before) || text.startsWith(VITE_FS, at - VITE_FS.length)
    if (begins && !NAME.test(after)) return at
  }
  return -1
}

function replaceRoot(text: string, root: Root): string {
  let at = findRoot(text, root.path, 0)
  if (at < 0) return text
  let out = ''
  let from = 0
  while (at >= 0) {
    out += `${text.slice(from, at)}${MARKER}${root.token}`
    from = at + root.path.length
    at = findRoot(text, root.path, from)
  }
  return out + text.slice(from)
}
