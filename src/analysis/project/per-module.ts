/** Answers about single modules that are kept from one join to the next. */
import type { ModuleFacts } from './facts.ts'

/** What is to be said of some modules, each by itself; kept by the facts of each until the graph around them changes. */
export class PerModule<T> {
  #known = new Map<string, { readonly facts: ModuleFacts; readonly answer: T | null }>()

  forget(): void {
    this.#known.clear()
  }

  /** @param judge Null: there is nothing to say. @returns The other answers, in module order. */
  of(modules: ReadonlyMap<string, ModuleFacts>, judge: (id: string, facts: ModuleFacts) => T | null): T[] {
    const answers: T[] = []
    for (const [id, facts] of modules) {
      const answer = this.#answer(id, facts, judge)
      if (answer !== null) answers.push(answer)
    }
    return answers
  }

  #answer(id: string, facts: ModuleFacts, judge: (id: string, facts: ModuleFacts) => T | null): T | null {
    const known = this.#known.get(id)
    if (known?.facts === facts) return known.answer
    const answer = judge(id, facts)
    this.#known.set(id, { facts, answer })
    return answer
  }
}
