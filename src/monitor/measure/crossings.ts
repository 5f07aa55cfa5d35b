/**
 * What it costs the main thread to be handed a call by a bundler on threads of its own: the time between the end of what it did before and
 * the beginning of the handler, without sleep. Anything else may happen in such a gap, so what is far longer than the median is left
 * out, and the others' mean is taken: what calls leave in the caches and to the garbage collector makes some of them a few times
 * longer, and a filter spares that, too.
 *
 * Bounded memory: counts in steps of a quarter of an octave, hence within 10 %.
 */
const STEPS_PER_OCTAVE = 4
const STEPS = 64
/** The first step ends here, milliseconds. */
const SMALLEST_MS = 0.001
/** Times the median. */
const LONGEST = 5

export class Crossings {
  readonly #counts = new Uint32Array(STEPS)
  #total = 0

  add(ms: number): void {
    const step = ms <= SMALLEST_MS ? 0 : Math.ceil(Math.log2(ms / SMALLEST_MS) * STEPS_PER_OCTAVE)
    this.#counts[Math.min(STEPS - 1, step)]! += 1
    this.#total += 1
  }

  /** Mean of those that are no longer than five times the median, milliseconds; 0 when nothing is known. */
  get typicalMs(): number {
    const end = this.#medianStep + Math.round(Math.log2(LONGEST) * STEPS_PER_OCTAVE) + 1
    let count = 0
    let sumMs = 0
    for (const [step, ofStep] of this.#counts.subarray(0, end).entries()) {
      count += ofStep
      sumMs += ofStep * middleOf(step)
    }
    return count === 0 ? 0 : sumMs / count
  }

  get #medianStep(): number {
    let seen = 0
    return this.#counts.findIndex(count => (seen += count) >= this.#total / 2)
  }
}

/** Milliseconds. */
function middleOf(step: number): number {
  return SMALLEST_MS * 2 ** ((step - 0.5) / STEPS_PER_OCTAVE)
}
