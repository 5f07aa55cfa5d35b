/** Text that becomes markup in the browser. */
import { calleeName, memberName, unwrap } from '../syntax/ast.ts'
import type { CallNode, Node } from '../syntax/ast.ts'
import { defineRule } from '../rule.ts'
import type { Rule, RuleContext } from '../rule.ts'
import { Trust } from '../taint/sources.ts'
import type { Flow } from '../taint/taint.ts'
import { calledName, firstTainted, lastWord, stringOf, valueBehind } from './shared.ts'

const MARKUP_PROPERTIES: ReadonlySet<string> = new Set(['innerHTML', 'outerHTML', 'srcdoc'])
/** Text put together, or handed in, is worth a finding; what some call yields only when it is known to be outsiders'. */
const LEAST = Trust.Parameter
const HELP = 'Use textContent, or clean the markup with DOMPurify.sanitize first.'

const markupProperty = defineRule({
  id: 'xss/markup-property',
  cwe: [79],
  severity: 'high',
  title: 'text that is not constant becomes markup',
  help: HELP,
  nodes: ['AssignmentExpression'],
  mentions: [...MARKUP_PROPERTIES],
  check(node, context) {
    if (node.type !== 'AssignmentExpression') return
    const target = unwrap(node.left)
    if (target.type !== 'MemberExpression' || !MARKUP_PROPERTIES.has(memberName(target) ?? '')) return
    const flow = context.tainted(node.right, 'html', LEAST)
    if (flow) context.report(node, flow)
  },
})

const markupCall = defineRule({
  id: 'xss/markup-call',
  cwe: [79],
  severity: 'high',
  title: 'text that is not constant becomes markup',
  help: HELP,
  calls: ['write', 'writeln', 'insertAdjacentHTML', 'createContextualFragment', 'setHTMLUnsafe', 'parseHTMLUnsafe'],
  check(node, context) {
    const call = node as CallNode
    const callee = unwrap(call.callee)
    if (callee.type !== 'MemberExpression') return
    const method = memberName(callee) ?? ''
    if (method.startsWith('write') && !/(?:^|\.)document\.write(?:ln)?$/.test(calledName(call, context))) return
    const flow = firstTainted(method === 'insertAdjacentHTML' ? call.arguments.slice(1) : call.arguments, 'html', LEAST, context)
    if (flow) context.report(call, flow)
  },
})

const jquery = defineRule({
  id: 'xss/jquery-markup',
  cwe: [79],
  severity: 'high',
  title: 'text that is not constant becomes markup',
  help: 'Use .text(), or clean the markup with DOMPurify.sanitize first.',
  calls: ['html', 'append', 'prepend', 'before', 'after', 'replaceWith', 'wrap', 'wrapAll', 'wrapInner', 'appendTo', 'prependTo', 'parseHTML', '$', 'jQuery'],
  check(node, context) {
    const call = node as CallNode
    const name = context.names.of(call.callee) ?? ''
    const isSelected = /^(?:\$|jQuery|mod:jquery|angular\.element|(?:local|param):\$\w+)(?=[.(]).*\.(?:html|append|prepend|before|after|replaceWith|wrap\w*|appendTo|prependTo|parseHTML)$/.test(name)
    const isSelector = /^(?:\$|jQuery|mod:jquery)$/.test(name)
    if (!isSelected && !isSelector) return
    const flow = context.tainted(call.arguments[0], 'html', isSelector || name.startsWith('angular') ? Trust.Remote : Trust.Parameter) ?? angularScope(call, name, context)
    if (flow) context.report(call, flow)
  },
})

/** The whole of an AngularJS scope holds whatever a template has bound. */
function angularScope(call: CallNode, name: string, context: RuleContext): Flow | undefined {
  const value = call.arguments[0] && unwrap(call.arguments[0])
  if (!name.startsWith('angular.element') || value?.type !== 'Identifier' || !/^\$(?:root)?[sS]cope$/.test(value.name)) return undefined
  return context.trace(value, 'html')
}

const attribute = defineRule({
  id: 'xss/script-address',
  cwe: [79, 601],
  severity: 'medium',
  title: 'outsiders choose an address that can run script',
  help: 'Allow only http: and https: (new URL(value).protocol) before it becomes an address.',
  calls: ['setAttribute', 'attr', 'prop'],
  check(node, context) {
    const call = node as CallNode
    const name = stringOf(call.arguments[0], context)
    if (name === undefined || !/^(?:href|src|action|formaction|data|xlink:href|srcdoc|on\w+)$/i.test(name)) return
    const flow = context.tainted(call.arguments[1], /^(?:srcdoc|on)/i.test(name) ? 'html' : 'url', Trust.Remote)
    if (flow) context.report(call, flow)
  },
})

const SCRIPTABLE: ReadonlySet<string> = new Set(['href', 'src', 'action', 'formAction'])
/** What shows a picture or plays a sound runs nothing. */
const MEDIA = /^(?:img|image|picture|photo|avatar|thumb(?:nail)?|icon|logo|video|audio|media|sound|source|track|poster)/i

const assignedAddress = defineRule({
  id: 'xss/element-address',
  cwe: [79, 601],
  severity: 'medium',
  title: 'outsiders choose an address that can run script',
  help: 'Allow only http: and https: (new URL(value).protocol) before it becomes an address.',
  nodes: ['AssignmentExpression'],
  mentions: [...SCRIPTABLE],
  remoteOnly: true,
  check(node, context) {
    if (node.type !== 'AssignmentExpression') return
    const target = unwrap(node.left)
    if (target.type !== 'MemberExpression' || !SCRIPTABLE.has(memberName(target) ?? '') || !isElement(target.object, context)) return
    const flow = context.tainted(node.right, 'url', Trust.Remote)
    if (flow && !isOwnAddress(flow, context)) context.report(node, flow)
  },
})

function isElement(node: Node, context: RuleContext): boolean {
  const object = unwrap(node)
  if (MEDIA.test(lastWord(object))) return false
  const made = valueBehind(object, context)
  if (made.type === 'CallExpression' && calleeName(made) === 'createElement') return /^(?:a|iframe|embed|form|area|base|object)$/i.test(stringOf(made.arguments[0], context) ?? '')
  if (/(?:querySelector|getElementById|closest|\$refs\.\w+|\.current)(?:\(\))?$/.test(context.names.of(object) ?? '')) return true
  return /(?:iframe|frame|anchor|link|embed)(?:El(?:ement)?)?$/i.test(lastWord(object))
}

/** A page's own address is no outsider's choice of a scheme. */
function isOwnAddress(flow: Flow, context: RuleContext): boolean {
  return /(?:^|\.)location(?:\.(?:href|pathname|host|hostname))?$/.test(context.names.of(flow.origin) ?? '')
}

const setProperty = defineRule({
  id: 'xss/renderer-markup',
  cwe: [79],
  severity: 'high',
  title: 'text that is not constant becomes markup',
  help: HELP,
  calls: ['setProperty'],
  check(node, context) {
    const call = node as CallNode
    const [, name, value] = call.arguments
    if (!MARKUP_PROPERTIES.has(stringOf(name, context) ?? '')) return
    const flow = context.tainted(value, 'html', LEAST)
    if (flow) context.report(call, flow)
  },
})

export const xssDomRules: readonly Rule[] = [markupProperty, markupCall, jquery, attribute, assignedAddress, setProperty]
