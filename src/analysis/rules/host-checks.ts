/** Checks of an address that more addresses pass than was meant. */
import { calleeName, unwrap } from '../syntax/ast.ts'
import type { CallNode, Node } from '../syntax/ast.ts'
import { defineRule } from '../rule.ts'
import type { Rule, RuleContext } from '../rule.ts'
import { feederOf } from '../taint/sources.ts'
import { lastWord, stringOf } from './shared.ts'

/** A host name, maybe with a scheme before it and a path behind it. */
const HOST_TEXT = /^(?:https?:\/\/|\/\/|\.)?(?:[a-z0-9-]+\.)+(?:com|net|org|io|dev|app|co|edu|gov|info|example|test|[a-z]{2}\.[a-z]{2})\/?$/i
const ADDRESS_WORD = /(?:^|_|[a-z])(?:url|uri|href|host(?:name)?|origin|referr?er|domain|link|location|redirect)s?$/i
/** The end of a host: its last dots may be escaped. */
const PATTERN_HOST = /(?:[a-z0-9-]|\.)[a-z0-9-]\\?\.(?:com|net|org|io)\b/i

const substringHost = defineRule({
  id: 'url-validation/substring-host',
  cwe: [20],
  severity: 'medium',
  title: 'a host is looked for anywhere in an address',
  help: 'Parse the address and compare new URL(address).host with the allowed hosts.',
  calls: ['includes', 'indexOf', 'startsWith', 'endsWith', 'search', 'match'],
  check(node, context) {
    const call = node as CallNode
    const callee = unwrap(call.callee)
    if (callee.type !== 'MemberExpression' || !isAddress(callee.object)) return
    const host = stringOf(call.arguments[0], context)
    const method = calleeName(call) ?? ''
    const isLoose = host === undefined ? /^(?:includes|indexOf)$/.test(method) && isElementOfAddresses(call.arguments[0], context) : HOST_TEXT.test(host) && !endsWithHost(host, method)
    if (isLoose) context.report(call)
  },
})

/** With its slash, or with the dot before it, the text ends where the host does. */
function endsWithHost(host: string, method: string): boolean {
  return (method === 'startsWith' && /^(?:https?:)?\/\/.*\/$/.test(host)) || (method === 'endsWith' && host.startsWith('.'))
}

/** A variable that goes through a list, or a set, of written addresses. */
function isElementOfAddresses(node: Node | undefined, context: RuleContext): boolean {
  const target = node && unwrap(node)
  const binding = target?.type === 'Identifier' ? context.scopes.resolve(target.name, target.start) : undefined
  if (!binding || binding.kind === 'function' || binding.kind === 'import') return false
  const lists = binding.kind === 'param' ? [feederOf(binding.owner, binding.index)] : context.scopes.writesOf(binding).flatMap(({ value, path }) => (path[0] === '*' ? [value] : []))
  return lists.length > 0 && lists.every((list) => list !== undefined && elementsOf(list, context).some((each) => /^https?:\/\//.test(stringOf(each, context) ?? '')))
}

function elementsOf(list: Node, context: RuleContext): readonly Node[] {
  const value = unwrap(context.constants.literal(list) ?? list)
  if (value.type === 'ArrayExpression') return value.elements.filter((each) => each !== null)
  const isSet = value.type === 'NewExpression' && context.names.of(value.callee) === 'Set' && value.arguments[0] !== undefined
  return isSet ? elementsOf(value.arguments[0]!, context) : []
}

function isAddress(node: Node): boolean {
  const target = unwrap(node)
  if (target.type !== 'CallExpression') return ADDRESS_WORD.test(lastWord(target))
  const isSame = /^(?:toString|toLowerCase|trim|parse|get)$/.test(calleeName(target) ?? '')
  return isSame && target.callee.type === 'MemberExpression' && isAddress(target.callee.object)
}

const looseHost = defineRule({
  id: 'url-validation/loose-host-pattern',
  cwe: [20, 185],
  severity: 'medium',
  title: 'a pattern for a host lets other hosts through',
  help: 'Anchor it with ^ and $, and escape its dots.',
  calls: ['test', 'match', 'exec', 'RegExp', 'search', 'matches'],
  check(node, context) {
    const call = node as CallNode
    const pattern = patternOf(call, context)
    if (pattern !== undefined && isLooseHost(pattern)) context.report(call)
  },
})

/** The pattern that a call makes, runs (`pattern.test(…)`), or is given (`text.match(pattern)`). */
function patternOf(call: CallNode, context: RuleContext): string | undefined {
  const callee = unwrap(call.callee)
  const method = calleeName(call)
  const isOwn = callee.type === 'MemberExpression' && (method === 'test' || method === 'exec')
  const value = context.constants.valueOf(isOwn ? callee.object : call.arguments[0])
  if (value instanceof RegExp) return value.source
  return typeof value === 'string' && (method === 'RegExp' || method === 'match') ? value : undefined
}

/** `^https://www.example.com/`: a dot that is any character right before the registered name, or no anchor at all around a host. */
function isLooseHost(pattern: string): boolean {
  if (!/(?:com|net|org|io)\b/i.test(pattern) || !PATTERN_HOST.test(pattern)) return false
  const hasLooseDot = /(?:^|[^\\[*])[a-z0-9)](?<!\\)\.[a-z0-9-]+\\?\.(?:com|net|org|io)\b/i.test(pattern)
  const hasScheme = /^\^?\(?https?\??(?::|\))/.test(pattern)
  const isUnanchored = !pattern.startsWith('^') && hasScheme
  return (hasLooseDot && (hasScheme || pattern.startsWith('^'))) || isUnanchored
}

export const hostCheckRules: readonly Rule[] = [substringHost, looseHost]
