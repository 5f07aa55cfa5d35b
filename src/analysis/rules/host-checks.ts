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
    if (callee.type === 'MemberExpression' && isLoose(call, callee.object, context)) context.report(call)
  },
})

function isLoose(call: CallNode, asked: Node, context: RuleContext): boolean {
  const host = stringOf(call.arguments[0], context)
  const method = calleeName(call) ?? ''
  if (SEARCHES.test(method) && LIST_WORD.test(lastWord(unwrap(asked)))) return false
  if (host === undefined) return isAddress(asked) && SEARCHES.test(method) && isElementOfAddresses(call.arguments[0], context)
  return isHostIn(host, method) && (isAddress(asked) || isSingleText(asked, method, context))
}

function isHostIn(host: string, method: string): boolean {
  return HOST_TEXT.test(host) && !endsWithHost(host, method)
}

/** What texts and lists have in common. */
const SEARCHES = /^(?:includes|indexOf)$/
/** What may be a list of addresses, which holds whole ones, by its name or as it is written. */
const LIST_WORD = /(?:hosts|urls|uris|domains|origins|links|list|set|array)$|^(?:allow|white|known|trusted|valid|permitted)/i
/** Text for people, of which an address is a part like any other. */
const PROSE_WORD = /^(?:text|content|html|body|message|msg|markdown|source|code|css|doc|line|description|summary|title|name|email|mail|user|log|output|stdout|stderr|data|file|path)/i

/** A value that is no list as far as can be seen: lists have neither `startsWith` nor `endsWith`. */
function isSingleText(node: Node, method: string, context: RuleContext): boolean {
  const target = unwrap(node)
  if (method === 'search' || method === 'match' || target.type === 'Literal') return false
  const word = lastWord(target)
  if (word === '' || PROSE_WORD.test(word)) return false
  const value = unwrap(context.constants.literal(target) ?? target)
  return value.type !== 'ArrayExpression' && value.type !== 'NewExpression'
}

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
  calls: ['test', 'match', 'matchAll', 'exec', 'RegExp', 'search', 'matches'],
  nodes: ['Literal:regex'],
  check(node, context) {
    if (node.type === 'Literal') {
      if ('regex' in node && !isAskedHere(node) && hasLooseDot(node.regex.pattern)) context.report(node)
      return
    }
    const call = node as CallNode
    const pattern = patternOf(call, context)
    if (pattern !== undefined && isLooseHost(pattern)) context.report(call)
  },
})

/** Handed to, or run by, a call that is asked about by itself. */
function isAskedHere({ parent }: Node): boolean {
  const call = parent?.type === 'MemberExpression' ? parent.parent : parent
  return call?.type === 'CallExpression' && /^(?:test|match|matchAll|exec|RegExp|search|matches)$/.test(calleeName(call) ?? '')
}

/** The pattern that a call makes, runs (`pattern.test(…)`), or is given (`text.match(pattern)`). */
function patternOf(call: CallNode, context: RuleContext): string | undefined {
  const callee = unwrap(call.callee)
  const method = calleeName(call)
  const isOwn = callee.type === 'MemberExpression' && (method === 'test' || method === 'exec')
  const value = context.constants.valueOf(isOwn ? callee.object : call.arguments[0])
  if (value instanceof RegExp) return value.source
  return typeof value === 'string' && /^(?:RegExp|match|matchAll|search)$/.test(method ?? '') ? value : undefined
}

/** `^https://www.example.com/`: a dot that is any character right before the registered name, or no anchor at all around a host. */
function isLooseHost(pattern: string): boolean {
  if (!/(?:com|net|org|io)\b/i.test(pattern) || !PATTERN_HOST.test(pattern)) return false
  const hasScheme = /^\(?\^?\(?https?\??(?::|\))/.test(pattern)
  const isUnanchored = !/^\(?\^/.test(pattern) && hasScheme
  return (LOOSE_DOT.test(pattern) && (hasScheme || pattern.startsWith('^'))) || isUnanchored
}

/** Right before a registered name: any character there makes another one. */
const LOOSE_DOT = /(?:^|[^\\[*])[a-z0-9)](?<!\\)\.[a-z0-9-]+\\?\.(?:com|net|org|io)\b/i

/** The same in a pattern that may be used anywhere: with a scheme, or tied to a beginning. */
function hasLooseDot(pattern: string): boolean {
  return /^(?:\^|\(?\^?\(?https?)/.test(pattern) && /(?:com|net|org|io)\b/i.test(pattern) && LOOSE_DOT.test(pattern)
}

export const hostCheckRules: readonly Rule[] = [substringHost, looseHost]
