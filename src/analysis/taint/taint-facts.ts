/**
 * What does not depend on the use of a value, and is asked again on every way through it: found once for all tracers of a
 * module. Nothing here follows a value; all of it is read off the tree.
 */
import { unwrap } from '../syntax/ast.ts'
import type { CallNode, Node } from '../syntax/ast.ts'
import { createCallGraph } from '../names/call-graph.ts'
import type { CallGraph } from '../names/call-graph.ts'
import type { Constants } from '../names/constants.ts'
import type { Names } from '../names/names.ts'
import type { Binding, MemberWrite, ScopeTable, Write } from '../names/scope-table.ts'
import { innermostAround } from '../syntax/descend.ts'
import { indexMutations, livingWrites } from '../names/write-order.ts'
import { roleOf } from './param-roles.ts'
import type { Role } from './param-roles.ts'

/** A property that is written more often says nothing about one object. */
const MAX_MEMBER_WRITES = 30

type ParamBinding = Extract<Binding, { kind: 'param' }>

/** A call that puts something into the object of a variable. */
export interface Filling {
  readonly call: CallNode
  /** `list` of `list.push(x)`, or `target` of `Object.assign(target, x)`. */
  readonly as: 'receiver' | 'target'
}

export class ModuleFacts {
  readonly calls: CallGraph
  private readonly mutationsOf: (name: string) => readonly CallNode[]
  private readonly fillings = new Map<Binding, readonly Filling[]>()
  private readonly memberWrites = new Map<Binding, Map<string, readonly MemberWrite[]>>()
  private readonly living = new Map<Node, readonly Write[]>()
  private readonly roles = new Map<Node, Role>()

  constructor(
    readonly scopes: ScopeTable,
    readonly names: Names,
    readonly constants: Constants,
    private readonly program: Node,
  ) {
    this.calls = createCallGraph(scopes, names, constants)
    this.mutationsOf = indexMutations(scopes)
  }

  parentOf(name: Node): Node {
    return innermostAround(this.program, name)
  }

  fillingsOf(binding: Binding): readonly Filling[] {
    return once(this.fillings, binding, () => this.mutationsOf(binding.name).flatMap((call) => this.fillingBy(call, binding)))
  }

  /** `object.key = x` of this object; none for a property that is written everywhere. */
  memberWritesTo(binding: Binding, key: string): readonly MemberWrite[] {
    const byKey = once(this.memberWrites, binding, () => new Map<string, readonly MemberWrite[]>())
    return once(byKey, key, () => this.fewMemberWrites(key).filter(({ target }) => target.type === 'MemberExpression' && this.isOf(binding, target.object)))
  }

  /** Assignments to a property of this name, of whatever object; none for one that is written everywhere. */
  fewMemberWrites(key: string): readonly MemberWrite[] {
    const writes = this.scopes.memberWritesOf(key)
    return writes.length > MAX_MEMBER_WRITES ? [] : writes
  }

  /** Writes that may still be in a variable at one of its uses. */
  livingWritesAt(use: Node, binding: Binding): readonly Write[] {
    return once(this.living, use, () => livingWrites(this.scopes.writesOf(binding), use))
  }

  roleOf({ owner, index }: ParamBinding, param: Node): Role {
    return once(this.roles, param, () => roleOf(owner, index, param, this.names))
  }

  private fillingBy(call: CallNode, binding: Binding): Filling[] {
    const callee = unwrap(call.callee)
    if (callee.type === 'MemberExpression' && this.isOf(binding, callee.object)) return [{ call, as: 'receiver' }]
    return call.arguments[0] && this.isOf(binding, call.arguments[0]) ? [{ call, as: 'target' }] : []
  }

  /** Whether an expression is the bound name itself. */
  private isOf(binding: Binding, object: Node): boolean {
    const owner = unwrap(object)
    return owner.type === 'Identifier' && owner.name === binding.name && this.scopes.resolve(owner.name, owner.start) === binding
  }
}

function once<K, V extends NonNullable<unknown>>(known: Map<K, V>, key: K, find: () => V): V {
  let value = known.get(key)
  if (value === undefined) known.set(key, (value = find()))
  return value
}
