/** Amounts and methods that outsiders choose. */
import { memberName, unwrap } from '../syntax/ast.ts'
import type { CallNode, Node } from '../syntax/ast.ts'
import { defineRule } from '../rule.ts'
import type { Rule } from '../rule.ts'
import { Trust } from '../taint/sources.ts'
import { firstTainted, isComputedMember, isPartOfName } from './shared.ts'

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
    if (flow) context.report(node, flow)
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
  calls: ['alloc', 'allocUnsafe', 'Buffer', 'Array', 'repeat', 'padStart', 'padEnd', 'setTimeout', 'setInterval'],
  remoteOnly: true,
  check(node, context) {
    const call = node as CallNode
    const name = context.names.of(call.callee) ?? ''
    const isTimer = /^(?:setTimeout|setInterval)$/.test(name)
    const isText = /\.(?:repeat|padStart|padEnd)$/.test(name)
    if (!isTimer && !isText && !/^(?:Buffer\.alloc(?:Unsafe)?|Buffer|Array)$/.test(name)) return
    // Converting to a number does not bound it.
    const flow = context.tainted(innerNumber(call.arguments[isTimer ? 1 : 0]), 'any', Trust.Remote)
    if (flow) context.report(call, flow)
  },
})

function innerNumber(node: Node | undefined): Node | undefined {
  const target = node && unwrap(node)
  return target?.type === 'CallExpression' && target.callee.type === 'Identifier' && /^(?:parseInt|parseFloat|Number)$/.test(target.callee.name) ? target.arguments[0] : target
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
    if (callee.type !== 'MemberExpression' || !isComputedMember(callee) || isPartOfName(callee.property)) return
    const flow = context.tainted(callee.property, 'key', Trust.Remote)
    if (flow) context.report(node, flow)
  },
})

export const exhaustionRules: readonly Rule[] = [loopBound, allocation, chosenMethod]
