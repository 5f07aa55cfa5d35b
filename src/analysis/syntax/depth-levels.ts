/** What open brackets, tags and chains of operators cost a recursive parser, added up while a text is scanned (depth.ts). */

/** One level with a big frame: a bracket, `=>`, `?`, `else`, `=`, a label, a prefix keyword. */
export const HEAVY = 5
/** One level of an operator or member chain: the tree is deep, its frames are small. */
export const LIGHT = 1

/** Costs of the open levels. A level is a bracket; its chain is what has piled up in it since the last statement or comma. */
export class Levels {
  private readonly chains: number[] = [HEAVY]
  private readonly tags: number[] = [0]
  private readonly templates: boolean[] = [false]
  private total = HEAVY
  peak: number = HEAVY

  open(isTemplate: boolean): void {
    this.chains.push(HEAVY)
    this.tags.push(0)
    this.templates.push(isTemplate)
    this.total += HEAVY
    if (this.total > this.peak) this.peak = this.total
  }

  /** Whether the level closed was a `${` of a template. */
  close(): boolean {
    if (this.chains.length === 1) return false
    this.total -= this.chains.pop() ?? 0
    this.tags.pop()
    return this.templates.pop() === true
  }

  add(cost: number): void {
    const top = this.chains.length - 1
    this.chains[top] = (this.chains[top] ?? 0) + cost
    this.total += cost
    if (this.total > this.peak) this.peak = this.total
  }

  reset(): void {
    this.restart(0)
  }

  openTag(): void {
    const top = this.tags.length - 1
    this.tags[top] = (this.tags[top] ?? 0) + 1
    this.add(HEAVY)
  }

  /** A closed element gives back its level and what its text has piled up. */
  closeTag(): void {
    const top = this.tags.length - 1
    this.restart(Math.max(0, (this.tags[top] ?? 0) - 1))
  }

  private restart(tags: number): void {
    const top = this.chains.length - 1
    this.total += HEAVY * (1 + tags) - (this.chains[top] ?? 0)
    this.chains[top] = HEAVY * (1 + tags)
    this.tags[top] = tags
  }
}
