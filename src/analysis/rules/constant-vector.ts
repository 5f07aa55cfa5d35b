/** Vectors, salts and nonces that are the same every time. */
import { unwrap } from '../syntax/ast.ts'
import type { CallNode, Node } from '../syntax/ast.ts'
import { defineRule } from '../rule.ts'
import type { Rule, RuleContext } from '../rule.ts'

const vector = defineRule({
  id: 'weak-crypto/constant-vector',
  cwe: [329, 330],
  severity: 'medium',
  title: 'what has to be new for every message is constant',
  help: 'Take it from crypto.randomBytes() and keep it beside the message.',
  calls: ['createCipheriv', 'createDecipheriv', 'pbkdf2', 'pbkdf2Sync', 'scrypt', 'scryptSync'],
  check(node, context) {
    const call = node as CallNode
    const name = context.names.of(call.callee) ?? ''
    if (!name.startsWith('mod:crypto.') || name.endsWith('createDecipheriv')) return
    const value = name.endsWith('createCipheriv') ? call.arguments[2] : call.arguments[1]
    if (value && isFilled(value, context)) context.report(call)
  },
})

function isFilled(node: Node, context: RuleContext): boolean {
  const target = unwrap(context.constants.literal(node) ?? node)
  if (target.type === 'Literal') return typeof target.value === 'string' && target.value !== ''
  if (target.type !== 'CallExpression' && target.type !== 'NewExpression') return false
  if (!/^(?:Buffer\.(?:alloc|from)|Buffer|Uint8Array)$/.test(context.names.of(target.callee) ?? '')) return false
  return target.arguments.length > 0 && target.arguments.every((argument) => context.constants.isConstant(argument))
}

export const constantVectorRules: readonly Rule[] = [vector]
