/** Addresses that outsiders choose: where a person is sent, and what the server asks. */
import { memberName, unwrap } from '../ast.ts'
import type { AssignmentExpression, CallNode, Node } from '../ast.ts'
import { defineRule } from '../rule.ts'
import type { Rule, RuleContext } from '../rule.ts'
import { Trust } from '../sources.ts'
import type { Flow } from '../taint.ts'
import { isResponse } from './responses.ts'
import { calledName, firstTainted, isValidated, lastWord, optionAmong, textOf } from './shared.ts'

const REDIRECT_HELP = 'Redirect to paths of your own (`/…`), or compare with a list of allowed addresses.'

const FRAMEWORK_REDIRECT = /^mod:(?:next\/(?:navigation|server)|@remix-run\/\w+|react-router(?:-dom)?|@sveltejs\/kit|astro.*)\.(?:NextResponse\.)?redirect$|^(?:Next)?Response\.redirect$/

const serverRedirect = defineRule({
  id: 'open-redirect/server',
  cwe: [601],
  severity: 'medium',
  title: 'outsiders choose where a person is sent',
  help: REDIRECT_HELP,
  calls: ['redirect', 'location', 'setHeader', 'header', 'set', 'writeHead'],
  check(node, context) {
    const call = node as CallNode
    const callee = unwrap(call.callee)
    const name = context.names.of(callee) ?? ''
    if (!FRAMEWORK_REDIRECT.test(name) && !isServerMethod(callee, name, context)) return
    const flow = context.tainted(addressOf(call, callee, context), 'url', Trust.Remote)
    if (flow && !isValidated(flow, call)) context.report(call, flow)
  },
})

/** Of Express and Fastify, Koa, and hapi. */
function isServerMethod(callee: Node, name: string, context: RuleContext): boolean {
  if (callee.type !== 'MemberExpression') return false
  return isResponse(callee.object, context) || /^param:(?:ctx|h|toolkit|responseToolkit)\b/.test(name)
}

function addressOf(call: CallNode, callee: Node, context: RuleContext): Node | undefined {
  const method = callee.type === 'MemberExpression' ? memberName(callee) : 'redirect'
  switch (method) {
    case 'redirect':
      return redirectAddress(call, context)
    case 'location':
      return call.arguments[0]
    case 'writeHead':
      return optionAmong(call.arguments.at(-1), ['Location', 'location'], context)
    default:
      return /^location$/i.test(textOf(call.arguments[0], context)) ? call.arguments[1] : undefined
  }
}

/** Behind the status, where there is one; frameworks differ in what else comes first. */
function redirectAddress(call: CallNode, context: RuleContext): Node | undefined {
  const [first, second] = call.arguments
  if (typeof context.constants.valueOf(first) === 'number') return second
  return call.arguments.find((argument) => context.trace(argument, 'url').trust === Trust.Remote) ?? first
}

const nestRedirect = defineRule({
  id: 'open-redirect/returned',
  cwe: [601],
  severity: 'medium',
  title: 'outsiders choose where a person is sent',
  help: REDIRECT_HELP,
  nodes: ['ReturnStatement'],
  mentions: ['Redirect'],
  check(node, context) {
    if (node.type !== 'ReturnStatement' || !node.argument) return
    const value = unwrap(node.argument)
    const url = value.type === 'ObjectExpression' ? context.constants.option(value, 'url') : undefined
    if (!url || !isRedirectHandler(node)) return
    const flow = context.tainted(url, 'url', Trust.Parameter)
    if (flow) context.report(node, flow)
  },
})

/** A method under a decorator `@Redirect()`. */
function isRedirectHandler(node: Node): boolean {
  let current: Node | null | undefined = node
  while (current && current.type !== 'MethodDefinition') current = current.parent
  return (current?.decorators ?? []).some(({ expression }) => {
    const target = expression.type === 'CallExpression' ? expression.callee : expression
    return target.type === 'Identifier' && target.name === 'Redirect'
  })
}

const clientRedirect = defineRule({
  id: 'open-redirect/client',
  cwe: [601, 79],
  severity: 'medium',
  title: 'outsiders choose where a person is sent',
  help: `${REDIRECT_HELP} An address such as javascript:… runs script.`,
  calls: ['assign', 'replace', 'open'],
  nodes: ['AssignmentExpression'],
  mentions: ['location', 'open'],
  check(node, context) {
    const flow = node.type === 'AssignmentExpression' ? assignedAddress(node, context) : openedAddress(node as CallNode, context)
    if (flow) context.report(node, flow)
  },
})

/** `location = …`, `window.location.href = …`. */
function assignedAddress({ left, right }: AssignmentExpression, context: RuleContext): Flow | undefined {
  const target = unwrap(left)
  if (!/^(?:href|\$?location)$/.test(lastWord(target))) return undefined
  return /(?:^|\.)\$?location(?:\.href)?$/.test(context.names.of(target) ?? '') ? remoteAddress(right, context) : undefined
}

/** `location.assign(…)`, `window.open(…)`. */
function openedAddress(call: CallNode, context: RuleContext): Flow | undefined {
  const isOpening = /(?:^|\.)location\.(?:assign|replace)$|^(?:window\.)?open$|\$window\.(?:open|location\.(?:assign|replace))$/.test(calledName(call, context))
  return isOpening ? context.tainted(call.arguments[0], 'url', Trust.Remote) : undefined
}

/** One's own address is where one is already. */
function remoteAddress(value: Node, context: RuleContext): Flow | undefined {
  const flow = context.tainted(value, 'url', Trust.Remote)
  if (!flow) return undefined
  const origin = context.names.of(flow.origin) ?? ''
  const isOwn = /(?:^|\.)location(?:\.(?:href|pathname|host|hostname))?$/.test(origin) && flow.origin === unwrap(value)
  return isOwn ? undefined : flow
}

const CLIENTS = /^(?:window\.)?fetch$|^mod:(?:axios|got|node-fetch|isomorphic-fetch|cross-fetch|undici|request|request-promise(?:-native)?|superagent|needle|bent|ky|ofetch|urllib|phin|wreck|@hapi\/wreck|http|https|http2|follow-redirects\.https?|node-libcurl|download|image-downloader|puppeteer|simple-get|make-fetch-happen|wretch|unfetch|node-libcurl|sync-request|then-request|popsicle|restler|r2|hyperquest)\b(?:\(\))?(?:\.(?:create|extend|defaults)\(\))?(?:\.(?:get|post|put|patch|delete|del|head|options|request|stream|fetch|default|getUri|json|text|download|connect|url))?$/
const CLIENT_METHODS = ['fetch', 'axios', 'got', 'request', 'get', 'post', 'put', 'patch', 'delete', 'del', 'head', 'options', 'stream', 'needle', 'superagent', 'ky', 'ofetch', '$fetch', 'nodeFetch', 'download', 'bent', 'phin', 'rp', 'connect', 'getJSON', 'ajax', 'urllib', 'open']

const serverRequest = defineRule({
  id: 'ssrf/request',
  cwe: [918],
  severity: 'high',
  title: 'outsiders choose what the server asks',
  help: 'Fix the host, or compare it with a list of allowed ones after parsing; refuse private addresses.',
  calls: CLIENT_METHODS,
  check(node, context) {
    const call = node as CallNode
    const name = calledName(call, context)
    const isXhr = /XMLHttpRequest\(\)\.open$/.test(name)
    if (!isXhr && !CLIENTS.test(name)) return
    const [first, second] = call.arguments
    const address = isXhr ? second : (optionAmong(first, ['url', 'uri', 'host', 'hostname'], context) ?? first)
    // With these, options or a method may come before it.
    const later = /needle|http\b/.test(name) ? second : undefined
    const flow = firstTainted([address, later], 'url', Trust.Remote, context)
    if (flow && !isValidated(flow, call)) context.report(call, flow)
  },
})

const BROWSER_METHODS = ['goto', 'setContent', 'open', 'openUrl', 'property', 'navigate', 'setDocumentContent', 'printToPDF', 'generate', 'wkhtmltopdf', 'wkhtmltoimage', 'create', 'loadURL', 'includeJs', 'evaluate', 'evaluateJavaScript', 'captureScreenshot']
const DRIVEN = /(?:^|[.:(])(?:page|frame|phantom\w*|Page|newPage\(\)|createPage\(\)|sitepage|browserPage|tab|context)(?:\(\))?\.(?:goto|setContent|open|openUrl|property|navigate|setDocumentContent|includeJs|evaluateJavaScript|loadURL)$|^mod:(?:wkhtmltopdf|wkhtmltoimage(?:\.generate)?|html-pdf\.create|capture-website.*|node-html-to-image)$|newPage\(\)\.(?:goto|setContent)$|createPage\(\)\.(?:open|openUrl|property|setContent|evaluateJavaScript)$/

const drivenBrowser = defineRule({
  id: 'ssrf/driven-browser',
  cwe: [918],
  severity: 'high',
  title: 'a driven browser is given a page that is not constant',
  help: 'Fix the host of the page; clean markup first, and cut the browser off from the inner network.',
  calls: BROWSER_METHODS,
  check(node, context) {
    const call = node as CallNode
    const name = calledName(call, context)
    if (!DRIVEN.test(name)) return
    const category = /setContent|property|setDocumentContent|wkhtml|html-pdf/.test(name) ? 'html' : 'url'
    for (const argument of name.endsWith('.property') ? call.arguments.slice(1) : call.arguments) {
      const object = optionAmong(argument, ['url', 'html'], context) ?? argument
      const flow = context.tainted(object, category, Trust.Parameter) ?? opaque(object, context)
      if (flow) return context.report(call, flow)
    }
  },
})

/** What some function of the module's own, or an unknown one, hands over by name. */
function opaque(value: Node, context: RuleContext): Flow | undefined {
  const target = unwrap(value)
  return target.type === 'CallExpression' && target.callee.type === 'Identifier' ? context.tainted(target, 'any', Trust.Unknown) : undefined
}

export const requestRules: readonly Rule[] = [serverRedirect, nestRedirect, clientRedirect, serverRequest, drivenBrowser]
