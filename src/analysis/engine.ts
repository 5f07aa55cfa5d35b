/**
 * Runs rules on a module: picks their nodes out on the fused walk, asks them afterwards.
 * A rule that throws is dropped for this module and named in `failures`; the others go on.
 */
import { Kind, calleeName } from './ast.ts'
import type { CallNode, Node, Program } from './ast.ts'
import { createConstants } from './constants.ts'
import type { Report } from './findings.ts'
import { createNames } from './names.ts'
import type { Names } from './names.ts'
import type { Rule, RuleContext } from './rule.ts'
import type { ScopeTable } from './scopes.ts'
import { Trust, hasRemoteSeeds } from './sources.ts'
import { createTaint } from './taint.ts'

export interface RuleFailure {
  readonly ruleId: string
  readonly message: string
}

export interface RuleRun {
  enter(node: Node, kind: Kind): void
  finish(id: string, source: string, program: Program, scopes: ScopeTable, holds: (word: string) => boolean): { reports: Report[]; failures: RuleFailure[] }
}

/** An index over rules, made once and used for many modules. */
export interface RuleSet {
  start(): RuleRun
}

export function createRuleSet(rules: readonly Rule[]): RuleSet {
  const calls = slots(rules.flatMap((rule) => rule.calls ?? []))
  const types = slots(rules.flatMap((rule) => rule.nodes ?? []))
  return { start: () => new Run(rules, calls, types) }
}

/** A number for each distinct word. */
function slots(words: readonly string[]): ReadonlyMap<string, number> {
  return new Map([...new Set(words)].map((word, index) => [word, index]))
}

class Run implements RuleRun {
  /** Nodes by slot: one push a node, however many rules ask for it. */
  private readonly byCall: CallNode[][]
  private readonly byType: Node[][]

  constructor(
    private readonly rules: readonly Rule[],
    private readonly calls: ReadonlyMap<string, number>,
    private readonly types: ReadonlyMap<string, number>,
  ) {
    this.byCall = Array.from({ length: calls.size }, () => [])
    this.byType = Array.from({ length: types.size }, () => [])
  }

  enter(node: Node, kind: Kind): void {
    if (kind === Kind.CallExpression || kind === Kind.NewExpression) {
      const name = calleeName(node as CallNode)
      if (name !== undefined) this.addCall(name, node as CallNode)
    }
    // Identifiers are a third of all nodes, and no rule asks for them; short texts hold nothing.
    else if (kind === Kind.Identifier || (kind === Kind.Literal && isTrivial(node))) return
    const slot = this.types.get(node.type)
    if (slot !== undefined) this.byType[slot]?.push(node)
  }

  finish(id: string, source: string, program: Program, scopes: ScopeTable, holds: (word: string) => boolean): { reports: Report[]; failures: RuleFailure[] } {
    const failures = new Map<string, RuleFailure>()
    const { context, reports, setRule } = createContext(id, source, program, scopes, holds)
    this.addAliased(context.names, scopes)
    const specifiers = importedSpecifiers(program, scopes)
    for (const rule of this.rules) {
      if (!isMentioned(rule, holds, specifiers)) continue
      try {
        setRule(rule)
        for (const node of this.nodesFor(rule)) rule.check(node, context)
      } catch (error) {
        failures.set(rule.id, { ruleId: rule.id, message: error instanceof Error ? error.message : String(error) })
      }
    }
    return { reports, failures: [...failures.values()] }
  }

  /** Calls of imports that go by another name here than at home: `import { exec as run }`, `const md = require('md5')`. */
  private addAliased(names: Names, scopes: ScopeTable): void {
    for (const [local, calls] of scopes.callsByName()) {
      const first = calls[0]
      if (first?.callee.type !== 'Identifier' || scopes.resolve(local, first.start) === undefined) continue
      const home = homeName(names.of(first.callee))
      if (home === undefined || home === local) continue
      for (const call of calls) if (call.callee.type === 'Identifier') this.addCall(home, call)
    }
  }

  private addCall(name: string, call: CallNode): void {
    const slot = this.calls.get(name)
    if (slot !== undefined) this.byCall[slot]?.push(call)
  }

  private *nodesFor(rule: Rule): Iterable<Node> {
    for (const name of rule.calls ?? []) yield* this.byCall[this.calls.get(name) ?? -1] ?? []
    for (const type of rule.nodes ?? []) yield* this.byType[this.types.get(type) ?? -1] ?? []
  }
}

function isTrivial(node: Node): boolean {
  if (node.type !== 'Literal') return false
  return typeof node.value === 'string' ? node.value.length < 5 : !('regex' in node)
}

/** Last word of a module's member, or of the module. */
function homeName(name: string | undefined): string | undefined {
  if (!name?.startsWith('mod:') || name.endsWith(')')) return undefined
  return name.slice(4).split(/[./]/).at(-1)
}

/** Whether a rule has anything to look for in a module. */
function isMentioned({ mentions }: Rule, holds: (word: string) => boolean, specifiers: readonly string[]): boolean {
  return mentions === undefined || mentions.some((word) => holds(word) || specifiers.some((specifier) => specifier.includes(word)))
}

function importedSpecifiers(program: Program, scopes: ScopeTable): string[] {
  const specifiers: string[] = []
  for (const statement of program.body) if (statement.type === 'ImportDeclaration') specifiers.push(statement.source.value)
  for (const call of scopes.callsOf('require')) {
    const [first] = call.arguments
    if (first?.type === 'Literal' && typeof first.value === 'string') specifiers.push(first.value)
  }
  return specifiers
}

interface Asking {
  readonly context: RuleContext
  readonly reports: Report[]
  /** Whose reports follow. */
  setRule(rule: Rule): void
}

function createContext(id: string, source: string, program: Program, scopes: ScopeTable, holds: (word: string) => boolean): Asking {
  let mayBeRemote: boolean | undefined
  const names = createNames(scopes)
  const constants = createConstants(scopes)
  const taint = createTaint(scopes, names, constants)
  const reports: Report[] = []
  let current: Rule | undefined
  const context: RuleContext = {
    id,
    source,
    program,
    names,
    constants,
    scopes,
    trace: taint.trace,
    tainted(node, category, least) {
      if (!node) return undefined
      if (least === Trust.Remote && !(mayBeRemote ??= hasRemoteSeeds(holds))) return undefined
      const flow = taint.trace(node, category)
      return flow.trust >= least ? flow : undefined
    },
    report(node, flow) {
      if (current) reports.push({ rule: current, node, flow })
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
