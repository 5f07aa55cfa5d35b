/** Provenance of what a call yields that is handed functions: `list.map(f)`, `promise.then(f)`, `useMemo(f)`, `new Promise(f)`. */
import { isFunction, unwrap } from '../syntax/ast.ts'
import type { CallNode, FunctionNode, Node } from '../syntax/ast.ts'
import { picksAllowed } from './conditions.ts'
import { SAFE, contextOf, depthOf, unknown, worst } from './flow.ts'
import type { CallContext, Flow, Tracing } from './flow.ts'
import type { Path } from '../names/scope-table.ts'
import { Trust } from './sources.ts'

/** How many functions inwards is followed. */
const MAX_CALL_DEPTH = 4
/** Yield what their function returns for what they are called on, and nothing else. */
const MAPPING: ReadonlySet<string> = new Set(['map', 'flatMap', 'then', 'catch'])
/** Yield what their function returns, whatever else they are handed. */
const DERIVING: ReadonlySet<string> = new Set(['useMemo', 'computed', 'createMemo', 'memo', 'derived', 'by', 'untrack', 'useComputed$', 'runInAction', 'startTransition'])

export class CallbackTaint {
  constructor(private readonly tracer: Tracing) {}

  /** @returns Nothing where no function that is handed over decides what the call yields. */
  yielded(node: CallNode, last: string, path: Path, context: CallContext | undefined): Flow | undefined {
    if (node.type === 'NewExpression') return this.settled(node, path, context)
    const [first] = node.arguments
    if (DERIVING.has(last)) return this.returns(first, [], path, context)
    const callee = unwrap(node.callee)
    if (callee.type !== 'MemberExpression') return undefined
    if (last === 'from' && node.arguments.length > 1) return this.returns(node.arguments[1], node.arguments.slice(0, 1), path, context)
    if (last === 'filter') return this.isFiltered(first) ? SAFE : undefined
    return MAPPING.has(last) ? this.mapped(callee.object, node, last, path, context) : undefined
  }

  /** `list.filter((each) => ALLOWED.includes(each))`. */
  private isFiltered(callback: Node | undefined): boolean {
    const predicate = this.functionOf(callback)
    return predicate !== undefined && picksAllowed(predicate, { category: this.tracer.category, around: this.tracer.facts })
  }

  /** `then` has two ways to go on, `catch` one of its own and one without it. */
  private mapped(receiver: Node, { arguments: [first, second] }: CallNode, last: string, path: Path, context: CallContext | undefined): Flow | undefined {
    const flow = this.returns(first, last === 'catch' ? [] : [receiver], path, context)
    if (!flow) return undefined
    if (last === 'catch') return worst(this.tracer.trace(receiver, path, context), flow)
    return last === 'then' && second ? worst(flow, this.returns(second, [], path, context) ?? SAFE) : flow
  }

  /** What a function returns when it is called with `handed`; nothing where it is not of this module. */
  private returns(callback: Node | undefined, handed: readonly Node[], path: Path, context: CallContext | undefined): Flow | undefined {
    const target = this.functionOf(callback)
    if (!target || !callback || depthOf(context) >= MAX_CALL_DEPTH || contextOf(context, target)) return undefined
    // The call that the library makes: it stands nowhere in the text.
    const call = { type: 'CallExpression', callee: callback, arguments: handed, start: callback.start, end: callback.end } as unknown as CallNode
    let flow: Flow = SAFE
    for (const value of this.tracer.scopes.functions.get(target)?.returns ?? []) {
      flow = worst(flow, this.tracer.trace(value, path, { owner: target, call, outer: context }))
      if (flow.trust === Trust.Remote) break
    }
    return flow
  }

  private functionOf(node: Node | undefined): FunctionNode | undefined {
    if (!node) return undefined
    const target = unwrap(node)
    if (isFunction(target)) return target
    if (target.type !== 'Identifier') return undefined
    const binding = this.tracer.scopes.resolve(target.name, target.start)
    if (binding?.kind === 'function') return binding.node
    const value = binding?.kind === 'variable' ? this.tracer.constants.literal(target) : undefined
    return isFunction(value) ? value : undefined
  }

  /** `new Promise((resolve) => … resolve(value))`. */
  private settled(node: CallNode, path: Path, context: CallContext | undefined): Flow | undefined {
    const executor = this.tracer.names.of(node.callee) === 'Promise' ? this.functionOf(node.arguments[0]) : undefined
    const resolve = executor?.params[0]
    if (resolve?.type !== 'Identifier') return undefined
    let flow: Flow = unknown(node)
    for (const call of this.tracer.scopes.callsOf(resolve.name)) {
      const binding = this.tracer.scopes.resolve(resolve.name, call.start)
      if (binding?.kind === 'param' && binding.owner === executor) flow = worst(flow, this.tracer.trace(call.arguments[0], path, context))
    }
    return flow
  }
}
