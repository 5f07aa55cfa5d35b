/** Amounts and methods that outsiders choose. */
import { memberName, unwrap } from '../syntax/ast.ts'
import type { CallNode, Node } from '../syntax/ast.ts'
import { defineRule } from '../rule.ts'
import type { Rule, RuleContext } from '../rule.ts'
import { Trust } from '../taint/sources.ts'
import type { Flow } from '../taint/taint.ts'
import { descendants, dottedText, firstTainted, functionAround, isComputedMember, isPartOfName, valueBehind } from './shared.ts'
import { isPassed } from './validation.ts'

const loopBound = defineRule({
  id: 'resource/loop-bound',
  cwe: [834, 400],
  severity: 'low',
  title: 'outsiders choose how often a loop runs',
  help: 'Make sure that it is a list (Array.isArray), and bound its length.',
  nodes: ['ForStatement', 'WhileStatement'],
  remoteOnly: true,
  check(node, context) {
    if (node.type !== 'ForStatement' && node.type !== 'WhileStatement') return
    const test = node.test && unwrap(node.test)
    if (test?.type !== 'BinaryExpression' || !/^[<>]=?$/.test(test.operator)) return
    const flow = firstTainted([withoutLength(test.left), withoutLength(test.right)], 'any', Trust.Remote, context)
    if (flow && !isBounded(flow, withoutLength(test.right), node)) context.report(node, flow)
  },
})

/** `list` of `list.length`; anything else as it is. */
function withoutLength(side: Node): Node {
  const target = unwrap(side)
  return target.type === 'MemberExpression' && memberName(target) === 'length' ? target.object : side
}

const allocation = defineRule({
  id: 'resource/allocation',
  cwe: [770, 789],
  severity: 'low',
  title: 'outsiders choose how much memory or time is taken',
  help: 'Bound the number before it is used.',
  calls: ['alloc', 'allocUnsafe', 'allocUnsafeSlow', 'Buffer', 'SlowBuffer', 'Array', 'repeat', 'padStart', 'padEnd', 'setTimeout', 'setInterval'],
  remoteOnly: true,
  check(node, context) {
    const call = node as CallNode
    const name = context.names.of(call.callee) ?? ''
    const amount = amountOf(call, name)
    if (!amount) return
    // Converting to a number does not bound it.
    const inner = numbersIn(amount, context)
    if (MAKES_OF_TEXT.test(name) && !isNumber(amount, context)) return
    const flow = firstTainted(inner, 'any', Trust.Remote, context)
    if (flow && !isOwnAddress(flow, context) && !isBounded(flow, amount, call)) context.report(call, flow)
  },
})

/** Who opens a page with such an address keeps none but oneself waiting. */
function isOwnAddress({ origin }: Flow, { names }: RuleContext): boolean {
  return /^(?:(?:window|document|self|globalThis)\.)?location\b/.test(names.of(origin) ?? '')
}

/** Made of a text they hold that text, and of a number as much as it says. */
const MAKES_OF_TEXT = /^(?:Buffer|Array)$/

function amountOf({ arguments: [first, second] }: CallNode, name: string): Node | undefined {
  if (/^(?:setTimeout|setInterval)$/.test(name)) return second
  if (MAKES_OF_TEXT.test(name)) return second ? undefined : first
  return /\.(?:repeat|padStart|padEnd)$|^Buffer\.alloc(?:Unsafe(?:Slow)?)?$|^(?:mod:buffer\.)?SlowBuffer$/.test(name) ? first : undefined
}

const CONVERSION = /^(?:parseInt|parseFloat|Number|Math\.(?:ceil|floor|round|trunc|abs))$/

/** A value that is a number for certain. */
function isNumber(node: Node, context: RuleContext): boolean {
  const value = valueBehind(node, context)
  switch (value.type) {
    case 'CallExpression':
    case 'NewExpression':
      return CONVERSION.test(context.names.of(value.callee) ?? '')
    case 'BinaryExpression':
      return value.operator === '+' ? isNumber(value.left, context) && isNumber(value.right, context) : /^[-*/%]$/.test(value.operator)
    case 'UnaryExpression':
      return value.operator === '+'
    default:
      return value.type === 'Literal' && typeof value.value === 'number'
  }
}

/** What a number is computed from, through variables and conversions. */
function numbersIn(node: Node, context: RuleContext, depth = 0): readonly Node[] {
  const value = valueBehind(node, context)
  const operands = depth > 4 ? [] : operandsIn(value, context)
  return operands.length === 0 ? [value] : operands.flatMap((operand) => numbersIn(operand, context, depth + 1))
}

function operandsIn(value: Node, context: RuleContext): readonly Node[] {
  switch (value.type) {
    case 'CallExpression':
    case 'NewExpression':
      return CONVERSION.test(context.names.of(value.callee) ?? '') ? value.arguments.slice(0, 1) : []
    case 'BinaryExpression':
    case 'LogicalExpression':
      return [value.left, value.right]
    default:
      return value.type === 'UnaryExpression' && value.operator === '+' ? [value.argument] : []
  }
}

/** Whether something on the way compares the value, or its length, with a limit. */
function isBounded(flow: Flow, amount: Node, place: Node): boolean {
  const owner = functionAround(place)
  const names = new Set([amount, flow.origin, ...flow.steps].flatMap((each) => dottedText(each) ?? []))
  if (!owner) return false
  return descendants(owner).some((each) => each.type === 'IfStatement' && isBound(each.test, names) && (isWithinBranch(place, each) || (each.end <= place.start && isPassed(each, place))))
}

function isBound(test: Node, names: ReadonlySet<string>): boolean {
  return descendants(test, 60).some((each) => each.type === 'BinaryExpression' && /^[<>]=?$/.test(each.operator) && [each.left, each.right].some((side) => names.has((dottedText(side) ?? '').replace(/\.length$/, ''))))
}

/** The branch that holds where a value is below a limit, or whichever is reached where it is not above one. */
function isWithinBranch(place: Node, { test, consequent, alternate }: Extract<Node, { type: 'IfStatement' }>): boolean {
  const isUpper = test.type !== 'BinaryExpression' || /^</.test(test.operator) === (test.left.type !== 'Literal')
  const branch = isUpper ? consequent : alternate
  return branch !== null && branch !== undefined && branch.start <= place.start && place.end <= branch.end
}

const chosenMethod = defineRule({
  id: 'code-injection/chosen-method',
  cwe: [754, 94],
  severity: 'medium',
  title: 'outsiders choose which method is called',
  help: 'Look the name up in a Map of the functions that may be called.',
  nodes: ['CallExpression'],
  remoteOnly: true,
  check(node, context) {
    if (node.type !== 'CallExpression') return
    const callee = unwrap(node.callee)
    if (callee.type !== 'MemberExpression' || !isComputedMember(callee) || isPartOfName(valueBehind(callee.property, context))) return
    const flow = context.tainted(callee.property, 'key', Trust.Remote)
    if (flow) context.report(node, flow)
  },
})

export const exhaustionRules: readonly Rule[] = [loopBound, allocation, chosenMethod]
