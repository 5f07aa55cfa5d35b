/**
 * Regular expressions that take exponential time, and ones that outsiders write.
 * The pattern is never run: its text is read, in linear time, for a repeated group that can match one text in two ways.
 */
import type { CallNode } from '../ast.ts'
import { calleeName, memberName, unwrap } from '../ast.ts'
import { defineRule } from '../rule.ts'
import type { Rule } from '../rule.ts'
import { Trust } from '../sources.ts'
import { isBuiltText, piecesOf } from './shared.ts'
import { isExponential } from './regex-shape.ts'

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

const exponential = defineRule({
  id: 'redos/exponential',
  cwe: [1333],
  severity: 'medium',
  title: 'a regular expression takes exponential time on some texts',
  help: 'Make the alternatives of the repeated group begin differently, or bound the repetition.',
  nodes: ['Literal'],
  calls: ['RegExp'],
  check(node, context) {
    if (node.type === 'Literal') {
      if (!('regex' in node) || !node.regex || !isExponential(node.regex.pattern)) return
      context.report(node)
      return
    }
    const call = node as CallNode
    const [first] = call.arguments
    if (!first || context.names.of(call.callee) !== 'RegExp') return
    const target = context.constants.literal(first)
    const value = context.constants.valueOf(first)
    const pattern = typeof value === 'string' ? value : target?.type === 'Literal' && 'regex' in target ? target.regex.pattern : undefined
    if (pattern !== undefined && isExponential(pattern)) context.report(call)
  },
})

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
    const isOwn = calleeName(call) === 'test' || memberName(callee) === 'exec'
    const regex = isOwn ? callee.object : call.arguments[0]
    const text = isOwn ? call.arguments[0] : callee.object
    if (!regex || unwrap(regex).type === 'Literal') return
    const target = context.constants.literal(regex)
    const made = target?.type === 'NewExpression' ? target.arguments[0] : target
    const value = context.constants.valueOf(made)
    const pattern = value instanceof RegExp ? value.source : typeof value === 'string' && (!isOwn || target !== made) ? value : undefined
    if (pattern !== undefined && isExponential(pattern) && !context.constants.isConstant(text)) context.report(call)
  },
})

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

export const redosRules: readonly Rule[] = [dynamicPattern, exponential, exponentialUse, allErrors]
