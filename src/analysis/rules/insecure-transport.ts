/** Connections that anyone on the way can read or take over. */
import { memberName, staticKey, unwrap, isFunction } from '../ast.ts'
import type { AssignmentExpression, CallNode, Node } from '../ast.ts'
import { defineRule } from '../rule.ts'
import type { Rule, RuleContext } from '../rule.ts'
import { isFalse, optionAmong, piecesOf, skeleton, textOf, stringOf, writtenText } from './shared.ts'

/** Addresses that never leave the machine, and names that are no addresses. */
const LOCAL = /^(?:http|ws|ftp):\/\/(?:localhost|127\.|0\.0\.0\.0|\[::1\]|::1|[\w-]+\.(?:local|test|internal|localhost)\b|host\.docker\.internal|www\.w3\.org|schemas?\.|xmlns|json-schema\.org|purl\.org|ns\.)/i
const REQUEST = /^(?:window\.)?fetch$|^mod:(?:axios|got|node-fetch|request|superagent|needle|http|node-rest-client|bent|ky|undici|cross-fetch|isomorphic-fetch|phin|urllib|request-promise(?:-native)?|restler|unirest|follow-redirects\.http)\b/
const REQUEST_METHODS = ['fetch', 'axios', 'got', 'request', 'get', 'post', 'put', 'patch', 'delete', 'del', 'head', 'options', 'stream', 'needle', 'superagent', 'ky', 'rp', 'create', 'open', 'ajax', 'getJSON', 'nodeFetch', 'bent', 'registerMethod', 'all']

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
    if (!REQUEST.test(name) && !/XMLHttpRequest\(\)\.open$|^(?:\$|jQuery|mod:jquery)\.(?:ajax|get|post|getJSON)$/.test(name)) return
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

const verification = defineRule({
  id: 'insecure-transport/unverified-peer',
  cwe: [295],
  severity: 'high',
  title: 'the certificate of the other side is not checked',
  help: 'Drop the option; give a private authority’s certificate through `ca` or NODE_EXTRA_CA_CERTS.',
  nodes: ['Property', 'AssignmentExpression'],
  mentions: ['rejectUnauthorized', 'strictSSL', 'checkServerIdentity', 'NODE_TLS_REJECT_UNAUTHORIZED'],
  check(node, context) {
    const isOff = node.type === 'Property' ? isOffInOptions(node, context) : node.type === 'AssignmentExpression' && isSwitchedOff(node, context)
    if (isOff) context.report(node)
  },
})

/** `{ rejectUnauthorized: false }`, `{ checkServerIdentity: () => undefined }`. */
function isOffInOptions(option: Extract<Node, { type: 'Property' }>, context: RuleContext): boolean {
  const name = staticKey(option, option.key)
  if (name === 'checkServerIdentity') return acceptsAll(option.value)
  return (name === 'rejectUnauthorized' || name === 'strictSSL') && isFalse(option.value, context)
}

/** `process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'`, `options.strictSSL = false`. */
function isSwitchedOff({ left, right }: AssignmentExpression, context: RuleContext): boolean {
  const target = unwrap(left)
  const name = target.type === 'MemberExpression' ? (memberName(target) ?? '') : ''
  return /^(?:NODE_TLS_REJECT_UNAUTHORIZED|rejectUnauthorized|strictSSL)$/.test(name) && isFalse(right, context)
}

/** A check that does nothing. */
function acceptsAll(node: Node): boolean {
  const target = unwrap(node)
  if (!isFunction(target) || !target.body) return false
  if (target.body.type !== 'BlockStatement') return isNothing(target.body)
  return target.body.body.every((statement) => statement.type === 'ReturnStatement' && (!statement.argument || isNothing(statement.argument)))
}

function isNothing(node: Node): boolean {
  const target = unwrap(node)
  return (target.type === 'Identifier' && target.name === 'undefined') || (target.type === 'Literal' && !target.value)
}

/** Values of options that let a protocol in which is older than TLS 1.2. */
const OLD_PROTOCOLS: ReadonlyMap<string, RegExp> = new Map([
  ['minVersion', /^TLSv1(?:\.[01])?$/],
  ['maxVersion', /^TLSv1(?:\.[01])?$/],
  ['secureProtocol', /^(?:SSLv2|SSLv3|TLSv1(?:_1)?)_/],
  ['ssl_version', /^(?:SSLv2|SSLv3|TLSv1(?:_1)?)_/],
])

const oldProtocol = defineRule({
  id: 'insecure-transport/old-tls',
  cwe: [757, 326],
  severity: 'medium',
  title: 'a protocol older than TLS 1.2 is allowed',
  help: "Set minVersion to 'TLSv1.2' or leave it to Node.",
  nodes: ['Property'],
  mentions: ['minVersion', 'maxVersion', 'secureProtocol', 'ssl_version', 'secureOptions'],
  check(node, context) {
    if (node.type !== 'Property') return
    const name = staticKey(node, node.key) ?? ''
    const isOld = name === 'secureOptions' ? allowsOldest(node.value, context) : OLD_PROTOCOLS.get(name)?.test(textOf(node.value, context))
    if (isOld) context.report(node)
  },
})

/** Flags of OpenSSL without the one against TLS 1.0. */
function allowsOldest(flags: Node, context: RuleContext): boolean {
  const text = context.source.slice(flags.start, flags.end)
  return /SSL_OP_/.test(text) && !/SSL_OP_NO_TLSv1\b/.test(text)
}

const serverOptions = defineRule({
  id: 'insecure-transport/server-allows-old-tls',
  cwe: [757],
  severity: 'low',
  title: 'a TLS server names options of its own and does not forbid SSL 3 and TLS 1.0',
  help: "Set minVersion: 'TLSv1.2', or add SSL_OP_NO_SSLv3 and SSL_OP_NO_TLSv1 to secureOptions.",
  calls: ['createServer'],
  check(node, context) {
    const call = node as CallNode
    if (!/^mod:(?:https|tls|http2)\.(?:createServer|createSecureServer)$/.test(context.names.of(call.callee) ?? '')) return
    const options = context.constants.option(call.arguments[0], 'secureOptions')
    if (!options) return
    const text = context.source.slice(options.start, options.end)
    if (!/SSL_OP_NO_TLSv1(?!_)/.test(text) || !/SSL_OP_NO_SSLv3/.test(text)) context.report(call)
  },
})

const DIALECTS = /^(?:postgres|mysql|mariadb|mssql|postgresql)$/

const databaseTls = defineRule({
  id: 'insecure-transport/database',
  cwe: [319, 295],
  severity: 'medium',
  title: 'a database on another machine is reached unencrypted, or without checking who answers',
  help: 'Set dialectOptions.ssl to { require: true, rejectUnauthorized: true, minVersion: "TLSv1.2" }.',
  nodes: ['ObjectExpression'],
  mentions: ['dialect'],
  check(node, context) {
    const option = (name: string): Node | undefined => context.constants.option(node, name)
    if (!DIALECTS.test(textOf(option('dialect'), context)) || !optionAmong(node, ['host', 'port', 'database', 'username'], context)) return
    const ssl = context.constants.option(option('dialectOptions'), 'ssl') ?? option('ssl')
    if (!ssl || isFalse(ssl, context)) context.report(node)
  },
})

export const insecureTransportRules: readonly Rule[] = [plainRequest, plainServer, plainSocket, otherProtocols, verification, oldProtocol, serverOptions, databaseTls]
