/** Pages put together on the server, and template engines told not to escape. */
import { memberName, unwrap } from '../ast.ts'
import type { AssignmentExpression, CallNode, Node } from '../ast.ts'
import { defineRule, defineSinkRule } from '../rule.ts'
import type { Rule, RuleContext } from '../rule.ts'
import { Trust } from '../sources.ts'
import { isAnswer } from './responses.ts'
import { hasLiteralText, isBuiltText, isFalse, isFilledTemplate, isMessage, isTrue, lastWord, piecesOf, skeleton, textAround, textOf, valueBehind } from './shared.ts'

const MARKUP = /<\/?[a-z!][^>]*(?:>|\0)/i

const response = defineRule({
  id: 'xss/response',
  cwe: [79],
  severity: 'high',
  remoteOnly: true,
  title: 'outsiders’ data is sent back as a page',
  help: 'Answer with JSON (res.json), or render a template that escapes.',
  calls: ['send', 'write', 'end', 'html'],
  check(node, context) {
    const call = node as CallNode
    const [value] = call.arguments
    if (!value || !isAnswer(call, context) || unwrap(value).type === 'ObjectExpression') return
    const flow = context.tainted(value, 'html', Trust.Remote)
    if (flow && !isDocument(value, context)) context.report(call, flow)
  },
})

/** What Express sends as JSON by itself. */
function isDocument(value: Node, context: RuleContext): boolean {
  const target = valueBehind(value, context)
  if (target.type === 'ObjectExpression' || target.type === 'ArrayExpression') return true
  return target.type === 'CallExpression' && context.names.of(target.callee) === 'JSON.stringify'
}

const pageText = defineRule({
  id: 'xss/page-text',
  cwe: [79],
  severity: 'medium',
  remoteOnly: true,
  title: 'outsiders’ data is put into the text of a page',
  help: 'Escape it, or render a template that escapes.',
  nodes: ['TemplateLiteral', 'BinaryExpression'],
  calls: ['concat', 'format', 'join'],
  check(node, context) {
    if (node.type === 'CallExpression') return joinedPage(node, context)
    if (!(isFilledTemplate(node) || isWholeSum(node)) || !hasLiteralText(node, /</)) return
    const pieces = piecesOf(node, context)
    if (!isBuiltText(pieces) || !MARKUP.test(skeleton(pieces)) || isMessage(node, context)) return
    const flow = context.tainted(node, 'html', Trust.Remote)
    if (flow) context.report(node, flow)
  },
})

/** A chain of `+` that is no operand of anything. */
function isWholeSum(node: Node): boolean {
  return node.type === 'BinaryExpression' && node.operator === '+' && node.parent?.type !== 'BinaryExpression'
}

function joinedPage(call: CallNode, context: RuleContext): void {
  if (!MARKUP.test(textAround(call, context)) || isMessage(call, context)) return
  const flow = context.tainted(call, 'html', Trust.Remote)
  if (flow) context.report(call, flow)
}

const ENGINES = /^mod:(?:pug|jade|ejs|handlebars|hbs|nunjucks|mustache|hogan\.js|dot|doT|dustjs-linkedin|swig|twig|eta|marko|underscore|lodash|lodash\.template|squirrelly|art-template|velocityjs|haml|haml-coffee|ect|whiskers|blade|walrus|eco|jazz|jqtpl|just|liquor|toffee|vash|slm|liquidjs|sqrl|template7|plates|combyne|dot-emc|atpl|bracket-template|htmling|ractive|razor-tmpl|tinyliquid|velocity|ref|arc-templates|babel-core|coffee-script)\b.*(?:^mod:[\w./-]+|\.(?:compile|compileClient|render|renderString|renderSync|parse|fromString|template|from_string|precompile|process|parseAndRender|loadSource|compileFn))$/

const template = defineSinkRule({
  id: 'ssti/template-source',
  cwe: [1336, 94, 79],
  severity: 'high',
  title: 'outsiders’ data becomes the source of a template',
  help: 'Keep template sources constant and pass data as variables.',
  category: 'code',
  calls: ['compile', 'compileClient', 'render', 'renderString', 'renderSync', 'parse', 'fromString', 'template', 'from_string', 'precompile', 'process', 'parseAndRender', 'loadSource', 'compileFn', 'pug', 'ejs', 'jade', 'nunjucks', 'Template', 'doT'],
  sinks: [{ callee: ENGINES, least: Trust.Remote }],
})

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
    const [pattern, substitute] = [context.constants.valueOf(call.arguments[0]), context.constants.valueOf(call.arguments[1])]
    if (typeof pattern !== 'string' || typeof substitute !== 'string' || !/^['"<>&\\`]$/.test(pattern)) return
    if (call.callee.type === 'MemberExpression' && !isRepeated(call) && !context.constants.isConstant(call.callee.object)) context.report(call)
  },
})

/** In a loop every occurrence gets its turn. */
function isRepeated(node: Node): boolean {
  for (let current = node.parent; current; current = current.parent) if (/^(?:While|DoWhile|For)/.test(current.type)) return true
  return false
}

export const xssServerRules: readonly Rule[] = [incompleteEscape, response, pageText, template, noEscape, manualEscape]
