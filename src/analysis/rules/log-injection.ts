/** What outsiders write into a log: whole lines, and the format of one. */
import { unwrap } from '../syntax/ast.ts'
import type { CallNode, Node } from '../syntax/ast.ts'
import { defineRule } from '../rule.ts'
import type { Rule, RuleContext } from '../rule.ts'
import { Trust } from '../taint/sources.ts'
import type { Flow } from '../taint/taint.ts'
import { containerOfId } from '../syntax/blocks.ts'
import { calledName, isBuiltText, piecesOf, textOf } from './shared.ts'

const WRITERS = /^console\.(?:log|info|warn|error|debug|trace)$|(?:^|[.:])(?:log|logger|winston|pino|bunyan|loglevel)(?:\(\))?\.(?:log|info|warn|warning|error|debug|trace|fatal|verbose)$/

const outsidersText = defineRule({
  id: 'log-format/outsiders-text',
  cwe: [117],
  severity: 'low',
  title: 'outsiders’ text becomes part of a line of a log, its line ends included',
  help: 'Log it as a value (JSON.stringify), or take out line ends first.',
  calls: ['log', 'info', 'warn', 'warning', 'error', 'debug', 'trace', 'fatal', 'verbose'],
  remoteOnly: true,
  check(node, context) {
    const call = node as CallNode
    const name = context.names.of(call.callee) ?? ''
    if (!WRITERS.test(name)) return
    // A place in a format tells a reader where the value begins.
    const isConsole = name.startsWith('console.') && !/%[sdifjoOc]/.test(textOf(call.arguments[0], context))
    // A value that is passed by itself is the logger's to print; the console prints a text as it is.
    const printed = call.arguments.filter((argument) => isBuiltText(piecesOf(argument, context)) || (isConsole && isText(argument, context)))
    for (const argument of printed) {
      const flow = context.tainted(argument, 'log', Trust.Remote)
      if (flow && !isOfPage(flow, context)) return context.report(call, flow)
    }
  },
})

/** What is read of a request one by one is a text; a whole query or body is an object, which is printed with its line ends escaped. */
function isText(argument: Node, context: RuleContext): boolean {
  const value = unwrap(argument)
  if (value.type === 'CallExpression') return !PRINTS_ESCAPED.test(calledName(value, context)) && isTextMade(value, context)
  if (value.type === 'MemberExpression') return value.object.type === 'MemberExpression'
  const binding = value.type === 'Identifier' ? context.scopes.resolve(value.name, value.start) : undefined
  return binding?.kind === 'variable' && context.scopes.writesOf(binding).some(({ value: from, path }) => path.length + depthOf(from) > 1)
}

/** How many members deep an expression reads, as far as it matters. */
function depthOf(node: Node): number {
  const target = unwrap(node)
  return target.type === 'MemberExpression' ? (target.object.type === 'MemberExpression' ? 2 : 1) : 0
}

/** What puts line ends as `\\n`. */
const PRINTS_ESCAPED = /^JSON\.stringify$|^mod:util\.inspect$/

/** A text that goes through a function, as those do that colour or cut it. */
function isTextMade({ arguments: inputs }: CallNode, context: RuleContext): boolean {
  return inputs.some((input) => isBuiltText(piecesOf(input, context)) || isText(input, context))
}

/** The console of a browser is nobody's log: whoever sees it has written the address bar, or the message. */
function isOfPage({ origin }: Flow, context: RuleContext): boolean {
  return containerOfId(context.id) !== undefined || /^(?:window\.|document\.|self\.)?(?:location|history|document)\b/.test(context.source.slice(origin.start, origin.end))
}

const FORMATTERS = /^console\.(?:log|info|warn|error|debug|trace|assert)$|^mod:util\.(?:format|formatWithOptions|log)$|^mod:(?:printf|printj|sprintf-js|format-util|string-template|string-format|sprintf|util-format)\b(?:\/compile)?(?:\.(?:v?sprintf|printf|format))?$/

const forged = defineRule({
  id: 'log-format/format-text',
  cwe: [134, 117],
  severity: 'low',
  title: 'the format of a message holds text that others choose',
  help: 'Make the format constant: console.log("… %s", value).',
  calls: ['log', 'info', 'warn', 'error', 'debug', 'trace', 'format', 'formatWithOptions', 'assert', 'printf', 'sprintf', 'vsprintf', 'format-util', 'string-template', 'compile', 'string-format'],
  check(node, context) {
    const call = node as CallNode
    const name = context.names.of(call.callee) ?? ''
    if (!FORMATTERS.test(name)) return
    const at = /formatWithOptions$|\.assert$/.test(name) ? 1 : 0
    const format = call.arguments[at]
    if (format && isBuiltText(piecesOf(format, context))) builtFormat(call, at, format, context)
    else if (!name.startsWith('console.')) wholeFormat(call, at, context)
  },
})

function builtFormat(call: CallNode, at: number, format: Node, context: RuleContext): void {
  // Unknown callers matter only where there is something that their `%s` would swallow.
  const least = call.arguments.slice(at + 1).some((argument) => isSubstitution(argument, context)) ? Trust.Parameter : Trust.Remote
  const flow = context.tainted(format, 'log', least)
  if (flow && !isOfPage(flow, context)) context.report(call, flow)
}

/** The whole of a format, where there is something for its places. */
function wholeFormat(call: CallNode, at: number, context: RuleContext): void {
  const flow = call.arguments.length > at + 1 ? context.tainted(call.arguments[at], 'log', Trust.Remote) : undefined
  if (flow && !isOfPage(flow, context)) context.report(call, flow)
}

/** Further arguments fill the places of the format; an error or options at the end do not. */
function isSubstitution(argument: Node, context: RuleContext): boolean {
  const value = unwrap(argument)
  return value.type === 'Identifier' && !/^(?:e|err|error|ex|cause)$/.test(value.name) && !context.constants.isConstant(argument)
}

export const logInjectionRules: readonly Rule[] = [outsidersText, forged]
