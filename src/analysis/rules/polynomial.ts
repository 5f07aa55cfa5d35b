/**
 * Regular expressions that take time in the square of a text that outsiders send.
 * The pattern is never run: one that is not tied to a beginning, and begins with an unbounded run that what follows can reject, is tried anew from
 * every character of a run. Patterns that begin otherwise are not judged.
 */
import { memberName, unwrap } from '../syntax/ast.ts'
import type { CallNode, Node } from '../syntax/ast.ts'
import { defineRule } from '../rule.ts'
import type { Rule, RuleContext } from '../rule.ts'
import { Trust } from '../taint/sources.ts'
import { isExponential } from './regex-shape.ts'

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
    const pattern = regex && sourceOf(regex, context)
    if (pattern === undefined || !isQuadratic(pattern) || isExponential(pattern)) return
    const flow = context.tainted(text, 'any', Trust.Remote)
    if (flow) context.report(call, flow)
  },
})

function sourceOf(regex: Node, context: RuleContext): string | undefined {
  const value = context.constants.valueOf(regex)
  return value instanceof RegExp ? value.source : undefined
}

/** A run at the beginning, in a group or not: `\\s+`, `[^,]*`, `.*`, `(a+)`. */
const LEADING_RUN = /^\(*(?:\?:)?(?:\\?[^\\[\]()|^$*+?{}]|\\[sSdDwW.\-/]|\[(?:\\.|[^\]\\])+\])(?:[*+]|\{\d+,\})\??/

/** @returns Whether one alternative of the pattern begins with a run and goes on with what must be there. */
export function isQuadratic(pattern: string): boolean {
  if (pattern.length > 200) return false
  const run = LEADING_RUN.exec(pattern)?.[0]
  const rest = run === undefined ? '' : pattern.slice(run.length).replace(/^\)+[*+?]?/, '')
  return rest !== '' && !rest.startsWith('|') && !isOptional(rest)
}

/** What may be missing rejects nothing. */
function isOptional(rest: string): boolean {
  return /^(?:\\?[^\\[\]()|]|\[(?:\\.|[^\]\\])+\]|\([^()]*\))(?:[*?]|\{0,)\??$/.test(rest)
}

export const polynomialRules: readonly Rule[] = [polynomial]
