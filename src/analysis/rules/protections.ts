/** Protections that are there, and are switched off or go by what anybody may write. */
import { isFunction, memberName, staticKey, unwrap } from '../syntax/ast.ts'
import type { CallNode, Node } from '../syntax/ast.ts'
import { defineRule } from '../rule.ts'
import type { Rule } from '../rule.ts'
import { calledName, descendants, isFalse, stringOf } from './shared.ts'

/** Helmet’s options for headers that keep a browser from harm, by their names of today and of old. */
const HEADERS = ['contentSecurityPolicy', 'frameguard', 'xFrameOptions', 'noSniff', 'xContentTypeOptions', 'hsts', 'strictTransportSecurity', 'referrerPolicy', 'dnsPrefetchControl', 'xDnsPrefetchControl', 'hidePoweredBy', 'xPoweredBy', 'ieNoOpen', 'xDownloadOptions', 'permittedCrossDomainPolicies', 'xPermittedCrossDomainPolicies', 'crossOriginOpenerPolicy'] as const

const switchedOff = defineRule({
  id: 'authn-jwt/protection-off',
  cwe: [693, 1021],
  severity: 'low',
  title: 'a protective header is switched off',
  help: 'Leave it on, and configure what gets in the way.',
  calls: ['helmet'],
  mentions: ['helmet'],
  check(node, context) {
    const call = node as CallNode
    if (!/^mod:(?:helmet|koa-helmet|@fastify\/helmet)$/.test(calledName(call, context))) return
    for (const name of HEADERS) {
      const value = context.constants.option(call.arguments[0], name)
      if (value && isFalse(value, context)) context.report(value.parent?.type === 'Property' ? value.parent : call)
    }
  },
})

const ADDRESS_HEADER = /^(?:x-(?:forwarded-for|real-ip|client-ip|originating-ip)|true-client-ip|forwarded)$/i

const spoofableLimit = defineRule({
  id: 'resource/spoofable-limit',
  cwe: [770, 348],
  severity: 'medium',
  title: 'a limit counts by a header that anybody may write',
  help: 'Count by req.ip, and set `trust proxy` to the number of your proxies.',
  nodes: ['Property'],
  mentions: ['keyGenerator'],
  check(node, context) {
    if (node.type !== 'Property' || staticKey(node, node.key) !== 'keyGenerator' || !isFunction(node.value)) return
    const read = descendants(node.value).find((each) => headerOf(each, (argument) => stringOf(argument, context)) !== undefined)
    if (read) context.report(read)
  },
})

/** The header of `headers['x-real-ip']` and of `req.get('x-real-ip')`, if it names an address. */
function headerOf(node: Node, textOf: (argument: Node | undefined) => string | undefined): string | undefined {
  const name = node.type === 'MemberExpression' ? memberName(node) : node.type === 'CallExpression' && isGetter(node) ? textOf(node.arguments[0]) : undefined
  return name !== undefined && ADDRESS_HEADER.test(name) ? name : undefined
}

function isGetter({ callee }: CallNode): boolean {
  const target = unwrap(callee)
  return target.type === 'MemberExpression' && /^(?:get|header)$/.test(memberName(target) ?? '')
}

export const protectionRules: readonly Rule[] = [switchedOff, spoofableLimit]
