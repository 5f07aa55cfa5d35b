/** Connections that anyone on the way can read or take over. */
import { memberName } from '../syntax/ast.ts'
import type { CallNode, Node } from '../syntax/ast.ts'
import { defineRule } from '../rule.ts'
import type { Rule, RuleContext } from '../rule.ts'
import { isFalse, piecesOf, skeleton, stringOf, writtenText } from './shared.ts'

/** Addresses that never leave the machine, and names that are no addresses. */
const LOCAL = /^(?:http|ws|ftp):\/\/(?:localhost|127\.|0\.0\.0\.0|\[::1\]|::1|[\w-]+\.(?:local|test|internal|localhost)\b|host\.docker\.internal|www\.w3\.org|schemas?\.|xmlns|json-schema\.org|purl\.org|ns\.)/i
const REQUEST = /^(?:window\.)?fetch$|^mod:(?:axios|got|node-fetch|request|superagent|needle|http|node-rest-client|bent|ky|undici|cross-fetch|isomorphic-fetch|phin|urllib|request-promise(?:-native)?|restler|unirest|follow-redirects\.http)\b/
const REQUEST_METHODS = ['fetch', 'axios', 'got', 'request', 'get', 'post', 'put', 'patch', 'delete', 'del', 'head', 'options', 'stream', 'needle', 'superagent', 'ky', 'rp', 'create', 'open', 'ajax', 'getJSON', 'nodeFetch', 'bent', 'registerMethod', 'all', 'io', 'EventSource', 'connect']

const plainRequest = defineRule({
  id: 'insecure-transport/plain-request',
  cwe: [319],
  severity: 'medium',
  title: 'a request goes out unencrypted',
  help: 'Use https.',
  calls: REQUEST_METHODS,
  check(node, context) {
    const call = node as CallNode
    const name = context.names.of(call.callee) ?? ''
    if (!REQUEST.test(name) && !/XMLHttpRequest\(\)\.open$|^(?:\$|jQuery|mod:jquery)\.(?:ajax|get|post|getJSON)$|^io$|^mod:socket\.io-client(?:\.(?:io|connect|default))?$|^EventSource$/.test(name)) return
    const addresses = call.arguments.flatMap((argument) => [argument, context.constants.option(argument, 'url'), context.constants.option(argument, 'uri'), context.constants.option(argument, 'baseURL')])
    if (addresses.some((address) => isPlain(address, /^http:\/\//i, context))) return context.report(call)
    // Node's http module has no other scheme; only requests within the machine are harmless.
    if (/^mod:http\.(?:request|get)$/.test(name) && !isLocalRequest(call, context)) context.report(call)
  },
})

function isPlain(address: Node | undefined, scheme: RegExp, context: RuleContext): boolean {
  if (!address) return false
  const made = context.constants.literal(address)
  const inner = made?.type === 'NewExpression' && context.names.of(made.callee) === 'URL' ? made.arguments[0] : address
  if (!inner) return false
  const text = skeleton(piecesOf(inner, context))
  return scheme.test(text) && !LOCAL.test(text)
}

function isLocalRequest(call: CallNode, context: RuleContext): boolean {
  return call.arguments.some((argument) => {
    const host = stringOf(context.constants.option(argument, 'host') ?? context.constants.option(argument, 'hostname'), context)
    const text = skeleton(piecesOf(argument, context))
    return /^(?:localhost|127\.|::1)/.test(host ?? '') || LOCAL.test(text) || context.constants.option(argument, 'socketPath') !== undefined
  })
}

const plainServer = defineRule({
  id: 'insecure-transport/plain-server',
  cwe: [319],
  severity: 'low',
  title: 'a server talks unencrypted',
  help: 'Use https.createServer, or make sure that a proxy in front ends TLS and suppress this with that reason.',
  calls: ['createServer', 'Agent'],
  check(node, context) {
    const call = node as CallNode
    const name = context.names.of(call.callee) ?? ''
    if (name === 'mod:http.createServer' || name === 'mod:http.Agent') context.report(call)
  },
})

const plainSocket = defineRule({
  id: 'insecure-transport/plain-socket',
  cwe: [319],
  severity: 'medium',
  title: 'a socket is not encrypted',
  help: 'Use wss.',
  nodes: ['Literal', 'TemplateElement'],
  check(node, context) {
    const text = writtenText(node)
    if (/^ws:\/\//i.test(text) && !LOCAL.test(text) && !isComparison(node)) context.report(node)
  },
})

/** `scheme === 'ws://'`, `url.startsWith('ws://')`, `url.replace('ws://', 'wss://')`. */
function isComparison({ parent }: Node): boolean {
  if (parent?.type === 'BinaryExpression') return /^[!=]==?$/.test(parent.operator)
  if (parent?.type !== 'CallExpression' || parent.callee.type !== 'MemberExpression') return false
  return /^(?:startsWith|includes|indexOf|replace|match|test|split)$/.test(memberName(parent.callee) ?? '')
}

const otherProtocols = defineRule({
  id: 'insecure-transport/plain-protocol',
  cwe: [319],
  severity: 'medium',
  title: 'FTP or Telnet sends everything, passwords included, unencrypted',
  help: 'Use SFTP or SSH, or FTP with { secure: true }.',
  calls: ['connect', 'on', 'createServer', 'exec', 'access'],
  check(node, context) {
    const call = node as CallNode
    const name = context.names.of(call.callee) ?? ''
    if (/^mod:(?:telnet(?:-client|-stream)?)\b/.test(name)) return context.report(call)
    if (!/^mod:(?:ftp|jsftp|promise-ftp|basic-ftp)\b.*\.(?:connect|access)$/.test(name)) return
    const secure = context.constants.option(call.arguments[0], 'secure')
    if (!secure || isFalse(secure, context)) context.report(call)
  },
})

export const insecureTransportRules: readonly Rule[] = [plainRequest, plainServer, plainSocket, otherProtocols]
