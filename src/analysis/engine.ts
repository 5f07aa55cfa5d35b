/**
 * Runs rules on a module: picks their nodes out on the fused walk, asks them afterwards.
 * A rule that throws is dropped for this module and named in `failures`; the others go on.
 */
import { KIND_COUNT, Kind, SHAPES } from './syntax/ast.ts'
import type { CallNode, FunctionNode, Node, Program } from './syntax/ast.ts'
import type { Report } from './findings.ts'
import { createVocabulary } from './mentions.ts'
import type { Mentions, Vocabulary, WordPlaces } from './mentions.ts'
import type { Names } from './names/names.ts'
import type { Rule, RuleContext } from './rule.ts'
import { createContext, exportedContext } from './rule-contexts.ts'
import type { ExportedReport } from './rule-contexts.ts'
import type { ScopeTable } from './names/scope-table.ts'
import type { Word } from './metrics/halstead.ts'
import { exportedFunctions, findHandovers, takeParams } from './taint/handovers.ts'
import type { RawHandover } from './taint/handovers.ts'

export interface RuleFailure {
  readonly ruleId: string
  readonly message: string
}

export interface RuleRun {
  enter(node: Node, kind: Kind): void
  /** A call, by the last word of its callee. */
  addCall(name: string, call: CallNode): void
  /** A call of what a call yields: `require('x')(…)`. */
  addUnnamedCall(call: CallNode): void
  finish(id: string, source: string, program: Program, scopes: ScopeTable, holds: (word: Word) => boolean): RunFacts
}

export interface RunFacts {
  readonly reports: Report[]
  readonly failures: RuleFailure[]
  /** What would be a finding if a caller in another module passed outsiders' data. */
  readonly exportedReports: readonly ExportedReport[]
  readonly handovers: readonly RawHandover[]
  /** For what is asked about the module from outside of it, as by its template. */
  readonly trace: RuleContext['trace']
}

/** An index over rules, made once and used for many modules. */
export interface RuleSet {
  start(): RuleRun
}

export function createRuleSet(rules: readonly Rule[]): RuleSet {
  const calls = slots(rules.flatMap((rule) => rule.calls ?? []))
  const types = slots(rules.flatMap((rule) => rule.nodes ?? []))
  const kinds = new Int16Array(KIND_COUNT).fill(-1)
  for (const [type, slot] of types) kinds[SHAPES[type]?.kind ?? Kind.Other] = slot
  // Types that share a kind are told apart by name.
  kinds[Kind.Other] = -1
  const narrow = new Int16Array(KIND_COUNT).fill(-1)
  narrow[Kind.Literal] = types.get('Literal:regex') ?? -1
  narrow[Kind.MemberExpression] = types.get('MemberExpression:computed') ?? -1
  const vocabulary = createVocabulary()
  const askers = rules.map((rule): Asker => ({
    rule,
    calls: (rule.calls ?? []).map((name) => calls.get(name) ?? -1),
    types: (rule.nodes ?? []).map((type) => types.get(type) ?? -1),
    mentions: rule.mentions && vocabulary.placesOf(rule.mentions),
    isSink: SINK_CLASSES.test(rule.id) && !rule.remoteOnly,
  }))
  return { start: () => new Run({ askers, calls, types, kinds, narrow, vocabulary }) }
}

/** A number for each distinct word. */
function slots(words: readonly string[]): ReadonlyMap<string, number> {
  return new Map([...new Set(words)].map((word, index) => [word, index]))
}

interface Asker {
  readonly rule: Rule
  /** Slots of what it is asked about. */
  readonly calls: readonly number[]
  readonly types: readonly number[]
  readonly mentions: WordPlaces | undefined
  /** Whether it is asked about what callers in other modules pass. */
  readonly isSink: boolean
}

interface RuleIndex {
  readonly askers: readonly Asker[]
  readonly calls: ReadonlyMap<string, number>
  readonly types: ReadonlyMap<string, number>
  /** Slot of a type by its kind, −1 for none. */
  readonly kinds: Int16Array
  /** Slot of the few of a type by the kind of that type, −1 for none. */
  readonly narrow: Int16Array
  readonly vocabulary: Vocabulary
}

/** More calls of what calls yield are a style of their own, and none of a library's. */
const MAX_UNNAMED = 200

class Run implements RuleRun {
  /** Nodes by slot: one push a node, however many rules ask for it. */
  private readonly byCall: (CallNode[] | undefined)[] = []
  private readonly byType: (Node[] | undefined)[] = []
  private readonly unnamed: CallNode[] = []

  constructor(private readonly index: RuleIndex) {}

  enter(node: Node, kind: Kind): void {
    const { types, kinds, narrow } = this.index
    const slot = kind === Kind.Other ? (types.get(node.type) ?? -1) : (kinds[kind] as number)
    // Short texts hold nothing.
    if (slot >= 0 && !(kind === Kind.Literal && isTrivial(node))) this.add(slot, node)
    const few = narrow[kind] as number
    if (few >= 0 && isOfTheFew(node)) this.add(few, node)
  }

  private add(slot: number, node: Node): void {
    const list = this.byType[slot]
    if (list) list.push(node)
    else this.byType[slot] = [node]
  }

  addCall(name: string, call: CallNode): void {
    const slot = this.index.calls.get(name)
    if (slot === undefined) return
    const list = this.byCall[slot]
    if (list) list.push(call)
    else this.byCall[slot] = [call]
  }

  addUnnamedCall(call: CallNode): void {
    if (this.unnamed.length < MAX_UNNAMED) this.unnamed.push(call)
  }

  finish(id: string, source: string, program: Program, scopes: ScopeTable, holds: (word: Word) => boolean): RunFacts {
    const failures: RuleFailure[] = []
    const { context, reports, setRule } = createContext(id, source, program, scopes, holds)
    this.addAliased(context.names, scopes)
    this.addUnnamed(context.names)
    const specifiers = importedSpecifiers(program, scopes)
    const mentions = this.index.vocabulary.in(holds, specifiers)
    for (const asker of this.index.askers) {
      const { rule } = asker
      if (!this.isDue(asker, mentions) || (rule.remoteOnly && !context.isExposed())) continue
      try {
        setRule(rule)
        this.ask(asker, context)
      } catch (error) {
        failures.push({ ruleId: rule.id, message: error instanceof Error ? error.message : String(error) })
      }
    }
    const exported = exportedFunctions(program)
    return { reports, failures, exportedReports: this.askExported(context, exported, mentions), handovers: findHandovers(specifiers, exported, context), trace: context.trace }
  }

  /** Asks the rules about sinks once more, about what callers in other modules pass. A rule that throws was named before. */
  private askExported(context: RuleContext, exported: ReadonlyMap<FunctionNode, string>, mentions: Mentions): ExportedReport[] {
    const found: ExportedReport[] = []
    if (!takeParams(exported)) return found
    for (const asker of this.index.askers) {
      // Rules about text as such would repeat what those about its use say.
      if (!asker.isSink || !this.isDue(asker, mentions)) continue
      try {
        this.ask(asker, exportedContext(asker.rule, context, exported, (each) => void found.push(each)))
      } catch {
        // The same rule failed on the same node before, and is in `failures`.
        continue
      }
    }
    return found
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

  private addUnnamed(names: Names): void {
    for (const call of this.unnamed) {
      const home = homeName(names.of(call.callee))
      if (home !== undefined) this.addCall(home, call)
    }
  }

  /** Whether a rule has anything to look at in a module. */
  private isDue({ calls, types, mentions: words }: Asker, mentions: Mentions): boolean {
    const hasNodes = calls.some((slot) => this.byCall[slot] !== undefined) || types.some((slot) => this.byType[slot] !== undefined)
    return hasNodes && (words === undefined || mentions.any(words))
  }

  private ask({ rule, calls, types }: Asker, context: RuleContext): void {
    for (const slot of calls) askAbout(this.byCall[slot], rule, context)
    for (const slot of types) askAbout(this.byType[slot], rule, context)
  }
}

/** A method looked up once for many nodes: rules are of many shapes. */
function askAbout(nodes: readonly Node[] | undefined, rule: Rule, context: RuleContext): void {
  if (!nodes) return
  const { check } = rule
  for (const node of nodes) check.call(rule, node, context)
}

/** Regular expressions among literals, `object[key]` among members. */
function isOfTheFew(node: Node): boolean {
  return node.type === 'MemberExpression' ? node.computed : 'regex' in node
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

function importedSpecifiers(program: Program, scopes: ScopeTable): string[] {
  const specifiers: string[] = []
  for (const statement of program.body) if (statement.type === 'ImportDeclaration') specifiers.push(statement.source.value)
  for (const call of scopes.callsOf('require')) {
    const [first] = call.arguments
    if (first?.type === 'Literal' && typeof first.value === 'string') specifiers.push(first.value)
  }
  return specifiers
}

/** Classes in which a value that is handed over is the danger. */
const SINK_CLASSES = /^(?:code-injection|command-injection|sql-injection|nosql-injection|ssti|xss|path-traversal|ssrf|open-redirect|deserialization|xxe|proto-pollution|redos)\//
