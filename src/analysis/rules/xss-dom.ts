/** Text that becomes markup in the browser. */
import { calleeName, memberName, unwrap } from '../syntax/ast.ts'
import type { CallNode, Node } from '../syntax/ast.ts'
import { defineRule } from '../rule.ts'
import type { Rule, RuleContext } from '../rule.ts'
import type { Category } from '../taint/sanitizers.ts'
import { Trust } from '../taint/sources.ts'
import type { Flow } from '../taint/taint.ts'
import { calledName, dottedText, firstTainted, functionAround, lastWord, placeOf, stringOf, valueBefore, valueBehind } from './shared.ts'
import { isAskedAbout } from './validation.ts'

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

/** Methods that are told first where the markup goes. */
const TAKES_PLACE = /^(?:insertAdjacentHTML|(?:set(?:Inner|Outer)|insertAdjacent)HTMLUnsafe)$/

const markupCall = defineRule({
  id: 'xss/markup-call',
  cwe: [79],
  severity: 'high',
  title: 'text that is not constant becomes markup',
  help: HELP,
  calls: ['write', 'writeln', 'insertAdjacentHTML', 'createContextualFragment', 'setHTMLUnsafe', 'parseHTMLUnsafe', 'setInnerHTMLUnsafe', 'setOuterHTMLUnsafe', 'insertAdjacentHTMLUnsafe', 'execUnsafeLocalFunction'],
  check(node, context) {
    const call = node as CallNode
    const callee = unwrap(call.callee)
    if (callee.type !== 'MemberExpression') return
    const method = memberName(callee) ?? ''
    if (method.startsWith('write') && !/(?:^|\.)document\.write(?:ln)?$/.test(calledName(call, context))) return
    const flow = firstTainted(TAKES_PLACE.test(method) ? call.arguments.slice(1) : call.arguments, 'html', LEAST, context)
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
    const flow = SELECTOR.test(name) ? selectorFlow(call, context) : SELECTED.test(name) ? markupFlow(call, name, context) : undefined
    if (flow) context.report(call, flow)
  },
})

const SELECTED = /^(?:\$|jQuery|mod:jquery|mod:cash-dom|angular\.element|(?:local|param):\$\w+)(?=[.(]).*\.(?:html|append|prepend|before|after|replaceWith|wrap\w*|appendTo|prependTo|parseHTML)$/
const SELECTOR = /^(?:\$|jQuery|mod:(?:jquery|cash-dom))$/

/** What is given to a method that makes markup of it. */
function markupFlow(call: CallNode, name: string, context: RuleContext): Flow | undefined {
  return context.tainted(call.arguments[0], 'html', name.startsWith('angular') ? Trust.Remote : Trust.Parameter) ?? angularScope(call, name, context)
}

/** What is given to `$`, which makes elements of it where it looks like markup. */
function selectorFlow(call: CallNode, context: RuleContext): Flow | undefined {
  return context.tainted(call.arguments[0], 'html', Trust.Remote) ?? pluginOption(call, context)
}

/** The whole of an AngularJS scope holds whatever a template has bound. */
function angularScope(call: CallNode, name: string, context: RuleContext): Flow | undefined {
  const value = call.arguments[0] && unwrap(call.arguments[0])
  if (!name.startsWith('angular.element') || value?.type !== 'Identifier' || !/^\$(?:root)?[sS]cope$/.test(value.name)) return undefined
  return context.trace(value, 'html')
}

/** A plugin's options are its users' to write: where a selector is wanted, a text that they got from others makes elements. */
function pluginOption(call: CallNode, context: RuleContext): Flow | undefined {
  const [value] = call.arguments
  const written = value && pluginAround(call) ? (dottedText(value) ?? '') : ''
  const flow = written === '' ? undefined : context.tainted(value, 'html', Trust.Parameter)
  if (!flow || isAskedAbout(flow, call)) return undefined
  return [dottedText(flow.origin) ?? '', written].some((each) => OPTIONS.test(each)) ? flow : undefined
}

const OPTIONS = /^(?:this\.)?(?:opt(?:ion)?s?|config|settings|params)\b|^target$|\./

/** The function that is assigned to `$.fn.name`. */
function pluginAround(node: Node): Node | undefined {
  for (let owner = functionAround(node); owner; owner = functionAround(owner)) {
    const target = owner.parent?.type === 'AssignmentExpression' ? unwrap(owner.parent.left) : undefined
    if (target?.type === 'MemberExpression' && /^(?:\$|jQuery)\.fn(?:\.|$)/.test(dottedText(target) ?? '')) return owner
  }
  return undefined
}

const attribute = defineRule({
  id: 'xss/script-address',
  cwe: [79, 601],
  severity: 'medium',
  title: 'outsiders choose an address that can run script',
  help: 'Allow only http: and https: (new URL(value).protocol) before it becomes an address.',
  calls: ['setAttribute', 'setAttributeNS', 'attr', 'prop'],
  check(node, context) {
    const call = node as CallNode
    const at = calleeName(call) === 'setAttributeNS' ? 1 : 0
    const name = stringOf(call.arguments[at], context)
    if (name === undefined || !/^(?:href|src|action|formaction|data|xlink:href|srcdoc|on\w+)$/i.test(name)) return
    const flow = context.tainted(call.arguments[at + 1], /^(?:srcdoc|on)/i.test(name) ? 'html' : 'url', Trust.Remote)
    if (flow) context.report(call, flow)
  },
})

const SCRIPTABLE: ReadonlySet<string> = new Set(['href', 'src', 'action', 'formAction', 'formaction', 'data'])
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
  const made = valueBefore(object, context)
  if (made.type === 'CallExpression' && calleeName(made) === 'createElement') return /^(?:a|iframe|embed|form|area|base|object|button|input|script|frame)$/i.test(stringOf(made.arguments[0], context) ?? '')
  if (/(?:querySelector|getElementById|closest|\$refs\.\w+|\.current)(?:\(\))?$/.test(context.names.of(object) ?? '')) return true
  return /(?:iframe|frame|anchor|link|embed)(?:El(?:ement)?)?$/i.test(lastWord(object))
}

/** A page's own address is no outsider's choice of a scheme. */
function isOwnAddress(flow: Flow, context: RuleContext): boolean {
  return /(?:^|\.)location(?:\.(?:href|pathname|host|hostname))?$/.test(context.names.of(flow.origin) ?? '')
}

/** Options under which jQuery puts an address, or markup, into what it makes or changes. */
const OPTION_USES: readonly (readonly [string, Category])[] = [['href', 'url'], ['src', 'url'], ['action', 'url'], ['formaction', 'url'], ['html', 'html'], ['append', 'html'], ['prepend', 'html'], ['srcdoc', 'html']]

const attributeOptions = defineRule({
  id: 'xss/element-options',
  cwe: [79, 601],
  severity: 'medium',
  title: 'outsiders choose an address that can run script, or markup, of an element',
  help: 'Allow only http: and https: (new URL(value).protocol), and set text by text.',
  calls: ['$', 'jQuery', 'attr', 'prop'],
  check(node, context) {
    const call = node as CallNode
    const name = calledName(call, context)
    const options = SELECTOR.test(name) ? call.arguments[1] : /^(?:\$|jQuery|mod:(?:jquery|cash-dom))\(\)(?:\..*)?\.(?:attr|prop)$/.test(name) ? call.arguments[0] : undefined
    if (!options || valueBehind(options, context).type !== 'ObjectExpression') return
    for (const [key, category] of OPTION_USES) {
      const value = context.constants.option(options, key)
      const flow = value && context.tainted(value, category, category === 'html' ? LEAST : Trust.Remote)
      if (flow) return context.report(placeOf(value, call), flow)
    }
  },
})

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

export const xssDomRules: readonly Rule[] = [markupProperty, markupCall, jquery, attribute, assignedAddress, attributeOptions, setProperty]
