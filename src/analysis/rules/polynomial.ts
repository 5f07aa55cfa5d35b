/** Regular expressions that take time in the square of a text that outsiders send; see `regex-ambiguity.ts`. */
import { memberName, unwrap } from '../syntax/ast.ts'
import type { CallNode, Node } from '../syntax/ast.ts'
import { defineRule } from '../rule.ts'
import type { Rule, RuleContext } from '../rule.ts'
import { Trust } from '../taint/sources.ts'
import { isExponential, isQuadratic } from './regex-ambiguity.ts'

const polynomial = defineRule({
  id: 'redos/polynomial',
  cwe: [1333, 400],
  severity: 'low',
  title: 'outsiders’ text meets a pattern that takes time in the square of its length',
  help: 'Bound the length of the text first, tie the pattern to a beginning, or walk the text by hand.',
  calls: ['test', 'exec', 'match', 'matchAll', 'replace', 'replaceAll', 'search', 'split'],
  remoteOnly: true,
  check(node, context) {
    const call = node as CallNode
    const callee = unwrap(call.callee)
    if (callee.type !== 'MemberExpression') return
    const isOwn = /^(?:test|exec)$/.test(memberName(callee) ?? '')
    const [regex, text] = isOwn ? [callee.object, call.arguments[0]] : [call.arguments[0], callee.object]
    const pattern = regex && patternOf(regex, context)
    const flow = pattern && context.tainted(text, 'any', Trust.Remote)
    if (flow && isQuadratic(pattern.source, pattern.flags) && !isExponential(pattern.source, pattern.flags)) context.report(call, flow)
  },
})

function patternOf(regex: Node, context: RuleContext): RegExp | undefined {
  const value = context.constants.valueOf(regex)
  return value instanceof RegExp ? value : undefined
}

export const polynomialRules: readonly Rule[] = [polynomial]
