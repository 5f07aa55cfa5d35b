/** Addresses that outsiders choose: where a person is sent, and what the server asks. */
import { memberName, unwrap } from '../ast.ts'
import type { CallNode, Node } from '../ast.ts'
import { defineRule } from '../rule.ts'
import type { Rule, RuleContext } from '../rule.ts'
import { Trust } from '../sources.ts'
import { isResponse } from './xss-server.ts'
import { isValidated, stringOf } from './shared.ts'

const REDIRECT_HELP = 'Redirect to paths of your own (`/…`), or compare with a list of allowed addresses.'

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
    const isBare = /^mod:(?:next\/(?:navigation|server)|@remix-run\/\w+|react-router(?:-dom)?|@sveltejs\/kit|astro.*)\.(?:NextResponse\.)?redirect$|^(?:Next)?Response\.redirect$/.test(name)
    if (!isBare && !(callee.type === 'MemberExpression' && (isResponse(callee.object, context) || /^param:(?:ctx|h|toolkit|responseToolkit)\b/.test(name)))) return
    const flow = context.tainted(addressOf(call, callee, context), 'url', Trust.Remote)
    if (flow && !isValidated(flow, call)) context.report(call, flow)
  },
})

function addressOf(call: CallNode, callee: Node, context: RuleContext): Node | undefined {
  const method = callee.type === 'MemberExpression' ? memberName(callee) : 'redirect'
  if (method === 'redirect') {
    const isStatus = typeof context.constants.valueOf(call.arguments[0]) === 'number'
    return isStatus ? call.arguments[1] : (call.arguments.find((argument) => context.trace(argument, 'url').trust === Trust.Remote) ?? call.arguments[0])
  }
  if (method === 'location') return call.arguments[0]
  if (method === 'writeHead') return context.constants.option(call.arguments.at(-1), 'Location') ?? context.constants.option(call.arguments.at(-1), 'location')
  return /^location$/i.test(stringOf(call.arguments[0], context) ?? '') ? call.arguments[1] : undefined
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
    if (node.type === 'AssignmentExpression') {
      const target = unwrap(node.left)
      const word = target.type === 'MemberExpression' ? memberName(target) : target.type === 'Identifier' ? target.name : undefined
      if (word !== 'href' && word !== 'location' && word !== '$location') return
      const name = context.names.of(target) ?? ''
      if (!/(?:^|\.)\$?location(?:\.href)?$/.test(name) && !/\$window\.location(?:\.href)?$/.test(name)) return
      const flow = remoteAddress(node.right, context)
      if (flow) context.report(node, flow)
      return
    }
    const call = node as CallNode
    const name = context.names.of(call.callee) ?? ''
    if (!/(?:^|\.)location\.(?:assign|replace)$|^(?:window\.)?open$|\$window\.(?:open|location\.(?:assign|replace))$/.test(name)) return
    const flow = context.tainted(call.arguments[0], 'url', Trust.Remote)
    if (flow) context.report(call, flow)
  },
})

/** One's own address is where one is already. */
function remoteAddress(value: Node, context: RuleContext): ReturnType<RuleContext['tainted']> {
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
    const name = context.names.of(call.callee) ?? ''
    const isXhr = /XMLHttpRequest\(\)\.open$/.test(name)
    if (!isXhr && !CLIENTS.test(name)) return
    const [first, second] = call.arguments
    const address = isXhr ? second : (context.constants.option(first, 'url') ?? context.constants.option(first, 'uri') ?? context.constants.option(first, 'host') ?? context.constants.option(first, 'hostname') ?? first)
    const flow = context.tainted(address, 'url', Trust.Remote) ?? (/needle|http\b/.test(name) ? context.tainted(second, 'url', Trust.Remote) : undefined)
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
    const name = context.names.of(call.callee) ?? ''
    if (!DRIVEN.test(name)) return
    const positions = /\.property$/.test(name) ? call.arguments.slice(1) : call.arguments
    for (const argument of positions) {
      const object = context.constants.option(argument, 'url') ?? context.constants.option(argument, 'html') ?? argument
      const category = /setContent|property|setDocumentContent|wkhtml|html-pdf/.test(name) ? 'html' : 'url'
      const flow = context.tainted(object, category, Trust.Parameter) ?? opaque(object, context)
      if (flow) return context.report(call, flow)
    }
  },
})

/** What some function of the module's own, or an unknown one, hands over by name. */
function opaque(value: Node, context: RuleContext): ReturnType<RuleContext['tainted']> {
  const target = unwrap(value)
  return target.type === 'CallExpression' && target.callee.type === 'Identifier' ? context.tainted(target, 'any', Trust.Unknown) : undefined
}

export const requestRules: readonly Rule[] = [serverRedirect, nestRedirect, clientRedirect, serverRequest, drivenBrowser]
