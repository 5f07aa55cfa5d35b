/** What rules are asked with: the module as it is, and as its importers see it. */
import type { FunctionNode, Program } from './syntax/ast.ts'
import { createConstants } from './names/constants.ts'
import type { Report } from './findings.ts'
import { dottedText } from './taint/guards.ts'
import { createNames } from './names/names.ts'
import type { Rule, RuleContext } from './rule.ts'
import type { ScopeTable } from './names/scope-table.ts'
import type { Word } from './metrics/halstead.ts'
import { hasRemoteSeeds } from './taint/remote-seeds.ts'
import { Trust } from './taint/sources.ts'
import { createTaint } from './taint/taint.ts'
import type { Flow } from './taint/taint.ts'
import { exportedParamOf } from './taint/handovers.ts'
import type { ExportedParam } from './taint/handovers.ts'
import type { Category } from './taint/sanitizers.ts'

export interface ExportedReport {
  readonly report: Report
  readonly param: ExportedParam
  readonly category: Category
}

export interface Asking {
  readonly context: RuleContext
  readonly reports: Report[]
  /** Whose reports follow. */
  setRule(rule: Rule): void
}

/** The module as its importers see it: parameters of exported functions are outsiders' data, and nothing else is. */
export function exportedContext(rule: Rule, context: RuleContext, exported: ReadonlyMap<FunctionNode, string>, onFound: (found: ExportedReport) => void): RuleContext {
  const asked = new Map<Flow, { param: ExportedParam; category: Category }>()
  return {
    ...context,
    isExposed: () => true,
    tainted(node, category) {
      if (!node) return undefined
      const flow = context.trace(node, category)
      const param = exportedParamOf(flow, exported, context)
      if (!param) return undefined
      asked.set(flow, { param, category })
      return flow
    },
    report(node, flow) {
      const known = flow && asked.get(flow)
      if (known && !context.isGuarded(node, flow)) onFound({ report: { rule, node, flow }, ...known })
    },
  }
}

/** The names under which a value goes on its way. */
function namesOf({ origin, steps }: Flow): ReadonlySet<string> {
  return new Set([origin, ...steps].flatMap((step) => dottedText(step) ?? []).filter((name) => !/^(?:req|request|ctx|event)$/.test(name)))
}

function* functionsOf(scopes: ScopeTable): Iterable<FunctionNode> {
  for (const { node } of scopes.functions.values()) yield node
}

export function createContext(id: string, source: string, program: Program, scopes: ScopeTable, holds: (word: Word) => boolean): Asking {
  let exposed: boolean | undefined
  const isExposed = (): boolean => (exposed ??= hasRemoteSeeds(source, holds, functionsOf(scopes), names))
  const names = createNames(scopes)
  const constants = createConstants(scopes)
  const taint = createTaint(program, scopes, names, constants)
  const reports: Report[] = []
  let current: Rule | undefined
  const context: RuleContext = {
    id,
    source,
    program,
    names,
    constants,
    scopes,
    isExposed,
    trace: taint.trace,
    tainted(node, category, least) {
      if (!node) return undefined
      if (least === Trust.Remote && !isExposed()) return undefined
      const flow = taint.trace(node, category)
      return flow.trust >= least ? flow : undefined
    },
    isGuarded: (place, flow) => taint.isGuarded(place, namesOf(flow)),
    report(node, flow) {
      if (current && !(flow && context.isGuarded(node, flow))) reports.push({ rule: current, node, flow })
    },
  }
  return {
    context,
    reports,
    setRule(rule) {
      current = rule
    },
  }
}
