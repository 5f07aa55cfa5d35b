/** Escaping that is switched off, done by hand, or done once where it is needed often. */
import { memberName, unwrap } from '../syntax/ast.ts'
import type { AssignmentExpression, CallNode, Node } from '../syntax/ast.ts'
import { defineRule } from '../rule.ts'
import type { Rule, RuleContext } from '../rule.ts'
import { Trust } from '../taint/sources.ts'
import { descendants, functionAround, hasLiteralText, isFalse, isTrue, lastWord, piecesOf, textOf } from './shared.ts'

const noEscape = defineRule({
  id: 'xss/escaping-off',
  cwe: [79, 116],
  severity: 'medium',
  title: 'a template engine is told not to escape',
  help: 'Leave escaping on and mark the few trusted values instead.',
  nodes: ['Property', 'AssignmentExpression'],
  mentions: ['noEscape', 'autoescape', 'escapeMarkup', 'mustache', 'Mustache', 'handlebars', 'Handlebars'],
  check(node, context) {
    if (node.type === 'Property') {
      if (isOffInOptions(node, context)) context.report(reportedOf(node))
    } else if (node.type === 'AssignmentExpression' && isReplaced(node, context)) context.report(node)
  },
})

function isOffInOptions({ key, value }: Extract<Node, { type: 'Property' }>, context: RuleContext): boolean {
  if (key.type !== 'Identifier') return false
  if (key.name === 'noEscape') return isTrue(value, context)
  return (key.name === 'autoescape' || key.name === 'escapeMarkup') && isFalse(value, context)
}

/** `engine.escapeMarkup = false`, `mustache.escape = (text) => text`. */
function isReplaced({ left, right }: AssignmentExpression, context: RuleContext): boolean {
  const target = unwrap(left)
  if (target.type !== 'MemberExpression') return false
  const name = memberName(target)
  if (name === 'escapeMarkup') return isFalse(right, context)
  return name === 'escape' && /mustache|markup|handlebars/i.test(context.names.of(target.object) ?? '')
}

/** The call that the option is for, where there is one on the way. */
function reportedOf(option: Node): Node {
  const call = option.parent?.parent
  return call?.type === 'CallExpression' || call?.type === 'NewExpression' ? call : option
}

const manualEscape = defineRule({
  id: 'xss/manual-escaping',
  cwe: [79, 116],
  severity: 'low',
  title: 'markup is escaped by hand, which leaves gaps',
  help: 'Use a library that escapes for the context, or DOMPurify.sanitize.',
  calls: ['replaceAll', 'replace'],
  check(node, context) {
    const call = node as CallNode
    const callee = unwrap(call.callee)
    if (callee.type !== 'MemberExpression' || !escapesBracket(call, context)) return
    const flow = context.tainted(callee.object, 'html', Trust.Parameter) ?? (isUserInput(callee.object) ? context.trace(callee.object, 'html') : undefined)
    if (flow) context.report(call, flow)
  },
})

/** `<` becomes `&lt;`. */
function escapesBracket(call: CallNode, context: RuleContext): boolean {
  const pattern = context.constants.valueOf(call.arguments[0])
  const isBracket = pattern === '<' || (pattern instanceof RegExp && pattern.source === '<')
  return isBracket && /^&(?:lt|#60|#x3c);$/i.test(textOf(call.arguments[1], context))
}

function isUserInput(node: Node): boolean {
  return /input|html|content|comment|message/i.test(lastWord(unwrap(node)))
}

const incompleteEscape = defineRule({
  id: 'xss/incomplete-escaping',
  cwe: [116, 79],
  severity: 'low',
  title: 'only the first of the characters that matter is escaped',
  help: 'Use a regular expression with the g flag, or replaceAll; better, a library that escapes for the context.',
  calls: ['replace'],
  check(node, context) {
    const call = node as CallNode
    const substitute = context.constants.valueOf(call.arguments[1])
    const pattern = oncePattern(call.arguments[0], context)
    if (pattern === undefined || typeof substitute !== 'string' || !isEscaping(pattern, substitute)) return
    if (call.callee.type === 'MemberExpression' && !isRepeated(call) && !isPair(call, context) && !context.constants.isConstant(call.callee.object)) context.report(call)
  },
})

/** The text that is replaced once: of a string, or of a pattern without the g flag. */
function oncePattern(node: Node | undefined, context: RuleContext): string | undefined {
  const value = context.constants.valueOf(node)
  if (value instanceof RegExp) return value.global ? undefined : value.source.replace(/^\[([^\]\\^])\]$/, '$1')
  if (typeof value === 'string') return value
  return undefined
}

/** A character that means something is taken out or put behind a sign that makes it plain; or a step up a folder is taken out. */
function isEscaping(pattern: string, substitute: string): boolean {
  if (/^\/?(?:\\?\.){2}(?:\\?\/)?$/.test(pattern)) return substitute === ''
  const isMark = /^\\?['"<>&`|]$|^\\\\$/.test(pattern) || pattern === '\\'
  return isMark || (/^\\?[[\](){}*]$/.test(pattern) && /^\\+\W?$|^\\+\$&$/.test(substitute))
}

/** `text.replace('<', '').replace('>', '')` with brackets and braces takes one pair away, as in `[name]`. */
function isPair(call: CallNode, context: RuleContext): boolean {
  const around = call.parent?.type === 'MemberExpression' ? call.parent.parent : undefined
  const inner = call.callee.type === 'MemberExpression' ? unwrap(call.callee.object) : undefined
  return [around, inner].some((other) => other?.type === 'CallExpression' && isBracketPair(call, other, context))
}

function isBracketPair(left: CallNode, right: CallNode, context: RuleContext): boolean {
  const marks = [left, right].map(({ arguments: [first] }) => context.constants.valueOf(first)).sort()
  return /^(?:\[,\]|\{,\}|\(,\)|",")$/.test(marks.join(',')) && textOf(left.arguments[1], context) === ''
}

const quoteWithoutBackslash = defineRule({
  id: 'xss/backslash-left',
  cwe: [116, 20],
  severity: 'low',
  title: 'quotes are escaped with backslashes, and backslashes are not: one before a quote makes it plain again',
  help: 'Escape backslashes first, or use JSON.stringify.',
  calls: ['replace', 'replaceAll'],
  check(node, context) {
    const call = node as CallNode
    const pattern = context.constants.valueOf(call.arguments[0])
    const source = pattern instanceof RegExp ? (pattern.global ? pattern.source : '') : typeof pattern === 'string' ? pattern : ''
    if (!/^\(?\[?(?:\\?['"]\|?)+\]?\)?$/.test(source) || !/^\\(?:\$[&1]|['"])$/.test(textOf(call.arguments[1], context))) return
    if (!context.constants.isConstant(call.callee.type === 'MemberExpression' ? call.callee.object : undefined) && !mindsBackslashes(call, context)) context.report(call)
  },
})

/** Something in the function has to do with backslashes, or has escaped the text before. */
function mindsBackslashes(call: CallNode, context: RuleContext): boolean {
  const owner = functionAround(call) ?? context.program
  return descendants(owner).some((each) => {
    if (each.type === 'CallExpression') return context.names.of(each.callee) === 'JSON.stringify'
    return each.type === 'Literal' && each !== call.arguments[0] && each !== call.arguments[1] && (('regex' in each && /\\\\/.test(each.regex.pattern)) || each.value === '\\')
  })
}

const attributeText = defineRule({
  id: 'xss/quote-left',
  cwe: [116, 79, 80],
  severity: 'low',
  title: 'a text becomes an attribute, and what was done to it leaves the quotes that end one',
  help: 'Escape both kinds of quotes as well; better, let the DOM set the attribute.',
  nodes: ['TemplateLiteral', 'BinaryExpression'],
  check(node, context) {
    if (node.type === 'BinaryExpression' && (node.operator !== '+' || node.parent?.type === 'BinaryExpression')) return
    if (!hasLiteralText(node, /=['"]/)) return
    const pieces = piecesOf(node, context)
    pieces.forEach((piece, index) => {
      const before = pieces[index - 1]
      const quote = typeof piece !== 'string' && typeof before === 'string' ? /=\s*(['"])[^'"<>]*$/.exec(before)?.[1] : undefined
      if (quote !== undefined && typeof piece !== 'string' && leavesQuote(piece, quote, context)) context.report(piece)
    })
  },
})

/** A chain of replacements that minds `<` or `>`, and not this quote. */
function leavesQuote(piece: Node, quote: string, context: RuleContext): boolean {
  let minded = ''
  for (let current = unwrap(piece); current.type === 'CallExpression' && current.callee.type === 'MemberExpression'; current = unwrap(current.callee.object)) {
    if (!/^replace(?:All)?$/.test(memberName(current.callee) ?? '')) return false
    const pattern = context.constants.valueOf(current.arguments[0])
    minded += pattern instanceof RegExp ? pattern.source : String(pattern)
  }
  return /[<>]/.test(minded) && !minded.includes(quote) && !/\[\^|\\W/.test(minded)
}

/** In a loop every occurrence gets its turn. */
function isRepeated(node: Node): boolean {
  for (let current = node.parent; current; current = current.parent) if (/^(?:While|DoWhile|For)/.test(current.type)) return true
  return false
}

export const escapingRules: readonly Rule[] = [incompleteEscape, quoteWithoutBackslash, attributeText, noEscape, manualEscape]
