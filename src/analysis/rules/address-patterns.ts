/** Lists of bad schemes that are not complete, and patterns of which only a part is tied to where a text begins or ends. */
import { calleeName, unwrap } from '../syntax/ast.ts'
import type { CallNode, Node } from '../syntax/ast.ts'
import { defineRule } from '../rule.ts'
import type { Rule, RuleContext } from '../rule.ts'
import { descendants, functionAround, lastWord, stringOf, valueBehind } from './shared.ts'

const SCRIPT_SCHEME = /^javascript:?$/i

const schemeList = defineRule({
  id: 'url-validation/scheme-list',
  cwe: [20, 184],
  severity: 'low',
  title: 'addresses are refused by their scheme, and not by every one that runs script',
  help: 'Allow http:, https: and what else is wanted by new URL(address).protocol; a list of bad ones lacks data: or vbscript: sooner or later.',
  calls: ['startsWith', 'includes', 'indexOf', 'has', 'test', 'exec', 'match', 'replace'],
  nodes: ['BinaryExpression', 'SwitchStatement'],
  mentions: ['javascript', 'javascript:', 'data:', 'URL', 'scheme', 'protocol', 'url', 'href'],
  check(node, context) {
    const written = refusedBy(node, context)
    if (written === undefined || !/javascript/i.test(written)) return
    const owner = functionAround(node) ?? node
    const around = `${context.source.slice(owner.start, owner.end)} ${written}`
    if (!/vbscript/i.test(around) || !/\bdata\b/i.test(around)) context.report(node)
  },
})

/** What holds an address, or the scheme of one, by its name. */
const ADDRESS = /(?:^u$|url|uri|href|src|link|scheme|protocol|address|location|action)s?$/i

/** The schemes that an address is compared with, as text; nothing where something else is compared. */
function refusedBy(node: Node, context: RuleContext): string | undefined {
  if (node.type === 'SwitchStatement') return isAddress(node.discriminant) ? firstScheme(node.cases.map(({ test }) => test), context) : undefined
  if (node.type === 'CallExpression') return refusedByCall(node, context)
  if (node.type !== 'BinaryExpression' || !/^[!=]==?$/.test(node.operator)) return undefined
  return isAddress(node.left) || isAddress(node.right) ? firstScheme([node.left, node.right], context) : undefined
}

function firstScheme(nodes: readonly (Node | null)[], context: RuleContext): string | undefined {
  return nodes.map((each) => stringOf(each, context)).find((text) => text !== undefined && SCRIPT_SCHEME.test(text))
}

/** Also behind what only changes its form: `url.trim().toLowerCase()`, `url.replace(…)`. */
function isAddress(node: Node): boolean {
  let target = unwrap(node)
  while (target.type === 'CallExpression' && target.callee.type === 'MemberExpression') target = unwrap(target.callee.object)
  return ADDRESS.test(lastWord(target))
}

function refusedByCall(call: CallNode, context: RuleContext): string | undefined {
  const callee = unwrap(call.callee)
  const [first] = call.arguments
  if (callee.type !== 'MemberExpression' || !first) return undefined
  const isAsked = isAddress(callee.object)
  if (!isAsked && !isAddress(first)) return undefined
  const method = calleeName(call) ?? ''
  if (/^(?:test|exec|match|replace)$/.test(method)) return schemePattern(isAsked ? first : callee.object, context)
  return isAsked ? firstScheme([first], context) : listedSchemes(callee.object, context)
}

/** `/^javascript:/`, `/^(javascript|data)$/`: nothing but schemes. */
function schemePattern(node: Node | undefined, context: RuleContext): string | undefined {
  const value = context.constants.valueOf(node)
  if (!(value instanceof RegExp)) return undefined
  return /^\^?(?:\\s\*|\(\??:?|\[\\s[^\]\s]*\]\*)*(?:\w+\|)*javascript(?:\||:|\)|$)/i.test(value.source) ? value.source : undefined
}

function listedSchemes(node: Node, context: RuleContext): string | undefined {
  const list = valueBehind(node, context)
  const texts = descendants(list, 60).flatMap((each) => (each.type === 'Literal' && typeof each.value === 'string' ? [each.value] : []))
  return texts.flatMap((text) => text.split('|')).some((text) => SCRIPT_SCHEME.test(text)) ? texts.join(' ') : undefined
}

const halfAnchored = defineRule({
  id: 'url-validation/half-anchored-pattern',
  cwe: [20, 185],
  severity: 'low',
  title: 'one alternative of a pattern is tied to an end of the text, and the others are not',
  help: 'Put the alternatives into a group: /^(?:a|b)$/.',
  nodes: ['Literal:regex'],
  calls: ['RegExp'],
  check(node, context) {
    const pattern = node.type === 'Literal' && 'regex' in node ? node.regex.pattern : node.type === 'CallExpression' || node.type === 'NewExpression' ? madePattern(node, context) : undefined
    if (pattern !== undefined && isHalfAnchored(pattern)) context.report(node)
  },
})

function madePattern(call: CallNode, context: RuleContext): string | undefined {
  return context.names.of(call.callee) === 'RegExp' ? stringOf(call.arguments[0], context) : undefined
}

/** Words, hosts and paths, with what may be left out. */
const PLAIN_WORDS = /^(?:\\[./\\s-]|\\s[*+]|[\w\s:@%/_.?-]|[()|])*$/

/** `^a|b`, `a|b$`, of plain words with letters alone: in patterns with more to them it is likely meant. */
function isHalfAnchored(pattern: string): boolean {
  if (!pattern.includes('|') || pattern.length > 200) return false
  const parts = alternatives(pattern)
  const first = parts[0] ?? ''
  const last = parts.at(-1) ?? ''
  if (parts.length < 2 || first.startsWith('^') === last.endsWith('$')) return false
  const bare = parts.map((part, index) => (index === 0 ? part.replace(/^\^/, '') : index === parts.length - 1 ? part.replace(/\$$/, '') : part))
  return bare.every((part) => PLAIN_WORDS.test(part) && /[a-z]/i.test(part.replace(/\\./g, '')))
}

/** Split at the bars outside of groups and sets. */
function alternatives(pattern: string): string[] {
  const parts = ['']
  let depth = 0
  for (const [piece] of pattern.matchAll(/\\.|\[(?:\\.|[^\\\]])*\]|[^]/g)) {
    if (piece === '(') depth++
    else if (piece === ')') depth--
    if (piece === '|' && depth === 0) parts.push('')
    else parts[parts.length - 1] += piece
  }
  return parts
}

export const addressPatternRules: readonly Rule[] = [schemeList, halfAnchored]
