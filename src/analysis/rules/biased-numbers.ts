/** Numbers made of random bytes so that some come up more often than others. */
import { calleeName, memberName, unwrap } from '../syntax/ast.ts'
import type { CallNode, Node } from '../syntax/ast.ts'
import { defineRule } from '../rule.ts'
import type { Rule, RuleContext } from '../rule.ts'
import { asCall, calledName, valueBehind } from './shared.ts'

const HELP = 'Use crypto.randomInt, or draw again where the value is beyond the last whole multiple.'

const biased = defineRule({
  id: 'weak-crypto/biased-number',
  cwe: [327, 330],
  severity: 'low',
  title: 'random bytes are cut to a range so that some values come up more often',
  help: HELP,
  nodes: ['BinaryExpression'],
  mentions: ['randomBytes', 'getRandomValues', 'randomFillSync', 'crypto-random-string', 'secure-random'],
  check(node, context) {
    if (node.type !== 'BinaryExpression' || !isUneven(node, context) || isDrawnAgain(node)) return
    if (isRandomByte(node.left, context) && (node.operator === '%' || isRounded(node, context))) context.report(node)
  },
})

/** The rest of a division by what is no power of two, and a share of the greatest byte. */
function isUneven({ operator, right }: Extract<Node, { type: 'BinaryExpression' }>, { constants }: RuleContext): boolean {
  const by = constants.valueOf(right)
  if (operator === '/') return by === 255 || by === 65_535 || by === 4_294_967_295
  return operator === '%' && !(typeof by === 'number' && (by & (by - 1)) === 0)
}

/** `bytes[0]` and `bytes.readUInt32BE()`, of random bytes. */
function isRandomByte(node: Node, context: RuleContext): boolean {
  const value = valueBehind(node, context)
  if (value.type === 'MemberExpression') return value.computed && isRandom(value.object, context)
  const read = asCall(value)
  if (read?.callee.type !== 'MemberExpression') return read !== undefined && /^(?:parseInt|Number)$/.test(calledName(read, context)) && read.arguments.slice(0, 1).some((text) => isRandomText(text, context))
  return /^read(?:U?Int|Big)/.test(calleeName(read) ?? '') && isRandom(read.callee.object, context)
}

/** `bytes.toString('hex')`. */
function isRandomText(node: Node, context: RuleContext): boolean {
  const call = asCall(valueBehind(node, context))
  return call?.callee.type === 'MemberExpression' && memberName(call.callee) === 'toString' && isRandom(call.callee.object, context)
}

function isRandom(node: Node, context: RuleContext): boolean {
  if (/^mod:(?:crypto\.(?:randomBytes|pseudoRandomBytes)|secure-random(?:\.\w+)?)\(\)$/.test(context.names.of(node) ?? '')) return true
  const call = asCall(valueBehind(node, context))
  if (call && /getRandomValues$|randomFillSync$/.test(calledName(call, context))) return true
  return isFilled(node, context)
}

/** `crypto.getRandomValues(bytes)` somewhere before. */
function isFilled(node: Node, { scopes }: RuleContext): boolean {
  const target = unwrap(node)
  const binding = target.type === 'Identifier' ? scopes.resolve(target.name, target.start) : undefined
  const fills = (call: CallNode): boolean => call.arguments[0]?.type === 'Identifier' && scopes.resolve(call.arguments[0].name, call.start) === binding
  return binding !== undefined && ['getRandomValues', 'randomFillSync'].some((method) => scopes.callsOf(method).some(fills))
}

/** `Math.floor(byte / 255 * count)`. */
function isRounded(node: Node, context: RuleContext): boolean {
  let current = node.parent
  while (current?.type === 'BinaryExpression') current = current.parent
  return current?.type === 'CallExpression' && /^Math\.(?:floor|round|ceil|trunc)$/.test(calledName(current, context))
}

/** In a loop that draws until a value fits. */
function isDrawnAgain(node: Node): boolean {
  for (let current = node.parent; current; current = current.parent) if (current.type === 'DoWhileStatement' || current.type === 'WhileStatement') return true
  return false
}

export const biasedNumberRules: readonly Rule[] = [biased]
