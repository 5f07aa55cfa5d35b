/** Buffers whose bounds nobody checks. */
import type { CallNode } from '../syntax/ast.ts'
import { defineRule } from '../rule.ts'
import type { Rule } from '../rule.ts'

const uncheckedBuffer = defineRule({
  id: 'resource/unchecked-buffer',
  cwe: [119, 125],
  severity: 'medium',
  title: 'a buffer is read or written without checking its bounds',
  help: 'Drop the noAssert argument.',
  calls: ['UInt8', 'Int8', 'UInt16LE', 'UInt16BE', 'Int16LE', 'Int16BE', 'UInt32LE', 'UInt32BE', 'Int32LE', 'Int32BE', 'FloatLE', 'FloatBE', 'DoubleLE', 'DoubleBE'].flatMap((type) => [`read${type}`, `write${type}`]),
  check(node, context) {
    const call = node as CallNode
    const last = call.arguments.at(-1)
    if (call.arguments.length >= 2 && context.constants.valueOf(last) === true) context.report(call)
  },
})

export const bufferRules: readonly Rule[] = [uncheckedBuffer]
