/** Which function of the module a call enters, and who calls a function. Calls through values that are passed around are not seen. */
import { isFunction, memberName, unwrap } from '../syntax/ast.ts'
import type { CallNode, FunctionNode, Node } from '../syntax/ast.ts'
import type { Constants } from './constants.ts'
import type { Names } from './names.ts'
import type { ScopeTable } from './scope-table.ts'

const MAX_CALLERS = 30

export interface CallGraph {
  /** The function of this module that a call enters. */
  targetOf(call: CallNode): FunctionNode | undefined
  /** @param name By which the module's own code calls it. @returns None for a name that is called everywhere. */
  callersOf(owner: FunctionNode, name: string): readonly CallNode[]
}

export function createCallGraph(scopes: ScopeTable, names: Names, constants: Constants): CallGraph {
  return new Graph(scopes, names, constants)
}

class Graph implements CallGraph {
  private readonly callers = new Map<FunctionNode, readonly CallNode[]>()
  private readonly targets = new Map<CallNode, FunctionNode | null>()

  constructor(
    private readonly scopes: ScopeTable,
    private readonly names: Names,
    private readonly constants: Constants,
  ) {}

  targetOf(call: CallNode): FunctionNode | undefined {
    let known = this.targets.get(call)
    if (known === undefined) this.targets.set(call, (known = this.findTarget(call) ?? null))
    return known ?? undefined
  }

  private findTarget(call: CallNode): FunctionNode | undefined {
    const callee = unwrap(call.callee)
    if (isFunction(callee)) return callee
    if (callee.type === 'Identifier') return this.functionNamed(callee)
    if (callee.type !== 'MemberExpression' || unwrap(callee.object).type !== 'ThisExpression') return undefined
    return methodOf(this.names.classAround(call), memberName(callee))
  }

  private functionNamed(callee: Extract<Node, { type: 'Identifier' }>): FunctionNode | undefined {
    const binding = this.scopes.resolve(callee.name, callee.start)
    if (binding?.kind === 'function') return binding.node
    const value = binding?.kind === 'variable' ? this.constants.literal(callee) : undefined
    return isFunction(value) ? value : undefined
  }

  callersOf(owner: FunctionNode, name: string): readonly CallNode[] {
    let known = this.callers.get(owner)
    if (!known) {
      const candidates = this.scopes.callsOf(name)
      // A name that is called everywhere says nothing about one function.
      known = candidates.length > MAX_CALLERS ? [] : candidates.filter((call) => this.targetOf(call) === owner)
      this.callers.set(owner, known)
    }
    return known
  }
}

function methodOf(owner: Extract<Node, { type: 'ClassDeclaration' | 'ClassExpression' }> | undefined, name: string | undefined): FunctionNode | undefined {
  for (const member of owner?.body.body ?? []) {
    if (member.type !== 'MethodDefinition' || member.key.type !== 'Identifier' || member.key.name !== name) continue
    if (isFunction(member.value)) return member.value
  }
  return undefined
}
