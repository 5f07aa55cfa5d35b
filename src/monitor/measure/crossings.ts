/**
 * What it costs the main thread to be handed a call by a bundler on threads of its own: the time between the end of what it did before and
 * the beginning of the handler, without sleep. Much else may happen in such a gap, so the sum of them says little; what a
 * quarter of them stay below is the handing over itself, as long as calls come one after the other.
 *
 * Bounded memory: counts in steps of a quarter of an octave, hence within 10 %.
 */
const STEPS_PER_OCTAVE = 4
const STEPS = 64
/** The first step ends here, milliseconds. */
const SMALLEST_MS = 0.001
const QUANTILE = 0.25

export class Crossings {
  readonly #counts = new Uint32Array(STEPS)
  #total = 0

  add(ms: number): void {
    const step = ms <= SMALLEST_MS ? 0 : Math.ceil(Math.log2(ms / SMALLEST_MS) * STEPS_PER_OCTAVE)
    this.#counts[Math.min(STEPS - 1, step)]! += 1
    this.#total += 1
  }

  /** The typical one, milliseconds; 0 when nothing is known. */
  get typicalMs(): number {
    let seen = 0
    for (let step = 0; step < STEPS && this.#total > 0; step++) {
      seen += this.#counts[step]!
      // The middle of the step.
      if (seen >= this.#total * QUANTILE) return SMALLEST_MS * 2 ** ((step - 0.5) / STEPS_PER_OCTAVE)
    }
    return 0
  }
}
