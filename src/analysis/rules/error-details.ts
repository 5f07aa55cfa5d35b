/** What an error knows about the server, told to whoever caused it. */
import { isFunction, memberName, unwrap } from '../syntax/ast.ts'
import type { CallNode, Node } from '../syntax/ast.ts'
import { defineRule } from '../rule.ts'
import type { Rule, RuleContext } from '../rule.ts'
import type { Binding } from '../names/scope-table.ts'
import { descendants } from './shared.ts'
import { isAnswer } from './responses.ts'

const stackTrace = defineRule({
  id: 'info-leak/stack-trace',
  cwe: [209, 497],
  severity: 'low',
  title: 'an error is sent to outsiders with its stack',
  help: 'Log the error and answer with a message of your own.',
  calls: ['send', 'json', 'end', 'write', 'jsonp', 'text', 'html', 'body'],
  check(node, context) {
    const call = node as CallNode
    const [value] = call.arguments
    if (!value || !(isAnswer(call, context) || isContextAnswer(call, context))) return
    if (descendants(value, 60).some((each) => isStack(each, context)) || isCaught(value, context)) context.report(call)
  },
})

/** `c.text(…)` of Hono. */
function isContextAnswer(call: CallNode, context: RuleContext): boolean {
  return /^param:c(?:tx)?\.(?:text|json|html|body)$/.test(context.names.of(call.callee) ?? '')
}

function isStack(node: Node, context: RuleContext): boolean {
  if (node.type === 'MemberExpression') return memberName(node) === 'stack' && isError(node.object, context)
  if (node.type !== 'Identifier') return false
  const value = context.constants.literal(node)
  return value?.type === 'MemberExpression' && memberName(value) === 'stack' && isError(value.object, context)
}

/** `send(error)`: the whole of what a `catch`, or an error handler, was given. */
function isCaught(node: Node, context: RuleContext): boolean {
  const target = unwrap(node)
  return target.type === 'Identifier' && isError(target, context) && /^(?:e|ex|err|error|exception)$/.test(target.name)
}

function isError(node: Node, context: RuleContext): boolean {
  const target = unwrap(node)
  if (target.type !== 'Identifier') return false
  const binding = context.scopes.resolve(target.name, target.start)
  if (binding?.kind === 'variable') return binding.declaration === 'catch' || /Error\(\)$/.test(context.names.of(target) ?? '')
  return binding?.kind === 'param' && /^e(?:x|rr|rror|xception)?$/.test(target.name) && isHandlersFirst(binding)
}

function isHandlersFirst({ index, owner }: Extract<Binding, { kind: 'param' }>): boolean {
  return index === 0 && isFunction(owner)
}

export const errorDetailRules: readonly Rule[] = [stackTrace]
