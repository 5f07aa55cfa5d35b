/**
 * Where a value comes from, asked backwards from a sink.
 *
 * Demand-driven: nothing is computed for a module without sinks. Within a function it follows variables, patterns,
 * members and string operations; across functions of the module it follows calls into what they return and
 * parameters out to their callers. Flow order is ignored (any write counts), so it overestimates, except that what a
 * sanitizer of the asked category returns is safe. Depth and work are bounded; what is beyond the bound is `Unknown`.
 */
import { calleeName, isFunction, memberName, unwrap } from './ast.ts'
import type { CallNode, FunctionNode, Node } from './ast.ts'
import type { Constants } from './constants.ts'
import type { Names } from './names.ts'
import { isCleaningPattern, isSanitizer, isStringBuilder, yieldsHarmless, yieldsOwn } from './sanitizers.ts'
import type { Category } from './sanitizers.ts'
import type { Binding, MemberWrite, Path, ScopeTable } from './scopes.ts'
import { createCallGraph } from './call-graph.ts'
import type { CallGraph } from './call-graph.ts'
import { fixesHost, interleave, operandsOf } from './text-parts.ts'
import { indexMutations, livingWrites } from './write-order.ts'
import { Trust, exportNameOf, feederOf, isRemoteGlobal, ownNameOf, roleOf, trustOfParam } from './sources.ts'

export interface Flow {
  readonly trust: Trust
  /** The expression it starts from. */
  readonly origin: Node
  /** From the origin to the value asked about. */
  readonly steps: readonly Node[]
}

export interface Taint {
  /** Provenance of a value as far as `category` is concerned. */
  trace(node: Node | null | undefined, category: Category): Flow
}

/** A call being looked into: the function's parameters mean these arguments. */
interface Context {
  readonly owner: FunctionNode
  readonly call: CallNode
  readonly outer: Context | undefined
}

const MAX_DEPTH = 60
const MAX_STEPS = 150
/** For all questions about one module together; a module that exceeds it is generated. */
const MAX_MODULE_STEPS = 20_000
/** How many functions outwards a parameter is followed. */
const MAX_CALLER_DEPTH = 3
const MAX_MEMBER_WRITES = 30

export function createTaint(scopes: ScopeTable, names: Names, constants: Constants): Taint {
  const tracers = new Map<Category, Tracer>()
  const shared: Shared = { mutationsOf: indexMutations(scopes), calls: createCallGraph(scopes, names, constants) }
  return {
    trace(node, category) {
      let tracer = tracers.get(category)
      if (!tracer) tracers.set(category, (tracer = new Tracer(scopes, names, constants, category, shared)))
      return tracer.ask(node)
    },
  }
}

/** What does not depend on the category. */
interface Shared {
  readonly mutationsOf: (name: string) => readonly CallNode[]
  readonly calls: CallGraph
}

class Tracer {
  private readonly active = new Set<Node>()
  private readonly memo = new Map<Node, Flow>()
  private work = 0
  private callerDepth = 0
  private total = 0
  /** Answers given short because of a cycle or a bound; what rests on one is not remembered. */
  private cuts = 0

  constructor(
    private readonly scopes: ScopeTable,
    private readonly names: Names,
    private readonly constants: Constants,
    private readonly category: Category,
    private readonly shared: Shared,
  ) {}

  ask(node: Node | null | undefined): Flow {
    this.total += this.work
    this.work = 0
    return this.trace(node, [], undefined)
  }

  /** @param path The part of the value that is asked about. */
  trace(node: Node | null | undefined, path: Path, context: Context | undefined): Flow {
    if (!node) return SAFE
    const target = unwrap(node)
    const isPlain = path.length === 0 && context === undefined
    const known = isPlain ? this.memo.get(target) : undefined
    if (known) return known
    if (this.active.has(target) || this.active.size > MAX_DEPTH || ++this.work > MAX_STEPS || this.total > MAX_MODULE_STEPS) {
      this.cuts++
      return SAFE
    }
    const cutsBefore = this.cuts
    this.active.add(target)
    const flow = this.compute(target, path, context)
    this.active.delete(target)
    const result = flow.trust > Trust.Safe && flow.origin !== target && isHop(target) ? { ...flow, steps: [...flow.steps, target] } : flow
    if (isPlain && (this.active.size === 0 || this.cuts === cutsBefore)) this.memo.set(target, result)
    return result
  }

  private compute(node: Node, path: Path, context: Context | undefined): Flow {
    switch (node.type) {
      case 'Identifier':
        return this.identifier(node, path, context)
      case 'MemberExpression':
        return this.member(node, path, context)
      case 'CallExpression':
      case 'NewExpression':
        return this.call(node, path, context)
      case 'TemplateLiteral':
        return this.parts(interleave(node), context)
      case 'BinaryExpression':
        return node.operator === '+' ? this.parts(operandsOf(node), context) : SAFE
      case 'ObjectExpression':
        return this.object(node, path, context)
      case 'TaggedTemplateExpression':
        return isSanitizer(this.names.of(node.tag) ?? '', this.category) ? SAFE : this.any(node.quasi.expressions, context)
      default:
        return this.structure(node, path, context)
    }
  }

  private structure(node: Node, path: Path, context: Context | undefined): Flow {
    switch (node.type) {
      case 'ConditionalExpression':
        return worst(this.trace(node.consequent, path, context), this.trace(node.alternate, path, context))
      case 'LogicalExpression':
        return worst(node.operator === '&&' ? SAFE : this.trace(node.left, path, context), this.trace(node.right, path, context))
      case 'AssignmentExpression':
        return this.trace(node.right, path, context)
      case 'AwaitExpression':
      case 'SpreadElement':
        return this.trace(node.argument, path, context)
      case 'YieldExpression':
        return unknown(node)
      case 'SequenceExpression':
        return this.trace(node.expressions.at(-1), path, context)
      case 'ArrayExpression':
        return this.any(node.elements, context)
      case 'ThisExpression':
        return unknown(node)
      default:
        return SAFE
    }
  }

  private any(nodes: readonly (Node | null)[], context: Context | undefined): Flow {
    let flow = SAFE
    for (const node of nodes) {
      flow = worst(flow, this.trace(node, [], context))
      if (flow.trust === Trust.Remote) break
    }
    return flow
  }

  /** Pieces of a string in order. In an address, only what stands before the end of the host decides where it leads. */
  private parts(pieces: readonly (Node | string)[], context: Context | undefined): Flow {
    if (this.category !== 'url') return this.any(pieces.filter((piece): piece is Node => typeof piece !== 'string'), context)
    let prefix = ''
    for (const piece of pieces) {
      const text = typeof piece === 'string' ? piece : this.constants.valueOf(piece)
      if (typeof text === 'string' || typeof text === 'number') {
        prefix += String(text)
        if (fixesHost(prefix)) return SAFE
        continue
      }
      const flow = this.trace(piece as Node, [], context)
      // A base that is not the outsider's is the configured host.
      if (flow.trust <= Trust.Unknown && prefix === '') return flow.trust === Trust.Safe ? SAFE : unknown(piece as Node)
      return flow
    }
    return SAFE
  }

  private object(node: Extract<Node, { type: 'ObjectExpression' }>, path: Path, context: Context | undefined): Flow {
    const [step, ...rest] = path
    const own = step === undefined || step === '*' || step === '...' ? undefined : this.constants.option(node, step)
    if (own) return this.trace(own, rest, context)
    return this.any(node.properties.map((entry) => (entry.type === 'SpreadElement' ? entry.argument : entry.value)), context)
  }

  private identifier(node: Extract<Node, { type: 'Identifier' }>, path: Path, context: Context | undefined): Flow {
    const binding = this.scopes.resolve(node.name, node.start)
    if (!binding) return this.global(node, path)
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

  private global(node: Extract<Node, { type: 'Identifier' }>, path: Path): Flow {
    if (node.name === 'undefined' || node.name === 'NaN' || node.name === 'Infinity' || /^__(?:dir|file)name$/.test(node.name)) return SAFE
    if (isRemoteGlobal([node.name, ...path].join('.'))) return remote(node)
    // A handler may be written without its parameters in sight.
    const isRequest = /^req(?:uest)?$/.test(node.name) && path.length > 0
    return isRequest ? { trust: trustOfParam('request', path), origin: node, steps: [node] } : unknown(node)
  }

  private variable(node: Node, binding: Extract<Binding, { kind: 'variable' }>, path: Path, context: Context | undefined): Flow {
    if (binding.declaration === 'class' || binding.declaration === 'enum') return SAFE
    const writes = livingWrites(this.scopes.writesOf(binding), node)
    let flow = writes.length === 0 ? unknown(node) : SAFE
    for (const write of writes) {
      const from = write.path.includes('key') ? [] : write.path
      flow = worst(flow, this.trace(write.value, [...from, ...path], context))
      if (flow.trust === Trust.Remote) return flow
    }
    return worst(flow, this.mutations(binding, path, context))
  }

  /** What is put into a variable's object later: `list.push(x)`, `params.append(k, x)`, `object.key = x`. */
  private mutations(binding: Binding, path: Path, context: Context | undefined): Flow {
    const isOwn = (object: Node): boolean => {
      const owner = unwrap(object)
      return owner.type === 'Identifier' && owner.name === binding.name && this.scopes.resolve(owner.name, owner.start) === binding
    }
    let flow = SAFE
    for (const call of this.shared.mutationsOf(binding.name)) {
      const callee = unwrap(call.callee)
      if (callee.type === 'MemberExpression' && isOwn(callee.object)) flow = worst(flow, this.any(call.arguments, context))
    }
    const [step] = path
    if (step === undefined) return flow
    for (const write of few(this.scopes.memberWritesOf(step))) {
      if (write.target.type === 'MemberExpression' && isOwn(write.target.object)) flow = worst(flow, this.trace(write.value, path.slice(1), context))
    }
    return flow
  }

  private param(node: Node, binding: Extract<Binding, { kind: 'param' }>, path: Path, context: Context | undefined): Flow {
    const full = [...binding.path, ...path]
    const param = binding.owner.params[binding.index] ?? node
    const inContext = contextOf(context, binding.owner)
    if (inContext) {
      const argument = inContext.call.arguments[binding.index]
      return argument ? this.trace(argument, argument.type === 'SpreadElement' ? [] : full, inContext.outer) : SAFE
    }
    const role = roleOf(binding.owner, binding.index, param, this.names)
    const own: Flow = { trust: trustOfParam(role, full), origin: node, steps: [node] }
    if (role !== 'plain') return own
    const feeder = feederOf(binding.owner, binding.index)
    if (feeder) return this.trace(feeder, binding.path, context)
    return this.callers(binding, full, own)
  }

  /** A private function is as trusted as its callers make it. */
  private callers(binding: Extract<Binding, { kind: 'param' }>, full: Path, own: Flow): Flow {
    const { owner, index } = binding
    const name = ownNameOf(owner)
    if (name === undefined) return own
    const calls = this.shared.calls.callersOf(owner, name)
    if (calls.length === 0 || this.callerDepth >= MAX_CALLER_DEPTH) return own
    let flow = SAFE
    this.callerDepth++
    for (const call of calls) {
      const argument = call.arguments[index]
      if (argument) flow = worst(flow, this.trace(argument, full, undefined))
    }
    this.callerDepth--
    if (flow.trust === Trust.Remote) return flow
    const isPrivate = exportNameOf(owner) === undefined && owner.type === 'FunctionDeclaration' && !this.isExportedLater(name)
    return isPrivate ? flow : own
  }

  private isExportedLater(name: string): boolean {
    const isName = (write: MemberWrite): boolean => write.value.type === 'Identifier' && write.value.name === name
    return this.scopes.memberWritesOf(name).some(isName) || this.scopes.memberWritesOf('exports').length > 0
  }

  private member(node: Extract<Node, { type: 'MemberExpression' }>, path: Path, context: Context | undefined): Flow {
    const name = this.names.of(node)
    if (name !== undefined && !name.startsWith('param:') && isRemoteGlobal(name)) return remote(node)
    const key = memberName(node)
    if (key === 'length' || key === 'size') return SAFE
    if (name?.startsWith('process.env')) return unknown(node)
    const object = unwrap(node.object)
    if (object.type === 'ThisExpression' && key !== undefined) return this.ownMember(node, key, path, context)
    return this.trace(object, [key ?? '*', ...path], context)
  }

  private ownMember(node: Node, key: string, path: Path, context: Context | undefined): Flow {
    const owner = this.names.classAround(node)
    let flow = unknown(node)
    for (const write of few(this.scopes.memberWritesOf(key))) {
      const isOwn = write.target.type === 'MemberExpression' && unwrap(write.target.object).type === 'ThisExpression'
      if (isOwn && this.names.classAround(write.target) === owner) flow = worst(flow, this.trace(write.value, path, context))
    }
    return flow
  }

  private call(node: CallNode, path: Path, context: Context | undefined): Flow {
    const name = this.names.of(node.callee) ?? ''
    const last = calleeName(node) ?? ''
    if (isSanitizer(name, this.category) || isSanitizer(last, this.category) || yieldsHarmless(name, last)) return SAFE
    if (isRemoteGlobal(`${name}()`)) return remote(node)
    if ((last === 'replace' || last === 'replaceAll') && this.cleans(node)) return SAFE
    if (this.constants.isConstant(node)) return SAFE
    const target = node.type === 'CallExpression' ? this.shared.calls.targetOf(node) : undefined
    if (target && depthOf(context) < 4 && !contextOf(context, target)) return this.result(target, node, path, context)
    const callee = unwrap(node.callee)
    const receiver = callee.type === 'MemberExpression' && !isLibrary(name) ? this.trace(callee.object, memberPath(callee), context) : SAFE
    // What a query or a test yields is not what was passed to it.
    if (receiver.trust === Trust.Remote || (yieldsOwn(last) && !isStringBuilder(last))) return worst(receiver, unknown(node))
    if (this.category === 'url' && (last === 'concat' || last === 'URL')) return this.address(node, callee, last, context)
    return worst(worst(receiver, this.any(node.arguments, context)), unknown(node))
  }

  private cleans(node: CallNode): boolean {
    const pattern = this.constants.valueOf(node.arguments[0])
    return pattern instanceof RegExp ? isCleaningPattern(pattern.source, this.category) : typeof pattern === 'string' && pattern === '..' && this.category === 'path'
  }

  /** `base.concat(x)` and `new URL(x, base)` keep the host of their base. */
  private address(node: CallNode, callee: Node, last: string, context: Context | undefined): Flow {
    if (last === 'URL') return this.trace(node.arguments[0], [], context)
    return callee.type === 'MemberExpression' ? this.parts([callee.object, ...node.arguments], context) : unknown(node)
  }

  private result(target: FunctionNode, call: CallNode, path: Path, context: Context | undefined): Flow {
    const inner: Context = { owner: target, call, outer: context }
    let flow = SAFE
    for (const value of this.scopes.functions.get(target)?.returns ?? []) {
      flow = worst(flow, this.trace(value, path, inner))
      if (flow.trust === Trust.Remote) break
    }
    return flow
  }
}

/** A property that is written everywhere says nothing about one object. */
function few<T>(list: readonly T[]): readonly T[] {
  return list.length > MAX_MEMBER_WRITES ? [] : list
}

/** `req` in `req.get('x')`: the receiver's own member counts as part of the path, so that the model of requests sees it. */
function memberPath(callee: Extract<Node, { type: 'MemberExpression' }>): Path {
  const object = unwrap(callee.object)
  return object.type === 'Identifier' ? [memberName(callee) ?? '*'] : []
}

function isLibrary(name: string): boolean {
  return /^mod:[^()]*$/.test(name) || /^(?:JSON|Object|Array|Promise|Buffer|String|Reflect|console|util)\.[\w.]+$/.test(name)
}

function contextOf(context: Context | undefined, owner: FunctionNode): Context | undefined {
  for (let current = context; current; current = current.outer) if (current.owner === owner) return current
  return undefined
}

function depthOf(context: Context | undefined): number {
  let depth = 0
  for (let current = context; current; current = current.outer) depth++
  return depth
}

function isHop(node: Node): boolean {
  return node.type === 'Identifier' || node.type === 'CallExpression'
}

const SAFE: Flow = { trust: Trust.Safe, origin: { type: 'EmptyStatement', start: 0, end: 0 }, steps: [] }

function unknown(node: Node): Flow {
  return { trust: Trust.Unknown, origin: node, steps: [node] }
}

function remote(node: Node): Flow {
  return { trust: Trust.Remote, origin: node, steps: [node] }
}

function worst(left: Flow, right: Flow): Flow {
  return right.trust > left.trust ? right : left
}
