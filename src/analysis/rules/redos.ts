/**
 * Regular expressions that take exponential time, and ones that outsiders write.
 * The pattern is never run: see `regex-ambiguity.ts`.
 */
import type { CallNode, Node } from '../syntax/ast.ts'
import { memberName, unwrap } from '../syntax/ast.ts'
import { defineRule } from '../rule.ts'
import type { Rule, RuleContext } from '../rule.ts'
import { Trust } from '../taint/sources.ts'
import { isExponential } from './regex-ambiguity.ts'
import { calledName, isBuiltText, piecesOf, valueBehind } from './shared.ts'

const dynamicPattern = defineRule({
  id: 'redos/dynamic-pattern',
  cwe: [1333, 400],
  severity: 'medium',
  title: 'a regular expression is made of text that others choose',
  help: 'Escape the text (RegExp.escape), or search with includes and startsWith.',
  calls: ['RegExp'],
  check(node, context) {
    const call = node as CallNode
    if (context.names.of(call.callee) !== 'RegExp') return
    const [first] = call.arguments
    if (!first) return
    const least = isBuiltText(piecesOf(first, context)) ? Trust.Parameter : Trust.Remote
    const flow = context.tainted(first, 'regex', least)
    if (flow) context.report(call, flow)
  },
})

const searchedPattern = defineRule({
  id: 'redos/searched-pattern',
  cwe: [1333, 400],
  severity: 'medium',
  title: 'a text that outsiders choose is searched for as a regular expression',
  help: 'Use includes or startsWith, which take the text as it is.',
  calls: ['match', 'matchAll', 'search'],
  remoteOnly: true,
  check(node, context) {
    const call = node as CallNode
    const [pattern, ...others] = call.arguments
    if (!pattern || others.length > 0 || call.callee.type !== 'MemberExpression' || patternBehind(pattern, false, context) !== undefined) return
    if (valueBehind(pattern, context).type === 'NewExpression' || !isText(call.callee.object, context)) return
    const flow = context.tainted(pattern, 'regex', Trust.Remote)
    if (flow) context.report(call, flow)
  },
})

/** Not a router, nor a store, which have methods of these names. */
function isText(node: Node, context: RuleContext): boolean {
  return !/^mod:|(?:^|[.:])(?:router|app|cache|caches|client|index|db|store|service|api|repo(?:sitory)?)\b/i.test(context.names.of(node) ?? '')
}

const exponential = defineRule({
  id: 'redos/exponential',
  cwe: [1333],
  severity: 'medium',
  title: 'a regular expression takes exponential time on some texts',
  help: 'Make the alternatives of the repeated group begin differently, or bound the repetition.',
  nodes: ['Literal:regex'],
  calls: ['RegExp'],
  check(node, context) {
    const pattern = node.type === 'Literal' ? writtenPattern(node) : madePattern(node as CallNode, context)
    const flags = node.type === 'Literal' && 'regex' in node ? node.regex.flags : ''
    if (pattern !== undefined && isExponential(pattern, flags)) context.report(node)
  },
})

function writtenPattern(node: Node | undefined): string | undefined {
  return node?.type === 'Literal' && 'regex' in node ? node.regex.pattern : undefined
}

/** `new RegExp('…')`, `RegExp(/…/)`. */
function madePattern(call: CallNode, context: RuleContext): string | undefined {
  const [first] = call.arguments
  if (!first || calledName(call, context) !== 'RegExp') return undefined
  const value = context.constants.valueOf(first)
  return typeof value === 'string' ? value : writtenPattern(context.constants.literal(first))
}

/** Where such an expression, made elsewhere in the module, meets a text. */
const exponentialUse = defineRule({
  id: 'redos/exponential-use',
  cwe: [1333],
  severity: 'medium',
  title: 'a regular expression that takes exponential time is run',
  help: 'Replace the expression, or bound the length of the text.',
  calls: ['test', 'exec', 'match', 'matchAll', 'replace', 'search', 'split'],
  check(node, context) {
    const call = node as CallNode
    const callee = unwrap(call.callee)
    if (callee.type !== 'MemberExpression') return
    const isOwn = /^(?:test|exec)$/.test(memberName(callee) ?? '')
    const [regex, text] = isOwn ? [callee.object, call.arguments[0]] : [call.arguments[0], callee.object]
    if (!regex || unwrap(regex).type === 'Literal') return
    const pattern = patternBehind(regex, !isOwn, context)
    if (pattern !== undefined && isExponential(pattern) && !context.constants.isConstant(text)) context.report(call)
  },
})

/** @param mayBeText Whether a text in this place is made a pattern, as `match` does it. */
function patternBehind(regex: Node, mayBeText: boolean, context: RuleContext): string | undefined {
  const target = context.constants.literal(regex)
  const made = target?.type === 'NewExpression' ? target.arguments[0] : target
  const value = context.constants.valueOf(made)
  if (value instanceof RegExp) return value.source
  return typeof value === 'string' && (mayBeText || made !== target) ? value : undefined
}

const allErrors = defineRule({
  id: 'redos/all-errors',
  cwe: [400],
  severity: 'low',
  title: 'a validator goes on after the first error, so that a bad document costs without bound',
  help: 'Leave allErrors off for documents from outside.',
  calls: ['Ajv', 'Ajv2019', 'Ajv2020', 'ajv'],
  check(node, context) {
    const call = node as CallNode
    if (!/^mod:ajv|^Ajv$|^local:Ajv/.test(context.names.of(call.callee) ?? '')) return
    if (context.constants.valueOf(context.constants.option(call.arguments[0], 'allErrors')) === true) context.report(call)
  },
})

export const redosRules: readonly Rule[] = [dynamicPattern, searchedPattern, exponential, exponentialUse, allErrors]
