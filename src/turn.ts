/**
 * One turn of the event loop in which calls began: what runs in it after they returned.
 *
 * When the stack has unwound, the runtime runs all microtasks and ticks, and until they are done nothing from outside can go on:
 * no timer, no file, no other thread's answer. So what runs then are continuations of the calls that began in this turn, or
 * of what these woke, and not of a call that waits for something else, however long it has been pending.
 */

/** What follows it runs when the stack has unwound. */
const SETTLED = Promise.resolve()

export class Turn<Call> {
  /** Of those that began in it, the ones that have not settled, in order. */
  readonly #calls: Call[] = []
  readonly #areOne: (a: Call, b: Call) => boolean
  #isMixed = false
  #isDraining = false

  /** @param areOne Whether two calls may stand for each other. @param advance Brings the measurement up to date. @param ended It is over. */
  constructor(areOne: (a: Call, b: Call) => boolean, advance: () => void, ended: (turn: Turn<Call>) => void) {
    this.#areOne = areOne
    // Before any continuation of a call that is made now.
    void SETTLED.then(() => {
      advance()
      if (this.#calls.length === 0) return ended(this)
      this.#isDraining = true
      // Ticks of microtasks run when all microtasks are done.
      process.nextTick(() => {
        advance()
        ended(this)
      })
    })
  }

  /** The stack that the calls began on is still there: what runs is whoever called them. */
  get isUnwinding(): boolean {
    return !this.#isDraining && this.#calls.length > 0
  }

  /** Of which call what runs now is, as far as that is known. */
  get owner(): Call | null {
    return this.#isDraining && !this.#isMixed ? this.#calls.at(-1) ?? null : null
  }

  /** A call has returned and goes on later. */
  add(call: Call): void {
    const first = this.#calls[0]
    this.#isMixed ||= first !== undefined && !this.#areOne(first, call)
    this.#calls.push(call)
  }

  /** Something else is at work in it, too. */
  muddle(): void {
    this.#isMixed ||= this.#calls.length > 0
  }

  /** A call settles. @returns Whether what ran last may have been it: a call of another kind than the owner was woken. */
  settle(call: Call): boolean {
    const { owner } = this
    const index = this.#calls.lastIndexOf(call)
    if (index >= 0) this.#calls.splice(index, 1)
    if (this.#calls.length === 0) this.#isMixed = false
    return owner !== null && this.#areOne(owner, call)
  }
}
