/** Lines that outsiders add to a log. */
import type { CallNode } from '../ast.ts'
import { defineRule } from '../rule.ts'
import type { Rule } from '../rule.ts'
import { Trust } from '../sources.ts'
import { isBuiltText, piecesOf } from './shared.ts'

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
    if (!WRITERS.test(context.names.of(call.callee) ?? '')) return
    for (const argument of call.arguments) {
      // A value that is passed by itself is the logger's to print.
      if (!isBuiltText(piecesOf(argument, context))) continue
      const flow = context.tainted(argument, 'log', Trust.Remote)
      if (flow) return context.report(call, flow)
    }
  },
})

export const logInjectionRules: readonly Rule[] = [outsidersText]
