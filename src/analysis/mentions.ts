/**
 * Which words a module holds, of all the words that rules name: each is looked for once in a module, however many rules
 * name it, and only if one of them has something to look at.
 */
import { wordOf } from './metrics/halstead.ts'
import type { Word } from './metrics/halstead.ts'

/** Words by their place in a list: what a rule is asked by. */
export type WordPlaces = readonly number[]

/** The words of all rules, made once and used for many modules. */
export interface Vocabulary {
  placesOf(words: readonly string[]): WordPlaces
  /** @param holds Whether the module holds a word as an identifier or a whole text. @param specifiers What the module imports. */
  in(holds: (word: Word) => boolean, specifiers: readonly string[]): Mentions
}

export interface Mentions {
  /** Whether the module mentions one of the words, also within what it imports. */
  any(places: WordPlaces): boolean
}

export function createVocabulary(): Vocabulary {
  const places = new Map<string, number>()
  const words: Word[] = []
  const placeOf = (bare: string): number => {
    const known = places.get(bare)
    if (known !== undefined) return known
    places.set(bare, words.length)
    return words.push(wordOf(bare)) - 1
  }
  return {
    placesOf: (bare) => bare.map(placeOf),
    in: (holds, specifiers) => new ModuleMentions(words, holds, specifiers.join('\n')),
  }
}

const Answer = { Unasked: 0, Yes: 1, No: 2 } as const

class ModuleMentions implements Mentions {
  private readonly answers: Uint8Array

  /** @param imported Specifiers, a line each: no word goes over a line. */
  constructor(
    private readonly words: readonly Word[],
    private readonly holds: (word: Word) => boolean,
    private readonly imported: string,
  ) {
    this.answers = new Uint8Array(words.length)
  }

  any(places: WordPlaces): boolean {
    for (const place of places) if (this.has(place)) return true
    return false
  }

  private has(place: number): boolean {
    if (this.answers[place] === Answer.Unasked) this.answers[place] = this.find(this.words[place] as Word) ? Answer.Yes : Answer.No
    return this.answers[place] === Answer.Yes
  }

  private find(word: Word): boolean {
    return this.holds(word) || this.imported.includes(word.bare)
  }
}
