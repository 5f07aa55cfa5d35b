/** Provenance of names: globals, variables with everything that is written to them, parameters with their callers, members. */
import { calleeName, memberName, staticKey, unwrap } from '../syntax/ast.ts'
import type { AccessorProperty, CallNode, FunctionNode, MemberExpression, Node, PropertyDefinition } from '../syntax/ast.ts'
import { SAFE, contextOf, remote, startingAt, unknown, worst } from './flow.ts'
import type { CallContext, Flow, Tracing } from './flow.ts'
import type { Binding, MemberWrite, Path } from '../names/scope-table.ts'
import { isSurelyWritten } from '../names/write-order.ts'
import { descendants } from '../syntax/descend.ts'
import { yieldsHarmless } from './sanitizers.ts'
import { trustOfParam } from './param-roles.ts'
import { Trust, exportNameOf, feederOf, isRemoteGlobal, ownNameOf, trustOfName } from './sources.ts'

type Identifier = Extract<Node, { type: 'Identifier' }>
type ParamBinding = Extract<Binding, { kind: 'param' }>
type VariableBinding = Extract<Binding, { kind: 'variable' }>

/** How many functions outwards a parameter is followed. */
const MAX_CALLER_DEPTH = 3
const ANY_KEY: readonly string[] = ['*']
/** Names that hold no text of anybody's. */
const OWN_GLOBALS: ReadonlySet<string> = new Set(['undefined', 'NaN', 'Infinity', '__dirname', '__filename'])

/** Of a parsed address: they lead nowhere else. */
const PARTS_BEHIND_HOST = /(?:^|\.)URL\(\)\.(?:pathname|search|hash|port)$/

export class NameTaint {
  private callerDepth = 0
  private readonly named = new Map<Node, Flow | null>()

  constructor(private readonly tracer: Tracing) {}

  /** How many functions outwards a parameter is being followed. */
  outwards(): number {
    return this.callerDepth
  }

  identifier(node: Identifier, path: Path, context: CallContext | undefined): Flow {
    const binding = this.tracer.scopes.resolve(node.name, node.start)
    if (!binding) return global(node, path)
    switch (binding.kind) {
      case 'param':
        return this.param(node, binding, path, context)
      case 'variable':
        return this.variable(node, binding, path, context)
      case 'import':
        return unknown(node)
      default:
        return SAFE
    }
  }

  member(node: MemberExpression, path: Path, context: CallContext | undefined): Flow {
    const named = this.byName(node)
    if (named) return named
    const key = memberName(node)
    const object = unwrap(node.object)
    if (object.type === 'ThisExpression' && key !== undefined) return this.ownMember(node, key, path, context)
    return this.tracer.trace(object, [key ?? '*', ...path], context)
  }

  /** What a member is by its name alone; nothing where that does not say it. */
  private byName(node: MemberExpression): Flow | null {
    let known = this.named.get(node)
    if (known === undefined) this.named.set(node, (known = this.judge(node)))
    return known
  }

  private judge(node: MemberExpression): Flow | null {
    const name = this.tracer.names.of(node)
    const trust = name === undefined ? undefined : trustOfName(name, this.tracer.category)
    if (trust !== undefined) return startingAt(node, trust)
    if (this.isHarmlessPart(memberName(node), name)) return SAFE
    return name?.startsWith('process.env') ? unknown(node) : null
  }

  private isHarmlessPart(key: string | undefined, name: string | undefined): boolean {
    if (key === 'length' || key === 'size') return true
    return this.tracer.category === 'url' && name !== undefined && PARTS_BEHIND_HOST.test(name)
  }

  private variable(node: Node, binding: VariableBinding, path: Path, context: CallContext | undefined): Flow {
    if (binding.declaration === 'class' || binding.declaration === 'enum') return SAFE
    if (binding.declaration === 'catch') return this.caught(node, binding)
    const writes = this.tracer.facts.livingWritesAt(node, binding)
    let flow = writes.length === 0 ? unknown(node) : SAFE
    for (const write of writes) {
      const from = write.path.includes('key') ? [] : write.path
      flow = worst(flow, this.tracer.trace(write.value, [...from, ...path], context))
      if (flow.trust === Trust.Remote) return flow
    }
    return worst(flow, this.mutations(binding, path, context))
  }

  /** The text of an error often holds what could not be worked with: what was handed to a call that may have thrown. */
  private caught(node: Node, binding: VariableBinding): Flow {
    const attempt = this.tracer.category === 'html' ? binding.node.parent?.parent : undefined
    const calls = attempt?.type === 'TryStatement' ? descendants(attempt.block, MAX_ATTEMPTED).filter((each) => each.type === 'CallExpression' || each.type === 'NewExpression') : []
    const flows = calls.filter((call) => this.mayThrowWith(call)).map((call) => this.tracer.any(call.arguments, undefined))
    return flows.find(({ trust }) => trust === Trust.Remote) ?? unknown(node)
  }

  private mayThrowWith(call: CallNode): boolean {
    const last = calleeName(call) ?? ''
    return !yieldsHarmless(this.tracer.names.of(call.callee) ?? '', last) && !NEVER_THROW.test(last)
  }

  /** What is put into a variable's object later: `list.push(x)`, `params.append(k, x)`, `object.key = x`. */
  private mutations(binding: Binding, path: Path, context: CallContext | undefined): Flow {
    let flow = SAFE
    for (const { call, as } of this.tracer.facts.fillingsOf(binding)) {
      flow = worst(flow, as === 'receiver' ? this.tracer.any(call.arguments, context) : this.merged(call, path, context))
    }
    return path.length === 0 ? flow : worst(flow, this.assigned(binding, path, context))
  }

  /** `Object.assign(target, …)`: the same part of any of them. */
  private merged(call: CallNode, path: Path, context: CallContext | undefined): Flow {
    let flow = SAFE
    for (const source of call.arguments.slice(1)) flow = worst(flow, this.tracer.trace(source, path, context))
    return flow
  }

  /** `object.key = x`, and `object[key] = x` with a key that may be this one. */
  private assigned(binding: Binding, [step = '*', ...rest]: Path, context: CallContext | undefined): Flow {
    let flow = SAFE
    for (const key of step === '*' ? ANY_KEY : [step, '*']) {
      for (const { value } of this.tracer.facts.memberWritesTo(binding, key)) flow = worst(flow, this.tracer.trace(value, rest, context))
    }
    return flow
  }

  private param(node: Node, binding: ParamBinding, path: Path, context: CallContext | undefined): Flow {
    const full = [...binding.path, ...path]
    const param = binding.owner.params[binding.index] ?? node
    const given = this.givenAnew(node, binding, path, context)
    if (given) return given
    const inContext = contextOf(context, binding.owner)
    if (inContext) return this.passed(inContext, binding.index, full)
    const role = this.tracer.facts.roleOf(binding, param)
    const own = startingAt(node, trustOfParam(role, full))
    if (role !== 'plain') return own
    const feeder = feederOf(binding.owner, binding.index)
    if (feeder) return this.tracer.trace(feeder, binding.path, context)
    return this.callers(binding, full, own)
  }

  /** What a parameter is given by its own function, where that has surely happened before a use. */
  private givenAnew(node: Node, binding: ParamBinding, path: Path, context: CallContext | undefined): Flow | undefined {
    if (this.tracer.scopes.writesOf(binding).length === 0) return undefined
    const writes = this.tracer.facts.livingWritesAt(node, binding)
    const [first] = writes
    if (!first || !isSurelyWritten(first, node)) return undefined
    let flow = SAFE
    for (const write of writes) flow = worst(flow, this.tracer.trace(write.value, [...write.path, ...path], context))
    return flow
  }

  private passed({ call, outer }: CallContext, index: number, full: Path): Flow {
    const argument = call.arguments[index]
    return argument ? this.tracer.trace(argument, argument.type === 'SpreadElement' ? [] : full, outer) : SAFE
  }

  /** A private function is as trusted as its callers make it. */
  private callers({ owner, index }: ParamBinding, full: Path, own: Flow): Flow {
    const name = ownNameOf(owner)
    const calls = name === undefined ? [] : this.tracer.facts.calls.callersOf(owner, name)
    if (name === undefined || calls.length === 0 || this.callerDepth >= MAX_CALLER_DEPTH) return own
    const flow = this.handedBy(calls, index, full)
    return flow.trust === Trust.Remote || this.isPrivate(owner, name) ? flow : own
  }

  private handedBy(calls: readonly CallNode[], index: number, full: Path): Flow {
    let flow = SAFE
    this.callerDepth++
    for (const call of calls) {
      const argument = call.arguments[index]
      if (argument) flow = worst(flow, this.tracer.trace(argument, full, undefined))
    }
    this.callerDepth--
    return flow
  }

  private isPrivate(owner: FunctionNode, name: string): boolean {
    return exportNameOf(owner) === undefined && owner.type === 'FunctionDeclaration' && !this.isExportedLater(name)
  }

  private isExportedLater(name: string): boolean {
    const isName = (write: MemberWrite): boolean => write.value.type === 'Identifier' && write.value.name === name
    return this.tracer.scopes.memberWritesOf(name).some(isName) || this.tracer.scopes.memberWritesOf('exports').length > 0
  }

  /** What a field is given where it is declared. */
  private field(node: Node, field: Field | undefined, path: Path, context: CallContext | undefined): Flow {
    if (field && isHandedIn(field)) return startingAt(node, Trust.Parameter)
    return worst(unknown(node), this.tracer.trace(field?.value, path, context))
  }

  private ownMember(node: Node, key: string, path: Path, context: CallContext | undefined): Flow {
    const { names, facts } = this.tracer
    const owner = names.classAround(node)
    let flow = this.field(node, fieldOf(owner, key), path, context)
    for (const { target, value } of facts.fewMemberWrites(key)) {
      const isOwn = target.type === 'MemberExpression' && unwrap(target.object).type === 'ThisExpression'
      if (isOwn && names.classAround(target) === owner) flow = worst(flow, this.tracer.trace(value, path, context))
    }
    return flow
  }
}

/** Nodes of a `try` block that are looked at. */
const MAX_ATTEMPTED = 200
/** They put text somewhere, or take it apart. */
const NEVER_THROW = /^(?:log|info|warn|debug|error|push|html|text|append|write|send|json|status|split|trim|slice|substr(?:ing)?|toLowerCase|toUpperCase|toString|concat|join|includes|startsWith|endsWith|set[A-Z]\w*|addEventListener|on|String|alert)$/

type ClassNode = Extract<Node, { type: 'ClassDeclaration' | 'ClassExpression' }>
type Field = PropertyDefinition | AccessorProperty

function fieldOf(owner: ClassNode | undefined, key: string): Field | undefined {
  return owner?.body.body.find((member): member is Field => (member.type === 'PropertyDefinition' || member.type === 'AccessorProperty') && staticKey(member, member.key) === key)
}

/** `@Input()`, `@property()`: who uses the component sets it. */
function isHandedIn({ decorators }: Field): boolean {
  return (decorators ?? []).some(({ expression }) => {
    const target = unwrap(expression.type === 'CallExpression' ? expression.callee : expression)
    return target.type === 'Identifier' && /^(?:Input|Prop|PropSync|Model|property|attribute|attr|api|observable)$/.test(target.name)
  })
}

function global(node: Identifier, path: Path): Flow {
  if (OWN_GLOBALS.has(node.name)) return SAFE
  if (isRemoteGlobal([node.name, ...path].join('.'))) return remote(node)
  // A handler may be written without its parameters in sight.
  const isRequest = path.length > 0 && /^req(?:uest)?$/.test(node.name)
  return isRequest ? startingAt(node, trustOfParam('request', path)) : unknown(node)
}

