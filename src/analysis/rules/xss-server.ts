/** Pages put together on the server, and template engines told not to escape. */
import { memberName, unwrap } from '../ast.ts'
import type { CallNode, Node } from '../ast.ts'
import { defineRule, defineSinkRule } from '../rule.ts'
import type { Rule, RuleContext } from '../rule.ts'
import { Trust } from '../sources.ts'
import { hasLiteralText, isBuiltText, isFalse, isMessage, isTrue, piecesOf, skeleton, textAround } from './shared.ts'

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
    const callee = unwrap(call.callee)
    if (callee.type !== 'MemberExpression' || !isResponse(callee.object, context)) return
    const value = call.arguments[0]
    if (!value || unwrap(value).type === 'ObjectExpression') return
    const flow = context.tainted(value, 'html', Trust.Remote)
    if (flow && !isDocument(value, context)) context.report(call, flow)
  },
})

/** What Express sends as JSON by itself. */
function isDocument(value: Node, context: RuleContext): boolean {
  const target = unwrap(context.constants.literal(value) ?? value)
  if (target.type === 'ObjectExpression' || target.type === 'ArrayExpression') return true
  return target.type === 'CallExpression' && context.names.of(target.callee) === 'JSON.stringify'
}

/** `res`, also behind `res.status(200)` and the like. */
export function isResponse(node: Node, context: RuleContext): boolean {
  let current = unwrap(node)
  while (current.type === 'CallExpression' && current.callee.type === 'MemberExpression') current = unwrap(current.callee.object)
  if (current.type !== 'Identifier') return false
  if (/^_?(?:res|resp|response|reply)$/.test(current.name)) return true
  return /(?:Response|Reply)\(\)$/.test(context.names.of(current) ?? '')
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
    if (node.type === 'BinaryExpression' && (node.operator !== '+' || node.parent?.type === 'BinaryExpression')) return
    if (node.type === 'TemplateLiteral' && (node.expressions.length === 0 || node.parent?.type === 'TaggedTemplateExpression')) return
    if (!hasLiteralText(node, /</)) return
    const pieces = piecesOf(node, context)
    if (!isBuiltText(pieces) || !MARKUP.test(skeleton(pieces)) || isMessage(node, context)) return
    const flow = context.tainted(node, 'html', Trust.Remote)
    if (flow) context.report(node, flow)
  },
})

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
    if (node.type === 'Property' && node.key.type === 'Identifier') {
      const { name } = node.key
      if (name === 'noEscape' && isTrue(node.value, context)) context.report(reportedOf(node))
      else if (name === 'autoescape' && isFalse(node.value, context)) context.report(reportedOf(node))
      else if (name === 'escapeMarkup' && isFalse(node.value, context)) context.report(reportedOf(node))
    } else if (node.type === 'AssignmentExpression') {
      const target = unwrap(node.left)
      if (target.type !== 'MemberExpression') return
      const name = memberName(target)
      const isEngine = /mustache|markup|handlebars/i.test(context.names.of(target.object) ?? '')
      if ((name === 'escapeMarkup' && isFalse(node.right, context)) || (name === 'escape' && isEngine)) context.report(node)
    }
  },
})

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
    if (callee.type !== 'MemberExpression') return
    const [pattern, entity] = [context.constants.valueOf(call.arguments[0]), context.constants.valueOf(call.arguments[1])]
    const isBracket = pattern === '<' || (pattern instanceof RegExp && pattern.source === '<')
    if (!isBracket || typeof entity !== 'string' || !/^&(?:lt|#60|#x3c);$/i.test(entity)) return
    const flow = context.tainted(callee.object, 'html', Trust.Parameter) ?? (isUserInput(callee.object) ? context.trace(callee.object, 'html') : undefined)
    if (flow) context.report(call, flow)
  },
})

function isUserInput(node: Node): boolean {
  const target = unwrap(node)
  const name = target.type === 'MemberExpression' ? memberName(target) : target.type === 'Identifier' ? target.name : ''
  return /input|html|content|comment|message/i.test(name ?? '')
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
