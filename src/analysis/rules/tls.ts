/** Encrypted connections whose encryption, or whose other side, is not to be trusted. */
import { isFunction, memberName, staticKey, unwrap } from '../syntax/ast.ts'
import type { AssignmentExpression, CallNode, Node } from '../syntax/ast.ts'
import { defineRule } from '../rule.ts'
import type { Rule, RuleContext } from '../rule.ts'
import { isFalse, optionAmong, stringOf, textOf } from './shared.ts'

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
  ['secureProtocol', /^(?:SSLv2|SSLv3|TLSv1(?:_1)?)_(?:client_|server_)?method/],
  ['ssl_version', /^(?:SSLv2|SSLv3|TLSv1(?:_1)?)_(?:client_|server_)?method/],
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
  // Beside what is computed elsewhere nobody knows which are set.
  const isWritten = text.split('|').every((flag) => /^[\s(]*[\w.]+[\s)]*$/.test(flag) && flag.includes('SSL_OP_'))
  return isWritten && !/SSL_OP_NO_TLSv1\b/.test(text)
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

const ignoredCertificates = defineRule({
  id: 'insecure-transport/certificate-switch',
  cwe: [295],
  severity: 'high',
  title: 'a browser is told to accept every certificate',
  help: 'Drop the switch.',
  calls: ['appendSwitch'],
  check(node, context) {
    const call = node as CallNode
    if (/^(?:--)?(?:ignore-certificate-errors|allow-insecure-localhost)/.test(stringOf(call.arguments[0], context) ?? '')) context.report(call)
  },
})

const plainMail = defineRule({
  id: 'insecure-transport/plain-mail',
  cwe: [319],
  severity: 'medium',
  title: 'mail goes out unencrypted',
  help: 'Drop ignoreTLS, or set requireTLS.',
  calls: ['createTransport'],
  check(node, context) {
    const call = node as CallNode
    if (context.constants.valueOf(context.constants.option(call.arguments[0], 'ignoreTLS')) === true) context.report(call)
  },
})

export const tlsRules: readonly Rule[] = [verification, oldProtocol, serverOptions, databaseTls, ignoredCertificates, plainMail]
