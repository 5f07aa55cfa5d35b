/** Answers of servers and workers that are made by `new Response`, and are read as pages. */
import { calleeName, unwrap } from '../syntax/ast.ts'
import type { CallNode, Node } from '../syntax/ast.ts'
import type { Binding } from '../names/scope-table.ts'
import { defineRule } from '../rule.ts'
import type { Rule, RuleContext } from '../rule.ts'
import { Trust } from '../taint/sources.ts'
import { calledName, optionAmong, stringOf, valueBehind } from './shared.ts'

const TYPE_NAMES = ['Content-Type', 'content-type', 'Content-type']
/** What browsers run scripts of. */
const PAGE_TYPE = /^(?:text\/(?:html|xml)|application\/(?:xhtml\+)?xml|image\/svg)/i

const madeAnswer = defineRule({
  id: 'xss/made-response',
  cwe: [79],
  severity: 'high',
  remoteOnly: true,
  title: 'outsiders’ data is sent back as a page',
  help: 'Escape it, answer with Response.json, or send it as text/plain.',
  calls: ['Response', 'NextResponse'],
  check(node, context) {
    const call = node as CallNode
    if (!/^(?:mod:next\/server\.Next)?Response$/.test(calledName(call, context))) return
    const headers = context.constants.option(call.arguments[1], 'headers')
    if (!headers || !PAGE_TYPE.test(typeOf(headers, context) ?? '')) return
    const flow = context.tainted(call.arguments[0], 'html', Trust.Remote)
    if (flow) context.report(call, flow)
  },
})

/** The type that headers name: as options, in `new Headers(…)`, or set later. */
function typeOf(headers: Node, context: RuleContext): string | undefined {
  const made = valueBehind(headers, context)
  const first = made.type === 'NewExpression' ? made.arguments[0] : made
  return typeSetLater(headers, context) ?? stringOf(optionAmong(first, TYPE_NAMES, context), context)
}

function typeSetLater(headers: Node, context: RuleContext): string | undefined {
  const target = unwrap(headers)
  const binding = target.type === 'Identifier' ? context.scopes.resolve(target.name, target.start) : undefined
  const setters = binding ? ['set', 'append'].flatMap((method) => context.scopes.callsOf(method)) : []
  const setter = setters.find((call) => ownerOf(call, context) === binding && /^content-type$/i.test(stringOf(call.arguments[0], context) ?? ''))
  return stringOf(setter?.arguments[1], context)
}

/** The variable whose method is called. */
function ownerOf({ callee }: CallNode, { scopes }: RuleContext): Binding | undefined {
  const owner = callee.type === 'MemberExpression' ? unwrap(callee.object) : undefined
  return owner?.type === 'Identifier' ? scopes.resolve(owner.name, owner.start) : undefined
}

/** Components that show a page of their own. */
const NATIVE_VIEW = /^(?:WebView|AutoHeightWebView|WKWebView)$/

const nativeView = defineRule({
  id: 'xss/native-view',
  cwe: [79, 94],
  severity: 'high',
  remoteOnly: true,
  title: 'outsiders’ data becomes a page, or a script, of a view',
  help: 'Load constant markup, and hand data over by postMessage.',
  nodes: ['JSXAttribute'],
  mentions: ['WebView', 'AutoHeightWebView', 'WKWebView'],
  check(node, context) {
    if (node.type !== 'JSXAttribute' || !isOfView(node.parent) || node.value?.type !== 'JSXExpressionContainer') return
    const flow = viewFlow(String(node.name.name), node.value.expression, context)
    if (flow) context.report(node, flow)
  },
})

function isOfView(element: Node | null | undefined): boolean {
  return element?.type === 'JSXOpeningElement' && element.name.type === 'JSXIdentifier' && NATIVE_VIEW.test(element.name.name)
}

function viewFlow(attribute: string, value: Node, context: RuleContext): ReturnType<RuleContext['tainted']> {
  switch (attribute) {
    case 'html':
      return context.tainted(value, 'html', Trust.Remote)
    case 'injectedJavaScript':
    case 'injectedJavaScriptBeforeContentLoaded':
      return context.tainted(value, 'code', Trust.Remote)
    case 'source':
      return context.tainted(context.constants.option(value, 'html'), 'html', Trust.Remote) ?? context.tainted(context.constants.option(value, 'uri'), 'url', Trust.Remote)
    default:
      return attribute === 'url' ? context.tainted(value, 'url', Trust.Remote) : undefined
  }
}

const injected = defineRule({
  id: 'code-injection/native-view-script',
  cwe: [94, 79],
  severity: 'high',
  remoteOnly: true,
  title: 'outsiders’ data becomes a script of a view',
  help: 'Inject a constant script, and hand data over by postMessage.',
  calls: ['injectJavaScript'],
  check(node, context) {
    const call = node as CallNode
    const flow = calleeName(call) === 'injectJavaScript' ? context.tainted(call.arguments[0], 'code', Trust.Remote) : undefined
    if (flow) context.report(call, flow)
  },
})

export const pageAnswerRules: readonly Rule[] = [madeAnswer, nativeView, injected]
