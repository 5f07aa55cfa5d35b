/** Values that the text alone decides, as far as rules need them. */
import { memberName, property, staticKey, unwrap } from '../syntax/ast.ts'
import type { Node } from '../syntax/ast.ts'
import type { ScopeTable } from './scope-table.ts'

export type Constant = string | number | boolean | null | RegExp

const MAX_DEPTH = 32

export interface Constants {
  /** The value, where the text decides it. */
  valueOf(node: Node | null | undefined): Constant | undefined
  /** Whether nothing outside the text has a say in the value; objects and arrays of constants are constant. */
  isConstant(node: Node | null | undefined): boolean
  /** The literal behind an expression: a variable that is written once is looked through. */
  literal(node: Node | null | undefined): Node | undefined
  /** An option in an object literal, looked up through variables, spreads, `Object.assign`, and later `x.option = …` writes. */
  option(node: Node | null | undefined, name: string): Node | undefined
}

export function createConstants(scopes: ScopeTable): Constants {
  return new Evaluator(scopes)
}

class Evaluator implements Constants {
  private depth = 0
  /** Answers to questions from outside: those on the way to another answer may have been cut short. */
  private readonly known = new Map<Node, boolean>()

  constructor(private readonly scopes: ScopeTable) {}

  valueOf(node: Node | null | undefined): Constant | undefined {
    return this.guarded(node, (target) => this.evaluate(target))
  }

  isConstant(node: Node | null | undefined): boolean {
    if (this.depth > 0 || !node) return this.checkBounded(node)
    let known = this.known.get(node)
    if (known === undefined) this.known.set(node, (known = this.checkBounded(node)))
    return known
  }

  private checkBounded(node: Node | null | undefined): boolean {
    return this.guarded(node, (target) => this.checkConstant(target)) ?? false
  }

  literal(node: Node | null | undefined): Node | undefined {
    return this.guarded(node, (target) => {
      if (target.type === 'MemberExpression') return this.throughMember(target)
      return target.type === 'Identifier' ? (this.literal(this.onlyWrite(target)) ?? target) : target
    })
  }

  option(node: Node | null | undefined, name: string): Node | undefined {
    return this.guarded(node, (target) => {
      if (target.type === 'ObjectExpression') return property(target, name) ?? this.fromSpreads(target, name)
      if (target.type === 'CallExpression') return this.fromAssign(target, name)
      if (target.type === 'MemberExpression') return this.option(this.throughMember(target), name)
      if (target.type !== 'Identifier') return undefined
      return this.laterWrite(target, name) ?? this.option(this.onlyWrite(target), name)
    })
  }

  private guarded<T>(node: Node | null | undefined, run: (target: Node) => T | undefined): T | undefined {
    if (!node || this.depth > MAX_DEPTH) return undefined
    this.depth++
    const result = run(unwrap(node))
    this.depth--
    return result
  }

  private fromSpreads(object: Extract<Node, { type: 'ObjectExpression' }>, name: string): Node | undefined {
    for (const entry of object.properties.toReversed()) {
      const found = entry.type === 'SpreadElement' ? this.option(entry.argument, name) : undefined
      if (found) return found
    }
    return undefined
  }

  private fromAssign(call: Extract<Node, { type: 'CallExpression' }>, name: string): Node | undefined {
    const callee = unwrap(call.callee)
    if (callee.type !== 'MemberExpression' || !['assign', 'extend', 'merge', 'defaults'].includes(memberName(callee) ?? '')) return undefined
    for (const argument of call.arguments) {
      const found = this.option(argument, name)
      if (found) return found
    }
    return undefined
  }

  private laterWrite(target: Extract<Node, { type: 'Identifier' }>, name: string): Node | undefined {
    const binding = this.scopes.resolve(target.name, target.start)
    if (!binding) return undefined
    for (const write of this.scopes.memberWritesOf(name)) {
      const owner = write.target.type === 'MemberExpression' ? unwrap(write.target.object) : undefined
      if (owner?.type === 'Identifier' && owner.name === target.name && this.scopes.resolve(owner.name, owner.start) === binding) return write.value
    }
    return undefined
  }

  /** The one value of a variable; nothing when it is written twice, added to, or taken from a pattern. */
  private onlyWrite(target: Extract<Node, { type: 'Identifier' }>): Node | undefined {
    const binding = this.scopes.resolve(target.name, target.start)
    if (binding?.kind !== 'variable') return undefined
    const writes = this.scopes.writesOf(binding)
    const [write] = writes
    if (!write || writes.length !== 1 || write.adds) return undefined
    return write.path.length === 0 ? write.value : this.follow(write.value, write.path)
  }

  private follow(value: Node, path: readonly string[]): Node | undefined {
    let current: Node | undefined = value
    for (const step of path) current = step === '*' || step === '...' ? undefined : this.option(current, step)
    return current
  }

  private throughMember(node: Extract<Node, { type: 'MemberExpression' }>): Node | undefined {
    const name = memberName(node)
    if (name === undefined) return undefined
    const object = unwrap(node.object)
    if (object.type === 'ThisExpression') return this.ownField(name, node)
    const value = this.option(object, name)
    return value && this.literal(value)
  }

  private ownField(name: string, use: Node): Node | undefined {
    const writes = this.scopes.memberWritesOf(name).filter((write) => write.target.type === 'MemberExpression' && write.target.object.type === 'ThisExpression')
    if (writes.length > 1) return undefined
    return this.literal(writes[0]?.value ?? declaredField(use, name))
  }

  private evaluate(node: Node): Constant | undefined {
    switch (node.type) {
      case 'Literal':
        return typeof node.value === 'bigint' ? undefined : (node.value as Constant)
      case 'TemplateLiteral':
        return this.template(node)
      case 'BinaryExpression':
        return node.operator === '+' ? this.sum(node.left, node.right) : undefined
      case 'UnaryExpression':
        return this.unary(node)
      default:
        return this.valueOf(this.standIn(node))
    }
  }

  /** The expression that has the same value. */
  private standIn(node: Node): Node | undefined {
    switch (node.type) {
      case 'Identifier':
        return this.onlyWrite(node)
      case 'MemberExpression':
        return this.throughMember(node)
      case 'LogicalExpression':
        return node.operator === '&&' ? node.right : node.left
      default:
        return undefined
    }
  }

  private template(node: Extract<Node, { type: 'TemplateLiteral' }>): string | undefined {
    let text = node.quasis[0]?.value.cooked ?? ''
    for (let index = 0; index < node.expressions.length; index++) {
      const value = this.valueOf(node.expressions[index])
      if (value === undefined) return undefined
      text += `${String(value)}${node.quasis[index + 1]?.value.cooked ?? ''}`
    }
    return text
  }

  private sum(left: Node, right: Node): Constant | undefined {
    const a = this.valueOf(left)
    const b = this.valueOf(right)
    if (a === undefined || b === undefined) return undefined
    return typeof a === 'number' && typeof b === 'number' ? a + b : `${String(a)}${String(b)}`
  }

  private unary(node: Extract<Node, { type: 'UnaryExpression' }>): Constant | undefined {
    const value = this.valueOf(node.argument)
    if (value === undefined) return undefined
    if (node.operator === '!') return !value
    return node.operator === '-' && typeof value === 'number' ? -value : undefined
  }

  private checkConstant(node: Node): boolean {
    const parts = partsOf(node)
    if (parts) return parts.every((part) => part === null || this.isConstant(part))
    if (node.type === 'Identifier') return OWN_NAMES.has(node.name) || this.constantVariable(node)
    return OF_THE_TEXT.has(node.type) || this.evaluate(node) !== undefined
  }

  /** Whether something is put into an object of this name; of which variable of that name is not asked. */
  private isFilledLater(name: string): boolean {
    return ['push', 'append', 'set', 'unshift', 'add'].some((method) =>
      this.scopes.callsOf(method).some(({ callee }) => callee.type === 'MemberExpression' && callee.object.type === 'Identifier' && callee.object.name === name),
    )
  }

  /** Every value it is ever given is constant. */
  private constantVariable(node: Extract<Node, { type: 'Identifier' }>): boolean {
    const binding = this.scopes.resolve(node.name, node.start)
    if (binding?.kind === 'function') return true
    if (binding?.kind !== 'variable') return false
    const writes = this.scopes.writesOf(binding)
    return writes.length > 0 && !this.isFilledLater(node.name) && writes.every((write) => write.path.every((step) => step !== 'key') && this.isConstant(write.value))
  }
}

/** What a field of the class around is given where it is declared. */
function declaredField(use: Node, name: string): Node | undefined {
  let owner: Node | null | undefined = use
  while (owner && owner.type !== 'ClassBody') owner = owner.parent
  for (const member of owner?.body ?? []) if (member.type === 'PropertyDefinition' && staticKey(member, member.key) === name) return member.value ?? undefined
  return undefined
}

/** Expressions that the text alone makes. */
const OF_THE_TEXT: ReadonlySet<string> = new Set(['FunctionExpression', 'ArrowFunctionExpression', 'FunctionDeclaration', 'ClassExpression'])
const OWN_NAMES: ReadonlySet<string> = new Set(['undefined', '__dirname', '__filename'])

/** What has to be constant for an expression to be constant; nothing where that is not all. */
function partsOf(node: Node): readonly (Node | null)[] | undefined {
  switch (node.type) {
    case 'ArrayExpression':
      return node.elements.map((element) => (element?.type === 'SpreadElement' ? element.argument : element))
    case 'ObjectExpression':
      return node.properties.map((entry) => (entry.type === 'SpreadElement' ? entry.argument : entry.value))
    case 'ConditionalExpression':
      return [node.consequent, node.alternate]
    case 'LogicalExpression':
      return [node.left, node.right]
    case 'NewExpression':
      return node.arguments
    case 'CallExpression':
      return node.callee.type === 'MemberExpression' ? [node.callee.object, ...node.arguments] : undefined
    default:
      return undefined
  }
}
