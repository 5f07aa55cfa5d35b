/**
 * Whose line is it, when a compiler prints from outside of the call that it works for?
 *
 * sass-embedded prints from the handler of its child process, whose asynchronous context is that of whichever call
 * started the process. A claim stands for one call in flight and recognises lines by what they say. A line that only one
 * claim can mean belongs to it; a line that several may mean makes those calls ones that are not remembered.
 */
import type { Trace } from '../trace/trace.ts'

/** `owner`: certainly of this call. `only`: of it if no other may claim it. `maybe`: nobody can tell. */
export type ClaimStrength = 'owner' | 'only' | 'maybe' | 'none'

export interface PrintClaim {
  readonly trace: Trace
  strengthOf(text: string): ClaimStrength
}

export class PrintClaims {
  readonly #claims = new Set<PrintClaim>()
  /** Traces whose scope the compiler's process may have inherited: a line in it says nothing. */
  readonly #inherited = new WeakSet<Trace>()

  /** @returns Ends the claim. */
  add(claim: PrintClaim): () => void {
    this.#claims.add(claim)
    this.#inherited.add(claim.trace)
    return () => this.#claims.delete(claim)
  }

  /**
   * Gives the line to the call that it belongs to.
   * @param active The trace of the asynchronous context in which the line was written.
   * @returns Whether the line has been dealt with.
   */
  settle(text: string, active: Trace | null, print: (trace: Trace) => void): boolean {
    const isLost = active === null || this.#inherited.has(active)
    if (!isLost) return false
    const all = [...this.#claims].map(claim => ({ trace: claim.trace, strength: claim.strengthOf(text) }))
    const possible = all.filter(({ strength }) => strength !== 'none')
    const owner = ownerAmong(possible)
    if (owner) print(owner.trace)
    // A line that nobody recognises was still written for somebody who is in flight: a miss is better than a lost line.
    else for (const { trace } of possible.length > 0 ? possible : all) trace.refuse('its compiler printed a line that may belong to another call')
    return all.length > 0 || active !== null
  }
}

interface Claimant {
  readonly trace: Trace
  readonly strength: ClaimStrength
}

/** One that is sure of it, or one that would be the only one and is. */
function ownerAmong(possible: readonly Claimant[]): Claimant | undefined {
  const alone = possible.length === 1 ? possible[0] : undefined
  return possible.find(({ strength }) => strength === 'owner') ?? (alone?.strength === 'only' ? alone : undefined)
}
