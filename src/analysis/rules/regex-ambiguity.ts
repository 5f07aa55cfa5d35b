/**
 * Whether a regular expression can match one text in so many ways that a failure takes exponential, or quadratic, time.
 *
 * Exponential: some text leads from a state back to itself in two ways. Quadratic: some text leads from one state to
 * itself, from it to another, and from that to itself. Either counts only where the text, repeated, can still be
 * refused in the end. The pattern is never run; work is bounded, and what is beyond the bound is not accused.
 */
import { automatonOf } from './regex-automaton.ts'
import type { Automaton } from './regex-automaton.ts'

/** Steps of one search. */
const MAX_STEPS = 4000
/** Texts that lead back in two ways, of which each is asked whether it can be refused. */
const MAX_WITNESSES = 12
/** Characters of a text that goes round, and how often it does at most. */
const MAX_TEXT = 48
const MAX_ROUNDS = 12

export function isExponential(pattern: string, flags = ''): boolean {
  // An endless repetition of a group is needed; most patterns have none.
  if (!/\)(?:[+*]|\{\d+,\})/.test(pattern)) return false
  const automaton = automatonOf(pattern, flags)
  return automaton !== undefined && !automaton.isOptional && new Search(automaton).hasTwoWaysBack()
}

/** @returns Whether a search for it takes time in the square of a text, or worse. */
export function isQuadratic(pattern: string, flags = ''): boolean {
  if (pattern.length > 300 || !/[+*]|\{\d+,\}/.test(pattern)) return false
  const automaton = automatonOf(pattern, flags)
  return automaton !== undefined && !automaton.isOptional && new Search(unanchored(automaton)).hasTwoLoops()
}

/** With a state in front that takes anything: where a search begins is one more choice. */
function unanchored(automaton: Automaton): Automaton {
  const { sets, follow, first, end, kinds } = automaton
  const start = sets.length
  const anything = ((2 ** kinds - 1) | 0) & ~(1 << end)
  const begun = first.filter((state) => sets[state] !== 0)
  return { ...automaton, sets: [...sets, anything], follow: [...follow, new Map([start, ...begun].map((state) => [state, 1] as const))], first: [start] }
}

interface Step {
  readonly states: readonly number[]
  /** Kinds of characters, a bit each. */
  readonly chars: number
  readonly before: Step | undefined
}

function startAt(...states: readonly number[]): Step {
  return { states, chars: 0, before: undefined }
}

function isAt({ states }: Step, ...wanted: readonly number[]): boolean {
  return wanted.every((state, index) => states[index] === state)
}

class Search {
  private steps = 0
  private witnesses = 0
  /** States that lead to each other have the same number; −1 for those that do not lead back to themselves. */
  private readonly loops: readonly number[]

  constructor(private readonly automaton: Automaton) {
    this.loops = loopsOf(automaton)
  }

  hasTwoWaysBack(): boolean {
    return this.automaton.sets.some((_, state) => this.isOnTwice(state)) || this.meetsAgain()
  }

  hasTwoLoops(): boolean {
    const states = this.loops.flatMap((loop, state) => (loop >= 0 ? [state] : []))
    return states.some((left) => states.some((right) => left !== right && this.leadsOver(left, right)))
  }

  /** A state that leads to the next one of its loop in two ways. */
  private isOnTwice(state: number): boolean {
    if (this.loops[state] === -1) return false
    for (const [next, ways] of this.automaton.follow[state] ?? []) {
      if (ways === 2 && this.loops[next] === this.loops[state] && this.isRefusable(state, [this.charsOf(next), ...this.wayTo(next, state)])) return true
    }
    return false
  }

  /** Two ways of the same text that part in a loop and come together again. */
  private meetsAgain(): boolean {
    const starts = this.loops.flatMap((loop, state) => (loop >= 0 ? [startAt(state, state)] : []))
    return this.leads(starts, (step) => this.after(step), (next, { states: [left, right] }) => left !== right && next.states[0] === next.states[1] && this.comesBack(next))
  }

  /** Whether a way leads to a goal, breadth first. */
  private leads(starts: readonly Step[], after: (step: Step) => Iterable<Step>, isGoal: (next: Step, step: Step) => boolean): boolean {
    const pending = [...starts]
    const seen = new Set(starts.map((step) => this.keyOf(step)))
    for (let step = pending.shift(); step && this.steps < MAX_STEPS; step = pending.shift()) {
      for (const next of after(step)) {
        if (isGoal(next, step)) return true
        const key = this.keyOf(next)
        if (!seen.has(key)) pending.push(next)
        seen.add(key)
      }
    }
    return false
  }

  private keyOf({ states }: Step): number {
    return states.reduce((key, state) => key * this.automaton.sets.length + state, 0)
  }

  /** Pairs behind a pair, by characters that both take, each within its loop. */
  private *after(step: Step): Iterable<Step> {
    const [left = 0, right = 0] = step.states
    for (const leftNext of this.within(left)) {
      for (const rightNext of this.within(right)) {
        this.steps++
        const chars = this.charsOf(leftNext) & this.charsOf(rightNext)
        if (chars !== 0) yield { states: [leftNext, rightNext], chars, before: step }
      }
    }
  }

  private *within(state: number): Iterable<number> {
    for (const next of this.automaton.follow[state]?.keys() ?? []) if (this.loops[next] === this.loops[state]) yield next
  }

  private comesBack(last: Step): boolean {
    const { start, word } = wordOf(last)
    const [end = 0] = last.states
    return this.isRefusable(start, [...word, ...this.wayTo(end, start)])
  }

  /** `left` leads to itself, to `right`, and that to itself, by one text. */
  private leadsOver(left: number, right: number): boolean {
    return this.leads([startAt(left, right, left)], (step) => this.afterThree(step), (next) => isAt(next, left, right, right) && this.isRefusable(left, wordOf(next).word))
  }

  /** As `after`, with a third state between the loops of the two. */
  private *afterThree(step: Step): Iterable<Step> {
    const [first = 0, last = 0, middle = 0] = step.states
    const loops = new Set([-1, this.loops[first], this.loops[last]])
    const third = [...(this.automaton.follow[middle]?.keys() ?? [])].filter((state) => loops.has(this.loops[state] ?? -1))
    for (const { states, chars: both } of this.after(step)) {
      for (const next of third) {
        this.steps++
        const chars = both & this.charsOf(next)
        if (chars !== 0) yield { states: [...states, next], chars, before: step }
      }
    }
  }

  private charsOf(state: number): number {
    return this.automaton.sets[state] ?? 0
  }

  /** A shortest way within a loop. */
  private wayTo(from: number, to: number): number[] {
    if (from === to) return []
    const seen = new Set([from])
    const pending: Step[] = [startAt(from)]
    for (let step = pending.shift(); step; step = pending.shift()) {
      for (const next of this.within(step.states[0] ?? 0)) {
        const way: Step = { states: [next], chars: this.charsOf(next), before: step }
        if (next === to) return wordOf(way).word
        if (!seen.has(next)) pending.push(way)
        seen.add(next)
      }
    }
    return []
  }

  /** Whether a text that goes round and round can be refused after all: no part of it is accepted, and something may follow at which it fails. */
  private isRefusable(state: number, word: readonly number[]): boolean {
    if (++this.witnesses > MAX_WITNESSES || this.steps > MAX_STEPS) return false
    const { lineEnd } = this.automaton
    const words = [lowest, highest, (chars: number) => ((chars & (1 << lineEnd)) !== 0 ? lineEnd : lowest(chars))].map((choose) => word.map(choose))
    return words.some((kinds, index) => words.findIndex((other) => other.join() === kinds.join()) === index && this.fails(state, kinds))
  }

  private fails(state: number, word: readonly number[]): boolean {
    let current: ReadonlySet<number> = new Set([state])
    const rounds = Math.max(2, Math.min(MAX_ROUNDS, Math.floor(MAX_TEXT / word.length)))
    for (let round = 0; round < rounds; round++) {
      for (const kind of word) {
        current = this.next(current, kind)
        if (this.accepts(current)) return false
      }
    }
    for (let kind = 0; kind < this.automaton.kinds; kind++) if (this.isRefused(this.next(current, kind))) return true
    return false
  }

  private isRefused(states: ReadonlySet<number>): boolean {
    return !this.accepts(states) && !this.accepts(this.next(states, this.automaton.end))
  }

  private next(states: ReadonlySet<number>, kind: number): ReadonlySet<number> {
    const found = new Set<number>()
    this.steps += states.size
    for (const state of states) for (const next of this.automaton.follow[state]?.keys() ?? []) if ((this.charsOf(next) & (1 << kind)) !== 0) found.add(next)
    return found
  }

  private accepts(states: ReadonlySet<number>): boolean {
    for (const state of states) if (this.automaton.accepting.has(state)) return true
    return false
  }
}

function lowest(chars: number): number {
  return 31 - Math.clz32(chars & -chars)
}

function highest(chars: number): number {
  return 31 - Math.clz32(chars)
}

/** Where a way starts, and the sets of characters on it. */
function wordOf(last: Step): { readonly start: number; readonly word: number[] } {
  const word: number[] = []
  let step = last
  for (; step.before; step = step.before) word.unshift(step.chars)
  return { start: step.states[0] ?? 0, word }
}

/** States that lead to each other, by number. */
function loopsOf({ sets, follow }: Automaton): number[] {
  const reach = sets.map((_, state) => reachedFrom(state, follow))
  const loops = sets.map(() => -1)
  reach.forEach((reached, state) => {
    if (loops[state] !== -1 || !reached.has(state)) return
    for (const other of reached) if (reach[other]?.has(state)) loops[other] = state
  })
  return loops
}

function reachedFrom(start: number, follow: Automaton['follow']): ReadonlySet<number> {
  const reached = new Set<number>()
  const pending = [start]
  for (let state = pending.pop(); state !== undefined; state = pending.pop()) {
    for (const next of follow[state]?.keys() ?? []) {
      if (reached.has(next)) continue
      reached.add(next)
      pending.push(next)
    }
  }
  return reached
}
