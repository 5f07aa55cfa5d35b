/** Headers of an answer that outsiders write, or that let everyone read it. */
import { unwrap } from '../ast.ts'
import type { CallNode } from '../ast.ts'
import { defineRule } from '../rule.ts'
import type { Rule } from '../rule.ts'
import { Trust } from '../sources.ts'
import { stringOf } from './shared.ts'
import { isResponse } from './xss-server.ts'

const SETTERS = ['set', 'setHeader', 'header', 'append', 'appendHeader']

const value = defineRule({
  id: 'header-injection/value',
  cwe: [113, 644],
  severity: 'low',
  title: 'outsiders choose the value of a header',
  help: 'Choose from fixed values, or encode it with encodeURIComponent.',
  calls: SETTERS,
  remoteOnly: true,
  check(node, context) {
    const call = node as CallNode
    const callee = unwrap(call.callee)
    if (callee.type !== 'MemberExpression' || call.arguments.length < 2 || !isResponse(callee.object, context)) return
    const name = stringOf(call.arguments[0], context)
    // Rules of their own speak about these.
    if (name !== undefined && /^(?:location|access-control-allow-\w+|content-length)$/i.test(name)) return
    const flow = context.tainted(call.arguments[1], 'url', Trust.Remote) ?? context.tainted(call.arguments[0], 'any', Trust.Remote)
    if (flow) context.report(call, flow)
  },
})

const everyone = defineRule({
  id: 'cors-origin/everyone',
  cwe: [942, 346],
  severity: 'low',
  title: 'every site may read an answer',
  help: 'Name the origin that may, or leave the header out where the answer is not public.',
  calls: [...SETTERS, 'writeHead'],
  check(node, context) {
    const call = node as CallNode
    const callee = unwrap(call.callee)
    if (callee.type !== 'MemberExpression' || !isResponse(callee.object, context)) return
    const name = stringOf(call.arguments[0], context)
    const headers = name === undefined ? call.arguments.at(-1) : undefined
    const origin = name !== undefined && /^access-control-allow-origin$/i.test(name) ? call.arguments[1] : (context.constants.option(headers, 'Access-Control-Allow-Origin') ?? context.constants.option(headers, 'access-control-allow-origin'))
    if (stringOf(origin, context) === '*') context.report(call)
  },
})

export const responseHeaderRules: readonly Rule[] = [value, everyone]
