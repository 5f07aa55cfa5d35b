/** Headers of an answer that outsiders write, or that let everyone read it. */
import { calleeName, staticKey } from '../syntax/ast.ts'
import type { CallNode, Node } from '../syntax/ast.ts'
import { defineRule } from '../rule.ts'
import type { Rule, RuleContext } from '../rule.ts'
import { Trust } from '../taint/sources.ts'
import { isAnswer } from './responses.ts'
import { optionAmong, stringOf, valueBehind } from './shared.ts'

const SETTERS = ['set', 'setHeader', 'header', 'append', 'appendHeader']

const value = defineRule({
  id: 'header-injection/value',
  cwe: [113, 644],
  severity: 'low',
  title: 'outsiders choose the value of a header',
  help: 'Choose from fixed values, or encode it with encodeURIComponent.',
  calls: [...SETTERS, 'writeHead'],
  remoteOnly: true,
  check(node, context) {
    const call = node as CallNode
    if (!isAnswer(call, context)) return
    if (calleeName(call) === 'writeHead') return checkHead(call, context)
    if (call.arguments.length < 2) return
    const name = stringOf(call.arguments[0], context)
    // Rules of their own speak about these.
    if (name !== undefined && HAS_OWN_RULE.test(name)) return
    const flow = context.tainted(call.arguments[1], 'url', Trust.Remote) ?? context.tainted(call.arguments[0], 'any', Trust.Remote)
    if (flow) context.report(call, flow)
  },
})

const ALLOWED_ORIGIN = /^access-control-allow-origin$/i
const HAS_OWN_RULE = /^(?:location|access-control-allow-\w+|content-length)$/i

/** `writeHead(status, { name: value })`. */
function checkHead(call: CallNode, context: RuleContext): void {
  const headers = call.arguments.at(-1) && valueBehind(call.arguments.at(-1)!, context)
  for (const entry of headers?.type === 'ObjectExpression' ? headers.properties : []) {
    if (entry.type !== 'Property' || HAS_OWN_RULE.test(staticKey(entry, entry.key) ?? '')) continue
    const flow = context.tainted(entry.value, 'url', Trust.Remote)
    if (flow) context.report(entry, flow)
  }
}

const everyone = defineRule({
  id: 'cors-origin/everyone',
  cwe: [942, 346],
  severity: 'low',
  title: 'every site may read an answer',
  help: 'Name the origin that may, or leave the header out where the answer is not public.',
  calls: [...SETTERS, 'writeHead'],
  check(node, context) {
    const call = node as CallNode
    if (isAnswer(call, context) && stringOf(allowedOrigin(call, context), context) === '*') context.report(call)
  },
})

/** What the header is set to, by itself or among others. */
function allowedOrigin(call: CallNode, context: RuleContext): Node | undefined {
  const name = stringOf(call.arguments[0], context)
  if (name === undefined) return optionAmong(call.arguments.at(-1), ['Access-Control-Allow-Origin', 'access-control-allow-origin'], context)
  return ALLOWED_ORIGIN.test(name) ? call.arguments[1] : undefined
}

const headerChoice = defineRule({
  id: 'header-injection/outsiders-choose',
  cwe: [113, 1021],
  severity: 'medium',
  title: 'outsiders choose a header that protects people',
  help: 'Set the header to a constant, or to one of a fixed list.',
  calls: ['set', 'setHeader', 'header', 'append'],
  check(node, context) {
    const call = node as CallNode
    if (!isAnswer(call, context)) return
    if (!/^(?:x-frame-options|content-security-policy|x-content-type-options|strict-transport-security|referrer-policy|set-cookie)$/i.test(stringOf(call.arguments[0], context) ?? '')) return
    const flow = context.tainted(call.arguments[1], 'any', Trust.Remote)
    if (flow) context.report(call, flow)
  },
})

/** `new Response(body, { headers })`, and the answer that a function in a cloud returns. */
const answeredToEveryone = defineRule({
  id: 'cors-origin/answered-to-everyone',
  cwe: [942, 346],
  severity: 'low',
  title: 'every site may read an answer',
  help: 'Name the origin that may, or leave the header out where the answer is not public.',
  nodes: ['Property'],
  mentions: ['Access-Control-Allow-Origin', 'access-control-allow-origin'],
  check(node, context) {
    if (node.type !== 'Property' || !ALLOWED_ORIGIN.test(staticKey(node, node.key) ?? '') || stringOf(node.value, context) !== '*') return
    if (isMadeAnswer(answerWith(node.parent?.parent), context)) context.report(node)
  },
})

/** What stands around the object whose `headers` these are. */
function answerWith(headers: Node | null | undefined): Node | null | undefined {
  return headers?.type === 'Property' && staticKey(headers, headers.key) === 'headers' ? headers.parent?.parent : undefined
}

function isMadeAnswer(node: Node | null | undefined, context: RuleContext): boolean {
  switch (node?.type) {
    case 'ReturnStatement':
    case 'ArrowFunctionExpression':
      return true
    case 'NewExpression':
    case 'CallExpression':
      return /Response(?:\.json)?$/.test(context.names.of(node.callee) ?? '')
    default:
      return false
  }
}

export const responseHeaderRules: readonly Rule[] = [value, everyone, answeredToEveryone, headerChoice]
