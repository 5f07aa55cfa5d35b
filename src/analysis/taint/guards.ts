/**
 * Lists of what is allowed: a value that a condition has found among written ones, or in a pattern without loopholes, is
 * as good as written.
 */
import { calleeName, unwrap } from '../syntax/ast.ts'
import type { CallNode, FunctionNode, Node } from '../syntax/ast.ts'
import { allows, dottedText, entered, refuses } from './conditions.ts'
import type { Asked } from './conditions.ts'

export { dottedText }

/** What is left of a block when it is run. */
function leaves(node: Node): boolean {
  switch (node.type) {
    case 'BlockStatement':
      return node.body.some(leaves)
    case 'ExpressionStatement':
      return node.expression.type === 'CallExpression' && dottedText(node.expression.callee) === 'process.exit'
    default:
      return node.type === 'ReturnStatement' || node.type === 'ThrowStatement' || node.type === 'ContinueStatement' || node.type === 'BreakStatement'
  }
}

/** Whether a place is reached only when the value is among those that are allowed. */
export function isGuarded(place: Node, asked: Asked): boolean {
  let inner = place
  for (let outer: Node | null | undefined = place.parent ?? asked.around.parentOf(place); outer; inner = outer, outer = outer.parent) if (isGuardedBy(outer, inner, asked)) return true
  return false
}

function isGuardedBy(outer: Node, inner: Node, asked: Asked): boolean {
  switch (outer.type) {
    case 'IfStatement':
    case 'ConditionalExpression':
      return isChosen(outer, inner, asked)
    case 'LogicalExpression':
      return inner === outer.right && isReached(outer, asked)
    case 'SwitchCase':
      return isCase(outer, asked) || isTurnedBack(outer.consequent, inner, asked)
    case 'BlockStatement':
    case 'Program':
      return isTurnedBack(outer.body, inner, asked)
    default:
      return false
  }
}

function isChosen({ test, consequent, alternate }: Extract<Node, { type: 'IfStatement' | 'ConditionalExpression' }>, inner: Node, asked: Asked): boolean {
  return inner === consequent ? allows(test, asked) : inner === alternate && refuses(test, asked)
}

function isReached({ operator, left }: Extract<Node, { type: 'LogicalExpression' }>, asked: Asked): boolean {
  return operator === '&&' ? allows(left, asked) : operator === '||' && refuses(left, asked)
}

/** `case 'a':` of a switch over the value, with no `default` that may run into it. */
function isCase(node: Extract<Node, { type: 'SwitchCase' }>, asked: Asked): boolean {
  const around = node.parent
  if (around?.type !== 'SwitchStatement' || !asked.names.has(dottedText(around.discriminant) ?? '')) return false
  return around.cases.slice(0, around.cases.indexOf(node) + 1).every(({ test }) => test?.type === 'Literal')
}

function isTurnedBack(statements: readonly Node[], inner: Node, asked: Asked): boolean {
  return statements.some((each) => each.end <= inner.start && turnsBack(each, asked))
}

/** `if (!LIST.includes(x)) return`, `assert(LIST.includes(x))`, and a call of a function that does so. */
function turnsBack(statement: Node, asked: Asked): boolean {
  if (statement.type === 'IfStatement') return leaves(statement.consequent) && refuses(statement.test, asked)
  if (statement.type !== 'ExpressionStatement') return false
  const expression = unwrap(statement.expression)
  const call = expression.type === 'AwaitExpression' ? unwrap(expression.argument) : expression
  return call.type === 'CallExpression' && (asserts(call, asked) || throwsOnOthers(call, asked))
}

function asserts(call: CallNode, asked: Asked): boolean {
  const [first] = call.arguments
  return first !== undefined && /^(?:assert|invariant|ok)$/.test(calleeName(call) ?? '') && allows(first, asked)
}

/** A function of the module that ends in an error for what is not allowed. */
function throwsOnOthers(call: CallNode, asked: Asked): boolean {
  const inner = entered(call, asked)
  return inner !== undefined && bodyOf(inner.target).some((each) => each.type === 'IfStatement' && throws(each.consequent) && refuses(each.test, inner.asked))
}

function bodyOf({ body }: FunctionNode): readonly Node[] {
  return body?.type === 'BlockStatement' ? body.body : []
}

function throws(node: Node): boolean {
  return node.type === 'BlockStatement' ? node.body.some(throws) : node.type === 'ThrowStatement'
}
