/** Scripts, frames and lit templates that outsiders fill. */
import { memberName, unwrap } from '../syntax/ast.ts'
import type { Node } from '../syntax/ast.ts'
import { defineRule, defineSinkRule } from '../rule.ts'
import type { Rule, RuleContext } from '../rule.ts'
import { Trust } from '../taint/sources.ts'
import { textOf, valueBehind } from './shared.ts'

const scriptSource = defineRule({
  id: 'xss/script-source',
  cwe: [79, 829],
  severity: 'high',
  title: 'outsiders choose which script, or which page in a frame, is loaded',
  help: 'Load from fixed addresses.',
  nodes: ['AssignmentExpression'],
  remoteOnly: true,
  check(node, context) {
    if (node.type !== 'AssignmentExpression') return
    const target = unwrap(node.left)
    if (target.type !== 'MemberExpression' || !/^(?:src|text|data)$/.test(memberName(target) ?? '')) return
    if (!/^(?:script|iframe|embed|object)$/i.test(elementName(target.object, context))) return
    const flow = context.tainted(node.right, 'url', Trust.Remote)
    if (flow) context.report(node, flow)
  },
})

/** `script` of `document.createElement('script')`, also through a variable; empty for anything else. */
function elementName(node: Node, context: RuleContext): string {
  const made = valueBehind(node, context)
  if (made.type !== 'CallExpression') return ''
  const callee = unwrap(made.callee)
  return callee.type === 'MemberExpression' && memberName(callee) === 'createElement' ? textOf(made.arguments[0], context) : ''
}

const rawTemplate = defineSinkRule({
  id: 'xss/lit-raw-markup',
  cwe: [79],
  severity: 'high',
  title: 'text that is not constant becomes markup',
  help: 'Put the value into the template as it is, or clean it with DOMPurify.sanitize first.',
  category: 'html',
  calls: ['unsafeHTML', 'unsafeSVG', 'unsafeStatic', 'SafeString', 'raw'],
  sinks: [{ callee: /^mod:(?:lit|lit-html|@lit|@polymer\/lit-element)\b.*\.unsafe(?:HTML|SVG|Static)$|^mod:handlebars\.SafeString$/, least: Trust.Parameter }, { callee: /^mod:(?:hono\/html|hono\/utils\/html|nanohtml|hyperhtml)(?:\.raw)?$/, least: Trust.Remote }],
})

const scriptText = defineRule({
  id: 'code-injection/script-text',
  cwe: [94, 79],
  severity: 'high',
  title: 'a text that is not constant becomes the text of a script',
  help: 'Pass data as JSON in an element of its own, and parse it.',
  nodes: ['AssignmentExpression'],
  mentions: ['textContent', 'innerText', 'text', 'innerHTML'],
  check(node, context) {
    if (node.type !== 'AssignmentExpression') return
    const target = unwrap(node.left)
    if (target.type !== 'MemberExpression' || !/^(?:textContent|innerText|text|innerHTML)$/.test(memberName(target) ?? '') || !/^script$/i.test(elementName(target.object, context))) return
    const flow = context.tainted(node.right, 'code', Trust.Remote)
    if (flow) context.report(node, flow)
  },
})

export const scriptSourceRules: readonly Rule[] = [scriptSource, rawTemplate, scriptText]
