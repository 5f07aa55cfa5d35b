/** Which writes to a variable can still be in it where it is used, and what is put into its object by calls. */
import { isFunction, memberName, unwrap } from '../syntax/ast.ts'
import type { CallNode, Node } from '../syntax/ast.ts'
import type { MemberWrite, ScopeTable, Write } from './scope-table.ts'

/** Beyond as many writes a variable is taken to hold any of them. */
const MAX_ORDERED_WRITES = 12

/** Without the writes that a later one, which is always passed on the way to `use`, has overwritten. */
export function livingWrites(writes: readonly Write[], use: Node): readonly Write[] {
  if (writes.length < 2 || writes.length > MAX_ORDERED_WRITES) return writes
  const last = writes.filter((write) => isSurelyWritten(write, use)).reduce<Write | undefined>((best, each) => (best && best.at > each.at ? best : each), undefined)
  return last ? writes.filter((write) => write.at >= last.at && !comesLater(write.value, use)) : writes
}

/** Whether a write comes behind a use in the same function, and no loop leads back. */
function comesLater(write: Node, use: Node): boolean {
  if (write.start < use.end) return false
  let outer: Node | null | undefined = use.parent
  while (outer && !holds(outer, write)) {
    if (isFunction(outer)) return false
    outer = outer.parent
  }
  for (; outer && !isFunction(outer); outer = outer.parent) if (LOOPS.has(outer.type)) return false
  return true
}

const LOOPS: ReadonlySet<string> = new Set(['ForStatement', 'ForInStatement', 'ForOfStatement', 'WhileStatement', 'DoWhileStatement'])

/** What a value may stand in and still be written whenever the statement is run. */
const ALWAYS_RUN: ReadonlySet<string | undefined> = new Set([
  'VariableDeclaration', 'VariableDeclarator', 'AssignmentExpression', 'ExpressionStatement', 'AwaitExpression', 'SequenceExpression', 'ExportNamedDeclaration',
])

/** Whether a use has a written value for certain, and nothing from before that. */
export function isSurelyWritten(write: Write, use: Node): boolean {
  return !write.adds && write.value.end <= use.start && dominates(write, use)
}

/** Whether a statement directly in a block around `use`, and in the same function, holds the write. */
function dominates({ value, name }: Write, use: Node): boolean {
  const block = alwaysRunIn(value, name, use)
  return block !== undefined && holds(block, use) && !hasFunctionBetween(use, block)
}

/** The block that a written value is always written in when the block is run. */
function alwaysRunIn(value: Node, name: string, use: Node): Node | undefined {
  let parent = value.parent
  while (ALWAYS_RUN.has(parent?.type) || isWhereThere(parent, name, use)) parent = parent?.parent
  return parent?.type === 'BlockStatement' || parent?.type === 'Program' ? parent : undefined
}

/** The branch of `if (value) { value = … }`, and that `if`: what is not written there is nothing. */
function isWhereThere(node: Node | null | undefined, name: string, use: Node): boolean {
  const branch = node?.type === 'BlockStatement' ? node.parent : node
  if (!node || branch?.type !== 'IfStatement' || holds(node, use)) return false
  const where = branchWhereThere(branch, name)
  return where !== undefined && (node === branch || node === where)
}

/** Of a condition that asks nothing but whether a variable holds anything, the branch in which it does. */
function branchWhereThere({ test, consequent, alternate }: Extract<Node, { type: 'IfStatement' }>, name: string): Node | null | undefined {
  const isNegated = test.type === 'UnaryExpression' && test.operator === '!'
  const asked = unwrap(isNegated ? test.argument : test)
  if (asked.type !== 'Identifier' || asked.name !== name) return undefined
  return isNegated ? alternate : consequent
}

function holds(outer: Node, inner: Node): boolean {
  return outer.start <= inner.start && inner.end <= outer.end
}

function hasFunctionBetween(inner: Node, outer: Node): boolean {
  for (let current: Node | null | undefined = inner; current && current !== outer; current = current.parent) if (isFunction(current)) return true
  return false
}

const FILLING = ['push', 'append', 'set', 'unshift', 'add', 'assign']

/** Calls that put something into a variable's object, by the variable's name; made when first needed. */
export function indexMutations(scopes: ScopeTable): (name: string) => readonly CallNode[] {
  let index: Map<string, CallNode[]> | undefined
  return (name) => {
    index ??= groupByReceiver(FILLING.flatMap((method) => scopes.callsOf(method)))
    return index.get(name) ?? []
  }
}

function groupByReceiver(calls: readonly CallNode[]): Map<string, CallNode[]> {
  const index = new Map<string, CallNode[]>()
  for (const call of calls) {
    const name = filledName(call)
    const list = index.get(name)
    if (list) list.push(call)
    else index.set(name, [call])
  }
  return index
}

/** `list` of `list.push(…)`, `target` of `Object.assign(target, …)`. */
function filledName(call: CallNode): string {
  const callee = unwrap(call.callee)
  if (callee.type !== 'MemberExpression') return ''
  const object = memberName(callee) === 'assign' ? call.arguments[0] : callee.object
  const target = object && unwrap(object)
  return target?.type === 'Identifier' ? target.name : ''
}

/** Assignments to properties by the name of the variable that holds the object. */
export function groupByOwner(memberWrites: ReadonlyMap<string, readonly MemberWrite[]>): Map<string, MemberWrite[]> {
  const groups = new Map<string, MemberWrite[]>()
  for (const write of [...memberWrites.values()].flat()) {
    const owner = write.target.type === 'MemberExpression' ? unwrap(write.target.object) : undefined
    if (owner?.type !== 'Identifier') continue
    const list = groups.get(owner.name)
    if (list) list.push(write)
    else groups.set(owner.name, [write])
  }
  return groups
}
