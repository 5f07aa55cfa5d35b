/** Pages put together on the server, and templates that outsiders write. */
import { calleeName, unwrap } from '../syntax/ast.ts'
import type { CallNode, Node } from '../syntax/ast.ts'
import { defineRule, defineSinkRule } from '../rule.ts'
import type { Rule, RuleContext } from '../rule.ts'
import { isSanitizer } from '../taint/sanitizers.ts'
import { Trust } from '../taint/sources.ts'
import { isAnswer, isPlainAnswer } from './responses.ts'
import { calledName, hasLiteralText, isBuiltText, isFilledTemplate, isMessage, piecesOf, skeleton, textAround, valueBehind } from './shared.ts'

const MARKUP = /<\/?[a-z!][^<>]*(?:>|\0)/i

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
    if (flow && !isDocument(value, context) && !isPlainAnswer(call, context)) context.report(call, flow)
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
    if (!isMarkup(piecesOf(node, context)) || isMessage(node, context) || isCleaned(node, context)) return
    const flow = context.tainted(node, 'html', Trust.Remote)
    if (flow) context.report(node, flow)
  },
})

function isMarkup(pieces: readonly (Node | string)[]): boolean {
  return isBuiltText(pieces) && MARKUP.test(skeleton(pieces))
}

/** Handed as it is to what makes it harmless. */
function isCleaned({ parent }: Node, context: RuleContext): boolean {
  return parent?.type === 'CallExpression' && (isSanitizer(calledName(parent, context), 'html') || isSanitizer(calleeName(parent) ?? '', 'html'))
}

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

const twig = defineRule({
  id: 'ssti/template-option',
  cwe: [1336, 94],
  severity: 'high',
  title: 'outsiders’ data becomes the source of a template',
  help: 'Keep template sources constant and pass data as variables.',
  calls: ['twig'],
  check(node, context) {
    const call = node as CallNode
    if (!/^mod:twig\b/.test(calledName(call, context))) return
    const flow = context.tainted(context.constants.option(call.arguments[0], 'data'), 'code', Trust.Remote)
    if (flow) context.report(call, flow)
  },
})

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

export const xssServerRules: readonly Rule[] = [response, pageText, template, twig]
