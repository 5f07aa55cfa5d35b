/** Names inside of an archive: `../` in one of them leaves the folder it is unpacked to. */
import { memberName } from '../syntax/ast.ts'
import type { CallNode, Node } from '../syntax/ast.ts'
import { defineRule } from '../rule.ts'
import type { Rule, RuleContext } from '../rule.ts'
import { descendants, functionAround } from './shared.ts'

const ENTRY_NAMES = /^(?:entryName|fileName|path|name|filename)$/

const archiveEntry = defineRule({
  id: 'path-traversal/archive-entry',
  cwe: [22],
  severity: 'medium',
  title: 'an archive decides where its files are written',
  help: 'Resolve the name against the folder, and refuse it when the result does not start with the folder.',
  calls: ['createWriteStream', 'writeFile', 'writeFileSync', 'outputFile', 'outputFileSync', 'mkdirSync', 'mkdir', 'move', 'rename'],
  mentions: ['adm-zip', 'unzipper', 'unzip', 'unzip2', 'yauzl', 'tar-stream', 'tar', 'jszip', 'node-stream-zip', 'decompress-zip', 'extract-zip'],
  check(node, context) {
    const call = node as CallNode
    if (!/^mod:fs\./.test(context.names.of(call.callee) ?? '')) return
    const [target] = call.arguments
    if (target && holdsEntryName(target, context) && !isChecked(call)) context.report(call)
  },
})

/** A member such as `entry.path`, in the argument or in the variable that it is. */
function holdsEntryName(node: Node, context: RuleContext): boolean {
  const value = context.constants.literal(node) ?? node
  return descendants(value, 60).some((each) => {
    if (each.type === 'Identifier' && each !== value) {
      const inner = context.constants.literal(each)
      if (inner && inner !== each && inner.type === 'MemberExpression') return isEntryName(inner)
    }
    return isEntryName(each)
  })
}

function isEntryName(node: Node): boolean {
  return node.type === 'MemberExpression' && ENTRY_NAMES.test(memberName(node) ?? '') && node.object.type === 'Identifier' && /entry|file|header|item/i.test(node.object.name)
}

/** A function that compares the beginning of a path, or looks for `..`, has thought of it. */
function isChecked(call: Node): boolean {
  const owner = functionAround(call)
  return owner !== undefined && descendants(owner).some((each) => {
    if (each.type === 'Literal') return each.value === '..' || each.value === '../'
    return each.type === 'CallExpression' && each.callee.type === 'MemberExpression' && /^(?:startsWith|basename|relative)$/.test(memberName(each.callee) ?? '')
  })
}

export const archiveRules: readonly Rule[] = [archiveEntry]
