/** Addresses that are made of the host which a request says it was sent to. */
import { calleeName, memberName, unwrap } from '../syntax/ast.ts'
import type { Node } from '../syntax/ast.ts'
import { defineRule } from '../rule.ts'
import type { Rule, RuleContext } from '../rule.ts'
import { Trust } from '../taint/sources.ts'
import { hasLiteralText, isFilledTemplate, piecesOf, skeleton, stringOf } from './shared.ts'

/** Links that are secrets. */
const SECRET_LINK = /reset|forgot|password|confirm|activat|verif|invit|magic|unsubscribe|token|signup|register|login/i

const toldHost = defineRule({
  id: 'header-injection/told-host',
  cwe: [640, 644, 20],
  severity: 'medium',
  remoteOnly: true,
  title: 'a link that lets people in goes to the host that the request names',
  help: 'Take the host of links from the configuration: the Host header is for anybody to write.',
  nodes: ['TemplateLiteral', 'BinaryExpression'],
  check(node, context) {
    if (!(isFilledTemplate(node) || isWholeSum(node)) || !hasLiteralText(node, /:\/\//)) return
    const pieces = piecesOf(node, context)
    if (!SECRET_LINK.test(skeleton(pieces))) return
    const host = pieces.find((piece, index): piece is Node => typeof piece !== 'string' && isBehindScheme(pieces[index - 1]) && isHost(piece, context))
    const flow = host && context.tainted(host, 'any', Trust.Remote)
    if (flow) context.report(node, flow)
  },
})

function isWholeSum(node: Node): boolean {
  return node.type === 'BinaryExpression' && node.operator === '+' && node.parent?.type !== 'BinaryExpression'
}

function isBehindScheme(before: Node | string | undefined): boolean {
  return typeof before === 'string' && before.endsWith('://')
}

/** `req.host`, `req.headers.host`, `req.get('host')`. */
function isHost(node: Node, context: RuleContext): boolean {
  const target = unwrap(node)
  if (target.type === 'MemberExpression') return /^(?:host|hostname|x-forwarded-host|origin)$/.test(memberName(target) ?? '')
  return target.type === 'CallExpression' && /^(?:get|header)$/.test(calleeName(target) ?? '') && /^(?:x-forwarded-)?host$/i.test(stringOf(target.arguments[0], context) ?? '')
}

export const toldHostRules: readonly Rule[] = [toldHost]
