/**
 * What a security rule is. One rule a file or a family a file, declared with `defineRule`, tested as a table of valid
 * and invalid code. Rules are pure: they see one module and report nodes of it.
 *
 * A rule is asked only about the calls (by the last word of the callee) and the node types that it names: that is what
 * keeps a hundred rules as cheap as one. When it is asked, the whole module has been walked: names, constants, scopes
 * and `parent` links are complete.
 */
import type { CallNode, Node, Program } from './syntax/ast.ts'
import type { Constants } from './names/constants.ts'
import type { Names } from './names/names.ts'
import type { Category } from './taint/sanitizers.ts'
import type { ScopeTable } from './names/scope-table.ts'
import type { Trust } from './taint/sources.ts'
import type { Flow } from './taint/taint.ts'

export type Severity = 'high' | 'medium' | 'low'

export interface RuleMeta {
  /** `<class>/<name>`, kebab-case, stable for ever: baselines and fingerprints hold it. */
  readonly id: string
  /** CWE numbers, the closest first. */
  readonly cwe: readonly [number, ...number[]]
  readonly severity: Severity
  /** What is wrong, as half a sentence: `query data reaches a shell`. */
  readonly title: string
  /** What to do instead. */
  readonly help: string
}

export interface RuleContext {
  readonly id: string
  readonly source: string
  readonly program: Program
  readonly names: Names
  readonly constants: Constants
  readonly scopes: ScopeTable
  /** Whether outsiders' data enters the module at all. */
  isExposed(): boolean
  /** Provenance of a value; see `Trust` for what its levels mean. */
  trace(node: Node | null | undefined, category: Category): Flow
  /** The value if outsiders, or unknown callers, control it at least to `least`; else nothing. */
  tainted(node: Node | null | undefined, category: Category, least: Trust): Flow | undefined
  /** Whether a place is reached only when the value of a flow is one that is allowed; no finding is reported there. */
  isGuarded(place: Node, flow: Flow): boolean
  report(node: Node, flow?: Flow): void
}

/** What a rule can be asked about: a type of node, or the few of a frequent type that are of one kind. */
export type RuleNode = Node['type'] | 'Literal:regex' | 'MemberExpression:computed'

export interface Rule extends RuleMeta {
  /** Last words of callees: `exec` for `cp.exec(…)`, `exec(…)` and `new exec(…)`. */
  readonly calls?: readonly string[]
  readonly nodes?: readonly RuleNode[]
  /** Asked only about modules that hold one of these as an identifier, as a whole text, or within what they import. */
  readonly mentions?: readonly string[]
  /** Asked only about modules in which outsiders' data enters. @default false */
  readonly remoteOnly?: boolean
  check(node: Node, context: RuleContext): void
}

/** Where outsiders' data must not arrive. */
export interface Sink {
  /** Canonical names, `*` for one segment's worth of anything; `?` alone never matches. */
  readonly callee: RegExp
  /** Argument positions; `all` for each. @default [0] */
  readonly args?: readonly number[] | 'all'
  /** Least distrust that is worth a finding. */
  readonly least: Trust
}

export function defineRule(rule: Rule): Rule {
  if (!/^[a-z0-9-]+\/[a-z0-9-]+$/.test(rule.id)) throw new TypeError(`Rule id "${rule.id}" must be <class>/<name> in kebab-case.`)
  return rule
}

/** A rule that is nothing but sinks. */
export function defineSinkRule(rule: RuleMeta & { readonly calls: readonly string[]; readonly category: Category; readonly sinks: readonly Sink[] }): Rule {
  return defineRule({
    ...rule,
    check(node, context) {
      const call = node as CallNode
      const name = context.names.of(call.callee) ?? ''
      for (const sink of rule.sinks) {
        if (!sink.callee.test(name)) continue
        const flow = taintedArgument(call, sink, rule.category, context)
        if (flow) return context.report(call, flow)
      }
    },
  })
}

export function taintedArgument(call: CallNode, sink: Pick<Sink, 'args' | 'least'>, category: Category, context: RuleContext): Flow | undefined {
  const positions = sink.args === 'all' ? call.arguments.map((_, index) => index) : (sink.args ?? [0])
  for (const position of positions) {
    const flow = context.tainted(call.arguments[position], category, sink.least)
    if (flow) return flow
  }
  return undefined
}
