/** Addresses that outsiders have a person sent to. */
import { memberName, staticKey, unwrap } from '../syntax/ast.ts'
import type { AssignmentExpression, CallNode, Node } from '../syntax/ast.ts'
import { defineRule } from '../rule.ts'
import type { Rule, RuleContext } from '../rule.ts'
import { Trust } from '../taint/sources.ts'
import type { Flow } from '../taint/taint.ts'
import { isResponse } from './responses.ts'
import { calledName, lastWord, optionAmong, textOf } from './shared.ts'
import { isValidated } from './validation.ts'

const REDIRECT_HELP = 'Redirect to paths of your own (`/…`), or compare with a list of allowed addresses.'

const FRAMEWORK_REDIRECT = /^mod:(?:next\/(?:navigation|server)|@remix-run\/\w+|react-router(?:-dom)?|@sveltejs\/kit|astro.*)\.(?:NextResponse\.)?redirect$|^(?:Next)?Response\.redirect$|^(?:mod:(?:h3|#imports)\.)?(?:sendRedirect|navigateTo)$|^mod:next\/(?:router|navigation)\.useRouter\(\)\.(?:push|replace)$|^mod:@tanstack\/react-router\.redirect$|^mod:history\.create\w+History\(\)\.(?:push|replace)$|^mod:react-router(?:-dom)?\.use(?:History|Navigate)\(\)(?:\.(?:push|replace))?$/

const serverRedirect = defineRule({
  id: 'open-redirect/server',
  cwe: [601],
  severity: 'medium',
  title: 'outsiders choose where a person is sent',
  help: REDIRECT_HELP,
  calls: ['redirect', 'location', 'setHeader', 'header', 'set', 'writeHead', 'sendRedirect', 'navigateTo', 'navigate', 'push', 'replace'],
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
  return isResponse(callee.object, context) || /^param:(?:ctx|c|h|toolkit|responseToolkit)\b/.test(name)
}

function addressOf(call: CallNode, callee: Node, context: RuleContext): Node | undefined {
  const method = callee.type === 'MemberExpression' ? memberName(callee) : 'redirect'
  switch (method) {
    case 'push':
    case 'replace':
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

/** `{ redirect: { destination } }` of Next, and headers of an answer that a function returns or makes. */
const answeredAddress = defineRule({
  id: 'open-redirect/answered',
  cwe: [601],
  severity: 'medium',
  title: 'outsiders choose where a person is sent',
  help: REDIRECT_HELP,
  nodes: ['Property'],
  mentions: ['destination', 'Location', 'location'],
  remoteOnly: true,
  check(node, context) {
    if (node.type !== 'Property' || !isAnsweredAddress(node)) return
    const flow = context.tainted(node.value, 'url', Trust.Remote)
    if (flow && !isValidated(flow, node)) context.report(node, flow)
  },
})

function isAnsweredAddress(node: Extract<Node, { type: 'Property' }>): boolean {
  const key = staticKey(node, node.key) ?? ''
  const holder = node.parent?.parent
  const around = holder?.type === 'Property' ? staticKey(holder, holder.key) : undefined
  return (around === 'redirect' && key === 'destination') || (around === 'headers' && /^location$/i.test(key))
}

export const redirectRules: readonly Rule[] = [serverRedirect, nestRedirect, clientRedirect, answeredAddress]
