/**
 * Outlines: parts of keys that stand for many options at once, and what each of these was, so that whoever explains a miss can
 * name the options that changed. Of a value nothing but a digest is kept, since options hold secrets.
 */
import { digest } from '../../hash.ts'
import type { Digest } from '../../hash.ts'
import { sectionedFingerprint } from '../record/fingerprint.ts'
import type { Fingerprint, Sections } from '../record/fingerprint.ts'
import type { PortableText } from '../record/portable-text.ts'

/** The way to an option to a digest of its value, cut. */
export type Outline = Readonly<Record<string, string>>

/** Enough to tell one value from the one before, and too little to find out a secret by trying. */
const KEPT_LENGTH = 4

export class Outlines {
  readonly #portable: PortableText
  readonly #sections = new Map<Digest, Sections>()
  readonly #combined = new Map<Digest, readonly (readonly [name: string, part: Digest])[]>()
  readonly #outlines = new Map<Digest, Outline>()

  constructor(portable: PortableText) {
    this.#portable = portable
  }

  /** The part of a key that a value is, and whether the value was seen as a whole. */
  partOf(value: unknown): { readonly part: Digest; readonly complete: Fingerprint['complete'] } {
    const { text, complete, sections } = sectionedFingerprint(value)
    const part = digest(this.#portable.tokenise(text))
    if (sections.size > 0 && !this.#outlines.has(part)) this.#sections.set(part, sections)
    return { part, complete }
  }

  /** A part is made of those of several plugins, whose names stand before the ways to their options. */
  combine(part: Digest, of: readonly (readonly [name: string, part: Digest])[]): void {
    this.#combined.set(part, of)
  }

  /** What a part of a key is made of; null where that is not known. */
  of(part: string): Outline | null {
    const known = this.#outlines.get(part)
    if (known !== undefined) return known
    const outline = this.#ofAll(this.#combined.get(part)) ?? this.#ofSections(this.#sections.get(part))
    if (outline === null) return null
    this.#outlines.set(part, outline)
    // The texts are as large as the configuration.
    this.#sections.delete(part)
    return outline
  }

  #ofAll(combined: readonly (readonly [name: string, part: Digest])[] = []): Outline | null {
    const all = combined.flatMap(([name, part]) => Object.entries(this.of(part) ?? {}).map(([way, value]) => [`${name} ${way}`, value] as const))
    return all.length === 0 ? null : Object.fromEntries(all)
  }

  #ofSections(sections: Sections | undefined): Outline | null {
    return sections ? Object.fromEntries([...sections].map(([way, text]) => [way, digest(this.#portable.tokenise(text)).slice(0, KEPT_LENGTH)])) : null
  }
}

/** Ways to what one of them has and the other has not, or has otherwise, in order. Empty where either is not known. */
export function changedOptions(before: Outline | null | undefined, now: Outline | null | undefined): string[] {
  if (!before || !now) return []
  const changed = [...new Set([...Object.keys(now), ...Object.keys(before)])].filter(way => before[way] !== now[way])
  return changed.filter(way => !changed.some(other => other.startsWith(way) && /^[.[]/.test(other.slice(way.length))))
}
