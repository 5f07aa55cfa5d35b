/** What a server answers with. */
import { unwrap } from '../syntax/ast.ts'
import type { CallNode, Node } from '../syntax/ast.ts'
import type { RuleContext } from '../rule.ts'

/** `res`, also behind `res.status(200)` and the like. */
export function isResponse(node: Node, context: RuleContext): boolean {
  let current = unwrap(node)
  while (current.type === 'CallExpression' && current.callee.type === 'MemberExpression') current = unwrap(current.callee.object)
  if (current.type !== 'Identifier') return false
  if (/^_?(?:res|resp|response|reply|ctx)$/.test(current.name)) return true
  return /(?:Response|Reply)\(\)$/.test(context.names.of(current) ?? '')
}

/** Whether a method of a response is called. */
export function isAnswer(call: CallNode, context: RuleContext): boolean {
  const callee = unwrap(call.callee)
  return callee.type === 'MemberExpression' && isResponse(callee.object, context)
}
