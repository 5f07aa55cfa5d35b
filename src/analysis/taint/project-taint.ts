/**
 * Flows across modules, joined from the summaries that each module's analysis carries (`ModuleAnalysis.taint`).
 *
 * Contract. In: the summaries by module id, and a function that says which module and export an imported name means
 * (re-exports followed; `undefined` for what is not of the project). Out: one finding for each sink that outsiders' data
 * reaches from another module, with the whole path; in the order of module ids, then of places. Pure, and independent of
 * the order of its inputs, so that every bundler yields the same.
 *
 * A finding whose fingerprint its module reports already (as reached by an unknown caller) is the same finding, now
 * proven: show this one instead of it. Not followed: what an imported function returns beyond its own arguments, values
 * kept in variables that several modules share, and more than `MAX_HOPS` modules.
 */
import type { EvidenceStep, Finding } from '../findings.ts'
import type { ExportedParam, Handover } from './handovers.ts'
import type { Category } from './sanitizers.ts'

/** A sink below an exported function, reached by one of its parameters. */
export interface ExportedSink {
  readonly param: ExportedParam
  readonly category: Category
  readonly finding: Finding
}

export interface TaintSummary {
  readonly handovers: readonly Handover[]
  readonly sinks: readonly ExportedSink[]
}

export interface PlacedStep extends EvidenceStep {
  readonly id: string
}

export interface CrossModuleFinding {
  /** Module of the sink. */
  readonly id: string
  readonly finding: Finding
  /** From the outsider's data to the sink. */
  readonly path: readonly PlacedStep[]
}

/** Module and export that an import of `name` from `specifier` means. */
export type ExportResolver = (importer: string, specifier: string, name: string) => { readonly id: string; readonly name: string } | undefined

interface Reached {
  readonly id: string
  readonly param: ExportedParam
  readonly categories: ReadonlySet<Category>
  readonly path: readonly PlacedStep[]
}

const MAX_HOPS = 8

/** @returns Each sink once, by the shortest way to it. */
export function joinTaint(summaries: ReadonlyMap<string, TaintSummary>, resolve: ExportResolver): CrossModuleFinding[] {
  const join = new Join(summaries, resolve)
  return join.run()
}

class Join {
  private readonly found = new Map<string, CrossModuleFinding>()
  /** Categories in which a parameter was reached already. */
  private readonly seen = new Map<string, Set<Category>>()

  constructor(
    private readonly summaries: ReadonlyMap<string, TaintSummary>,
    private readonly resolve: ExportResolver,
  ) {}

  run(): CrossModuleFinding[] {
    const ids = [...this.summaries.keys()].sort()
    let wave = ids.flatMap((id) => this.handed(id, (handover) => handover.from === 'remote', undefined))
    for (let hop = 0; hop < MAX_HOPS && wave.length > 0; hop++) wave = wave.flatMap((reached) => this.enter(reached))
    return [...this.found.values()].sort((left, right) => (left.id < right.id ? -1 : left.id > right.id ? 1 : left.finding.start - right.finding.start || (left.finding.ruleId < right.finding.ruleId ? -1 : 1)))
  }

  /** Records the sinks behind a parameter. @returns What it is handed on to. */
  private enter(reached: Reached): Reached[] {
    const fresh = this.freshCategories(reached)
    if (fresh.size === 0) return []
    const { id, param, path } = reached
    for (const sink of this.summaries.get(id)?.sinks ?? []) {
      const key = `${id}\0${sink.finding.ruleId}\0${sink.finding.start}`
      if (isSame(sink.param, param) && fresh.has(sink.category) && !this.found.has(key)) this.found.set(key, proven(id, sink.finding, path))
    }
    return this.handed(id, ({ from }) => from !== 'remote' && isSame(from, param), { ...reached, categories: fresh })
  }

  private handed(id: string, isMeant: (handover: Handover) => boolean, before: Reached | undefined): Reached[] {
    return (this.summaries.get(id)?.handovers ?? []).filter(isMeant).flatMap((handover): Reached[] => {
      const target = this.resolve(id, handover.specifier, handover.to.name)
      if (!target) return []
      const categories = new Set(handover.categories.filter((category) => before?.categories.has(category) ?? true))
      const path = [...(before?.path ?? []), ...handover.steps.map((step) => ({ ...step, id }))]
      return [{ id: target.id, param: { name: target.name, index: handover.to.index }, categories, path }]
    })
  }

  private freshCategories({ id, param, categories }: Reached): Set<Category> {
    const key = `${id}\0${param.name}\0${param.index}`
    const seen = this.seen.get(key) ?? new Set<Category>()
    this.seen.set(key, seen)
    const fresh = new Set([...categories].filter((category) => !seen.has(category)))
    for (const category of fresh) seen.add(category)
    return fresh
  }
}

function isSame(left: ExportedParam, right: ExportedParam): boolean {
  return left.name === right.name && left.index === right.index
}

function proven(id: string, finding: Finding, before: readonly PlacedStep[]): CrossModuleFinding {
  return { id, finding: { ...finding, confidence: 'high' }, path: [...before, ...finding.evidence.map((step) => ({ ...step, id }))] }
}
