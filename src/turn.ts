/**
 * One turn of the event loop in which calls began: what runs in it after they returned.
 *
 * When the stack has unwound, the runtime runs all microtasks and ticks, and until they are done nothing from outside can go on:
 * no timer, no file, no other thread's answer. So what runs then are continuations of the calls that began in this turn, or
 * of what these woke, and not of a call that waits for something else, however long it has been pending.
 */

/** What follows it runs when the stack has unwound. */
const SETTLED = Promise.resolve()

/** What is done when all microtasks are done: one tick for all who wait for it, since the runtime takes several microseconds to set one up. */
export class Ticks {
  #waiting: (() => void)[] = []

  add(body: () => void): void {
    if (this.#waiting.push(body) === 1) process.nextTick(this.#run)
  }

  readonly #run = (): void => {
    const bodies = this.#waiting
    this.#waiting = []
    for (const body of bodies) body()
  }
}

/** One after the other: a turn that is over may be opened again, so that nothing is set up for each call. */
export class Turn<Call> {
  /** Of those that began in it, the ones that have not settled, in order. */
  readonly #calls: Call[] = []
  readonly #areOne: (a: Call, b: Call) => boolean
  readonly #advance: () => void
  readonly #ticks: Ticks
  #isOpen = false
  #isMixed = false
  #isDraining = false

  /** @param areOne Whether two calls may stand for each other. @param advance Brings the measurement up to date. @param ticks Those of the build. */
  constructor(areOne: (a: Call, b: Call) => boolean, advance: () => void, ticks: Ticks) {
    this.#areOne = areOne
    this.#advance = advance
    this.#ticks = ticks
  }

  /** Begins it, unless it has begun already. */
  open(): void {
    if (this.#isOpen) return
    this.#isOpen = true
    // Before any continuation of a call that is made now.
    void SETTLED.then(this.#drain)
  }

  readonly #drain = (): void => {
    this.#advance()
    if (this.#calls.length === 0) return this.#close()
    this.#isDraining = true
    this.#ticks.add(this.#end)
  }

  readonly #end = (): void => {
    this.#advance()
    this.#close()
  }

  #close(): void {
    this.#isOpen = this.#isMixed = this.#isDraining = false
    this.#calls.length = 0
  }

  get isOpen(): boolean {
    return this.#isOpen
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
    if (!this.#isOpen) return
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
