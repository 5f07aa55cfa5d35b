/** Files that everyone may change. */
import type { CallNode } from '../syntax/ast.ts'
import { defineRule } from '../rule.ts'
import type { Rule, RuleContext } from '../rule.ts'

const permissions = defineRule({
  id: 'path-traversal/world-writable',
  cwe: [732],
  severity: 'medium',
  title: 'everyone may write, or run, the file',
  help: 'Give the owner alone the right to write: 0o644, 0o600.',
  calls: ['umask', 'chmod', 'chmodSync', 'fchmod', 'fchmodSync', 'lchmod', 'writeFile', 'writeFileSync', 'mkdir', 'mkdirSync'],
  check(node, context) {
    const call = node as CallNode
    const name = context.names.of(call.callee) ?? ''
    if (name === 'process.umask' || name === 'mod:process.umask') return reportOpenMask(call, context)
    if (!/^mod:fs\./.test(name)) return
    const mode = /chmod/.test(name) ? context.constants.valueOf(call.arguments[1]) : context.constants.valueOf(context.constants.option(call.arguments.at(-1), 'mode'))
    const bits = typeof mode === 'string' ? Number.parseInt(mode, 8) : typeof mode === 'number' ? mode : 0
    if ((bits & 0o002) !== 0) context.report(call)
  },
})

/** What a mask leaves out, everyone may do with files that are made later. */
function reportOpenMask(call: CallNode, context: RuleContext): void {
  const mask = context.constants.valueOf(call.arguments[0])
  const bits = typeof mask === 'string' ? Number.parseInt(mask, 8) : typeof mask === 'number' ? mask : 0o777
  if ((bits & 0o002) === 0) context.report(call)
}

export const filePermissionRules: readonly Rule[] = [permissions]
