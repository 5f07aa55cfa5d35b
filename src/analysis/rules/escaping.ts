/** Escaping that is switched off, done by hand, or done once where it is needed often. */
import { memberName, unwrap } from '../syntax/ast.ts'
import type { AssignmentExpression, CallNode, Node } from '../syntax/ast.ts'
import { defineRule } from '../rule.ts'
import type { Rule, RuleContext } from '../rule.ts'
import { Trust } from '../taint/sources.ts'
import { isFalse, isTrue, lastWord, textOf } from './shared.ts'

const noEscape = defineRule({
  id: 'xss/escaping-off',
  cwe: [79, 116],
  severity: 'medium',
  title: 'a template engine is told not to escape',
  help: 'Leave escaping on and mark the few trusted values instead.',
  nodes: ['Property', 'AssignmentExpression'],
  mentions: ['noEscape', 'autoescape', 'escapeMarkup', 'mustache', 'Mustache', 'handlebars', 'Handlebars'],
  check(node, context) {
    if (node.type === 'Property') {
      if (isOffInOptions(node, context)) context.report(reportedOf(node))
    } else if (node.type === 'AssignmentExpression' && isReplaced(node, context)) context.report(node)
  },
})

function isOffInOptions({ key, value }: Extract<Node, { type: 'Property' }>, context: RuleContext): boolean {
  if (key.type !== 'Identifier') return false
  if (key.name === 'noEscape') return isTrue(value, context)
  return (key.name === 'autoescape' || key.name === 'escapeMarkup') && isFalse(value, context)
}

/** `engine.escapeMarkup = false`, `mustache.escape = (text) => text`. */
function isReplaced({ left, right }: AssignmentExpression, context: RuleContext): boolean {
  const target = unwrap(left)
  if (target.type !== 'MemberExpression') return false
  const name = memberName(target)
  if (name === 'escapeMarkup') return isFalse(right, context)
  return name === 'escape' && /mustache|markup|handlebars/i.test(context.names.of(target.object) ?? '')
}

/** The call that the option is for, where there is one on the way. */
function reportedOf(option: Node): Node {
  const call = option.parent?.parent
  return call?.type === 'CallExpression' || call?.type === 'NewExpression' ? call : option
}

const manualEscape = defineRule({
  id: 'xss/manual-escaping',
  cwe: [79, 116],
  severity: 'low',
  title: 'markup is escaped by hand, which leaves gaps',
  help: 'Use a library that escapes for the context, or DOMPurify.sanitize.',
  calls: ['replaceAll', 'replace'],
  check(node, context) {
    const call = node as CallNode
    const callee = unwrap(call.callee)
    if (callee.type !== 'MemberExpression' || !escapesBracket(call, context)) return
    const flow = context.tainted(callee.object, 'html', Trust.Parameter) ?? (isUserInput(callee.object) ? context.trace(callee.object, 'html') : undefined)
    if (flow) context.report(call, flow)
  },
})

/** `<` becomes `&lt;`. */
function escapesBracket(call: CallNode, context: RuleContext): boolean {
  const pattern = context.constants.valueOf(call.arguments[0])
  const isBracket = pattern === '<' || (pattern instanceof RegExp && pattern.source === '<')
  return isBracket && /^&(?:lt|#60|#x3c);$/i.test(textOf(call.arguments[1], context))
}

function isUserInput(node: Node): boolean {
  return /input|html|content|comment|message/i.test(lastWord(unwrap(node)))
}

const incompleteEscape = defineRule({
  id: 'xss/incomplete-escaping',
  cwe: [116, 79],
  severity: 'low',
  title: 'only the first of the characters that matter is escaped',
  help: 'Use a regular expression with the g flag, or replaceAll; better, a library that escapes for the context.',
  calls: ['replace'],
  check(node, context) {
    const call = node as CallNode
    const [pattern, substitute] = [context.constants.valueOf(call.arguments[0]), context.constants.valueOf(call.arguments[1])]
    if (typeof pattern !== 'string' || typeof substitute !== 'string' || !/^['"<>&\\`]$/.test(pattern)) return
    if (call.callee.type === 'MemberExpression' && !isRepeated(call) && !context.constants.isConstant(call.callee.object)) context.report(call)
  },
})

/** In a loop every occurrence gets its turn. */
function isRepeated(node: Node): boolean {
  for (let current = node.parent; current; current = current.parent) if (/^(?:While|DoWhile|For)/.test(current.type)) return true
  return false
}

export const escapingRules: readonly Rule[] = [incompleteEscape, noEscape, manualEscape]
