/** What is reached by one key that others choose, and then written to: the first key is `__proto__` sooner or later. */
import { isFunction, memberName, unwrap } from '../syntax/ast.ts'
import type { FunctionNode, MemberExpression, Node } from '../syntax/ast.ts'
import { defineRule } from '../rule.ts'
import type { Rule, RuleContext } from '../rule.ts'
import { Trust, exportNameOf } from '../taint/sources.ts'
import type { Flow } from '../taint/taint.ts'
import { descendants, dottedText, functionAround, isComputedMember } from './shared.ts'

const nestedKey = defineRule({
  id: 'proto-pollution/nested-key',
  cwe: [1321, 915],
  severity: 'medium',
  title: 'an object is reached by a key that others choose, and then written to',
  help: 'Refuse the keys __proto__, constructor and prototype, or keep such objects in a Map.',
  nodes: ['AssignmentExpression', 'UnaryExpression'],
  check(node, context) {
    const target = writtenMember(node)
    const inner = target && reachedBy(target, context)
    if (!target || !inner || [inner, target].some(isCounted) || mindsPrototype(node)) return
    const flow = context.tainted(inner.property, 'key', Trust.Remote) ?? libraryFlow(target, inner, node, context)
    if (flow) context.report(node, flow)
  },
})

/** `object[a][b]` of `object[a][b] = …` and `delete object[a][b]`. */
function writtenMember(node: Node): MemberExpression | undefined {
  const written = node.type === 'AssignmentExpression' ? node.left : node.type === 'UnaryExpression' && node.operator === 'delete' ? node.argument : undefined
  const target = written && unwrap(written)
  return target?.type === 'MemberExpression' ? target : undefined
}

/** `object[a]`, written there or put into a variable before; nothing where neither outsiders nor callers can choose both keys. */
function reachedBy(target: MemberExpression, context: RuleContext): MemberExpression | undefined {
  return isKeyed(target) || context.isExposed() ? keyedValue(unwrap(target.object), context) : undefined
}

function keyedValue(place: Node, { scopes }: RuleContext): MemberExpression | undefined {
  const binding = place.type === 'Identifier' ? scopes.resolve(place.name, place.start) : undefined
  const [write, ...others] = binding?.kind === 'variable' ? scopes.writesOf(binding) : []
  const value = write && others.length === 0 && write.path.length === 0 ? unwrap(write.value) : place
  return value.type === 'MemberExpression' && isKeyed(value) ? value : undefined
}

/** A key that is not written, or an element of a list of keys. */
function isKeyed(member: MemberExpression): boolean {
  return member.computed && (isComputedMember(member) || member.property.type === 'MemberExpression')
}

const COUNTERS = /^(?:[a-z]|\w*(?:idx|index|pos|offset|row|col|line|column|count|num|number|level|depth|size|frame|layer|slot|bit)\d?)$/i

/** An element of a list by its place. */
function isCounted({ computed, property }: MemberExpression): boolean {
  return computed && isNumeric(property)
}

/** What counts, by its name or as arithmetic. */
function isNumeric(key: Node): boolean {
  const target = unwrap(key)
  if (target.type === 'Identifier') return COUNTERS.test(target.name)
  return target.type === 'UpdateExpression' || (target.type === 'Literal' && typeof target.value === 'number') || (target.type === 'BinaryExpression' && target.operator !== '+')
}

/** In an exported function that is handed the object and both keys. */
function libraryFlow(target: MemberExpression, inner: MemberExpression, node: Node, context: RuleContext): Flow | undefined {
  if (!isKeyed(target) || !isHandedOut(functionAround(node))) return undefined
  const isOwn = context.tainted(inner.object, 'key', Trust.Parameter)
  return isOwn && context.tainted(target.property, 'key', Trust.Parameter) ? context.tainted(inner.property, 'key', Trust.Parameter) : undefined
}

function isHandedOut(owner: Node | undefined): boolean {
  return isFunction(owner) && exportNameOf(owner as FunctionNode) !== undefined
}

/** What comes before names `__proto__`, asks for own properties, or calls what says that it does. */
function mindsPrototype(node: Node): boolean {
  const owner = functionAround(node)
  return owner !== undefined && descendants(owner).some((each) => each.start <= node.start && isMindful(each))
}

function isMindful(node: Node): boolean {
  if (node.type === 'Literal') return typeof node.value === 'string' && /__proto__|^constructor$/.test(node.value)
  if (node.type !== 'CallExpression') return false
  const name = node.callee.type === 'MemberExpression' ? (memberName(node.callee) ?? '') : (dottedText(node.callee) ?? '')
  return /^(?:hasOwnProperty|hasOwn)$|proto/i.test(name) || (/safe|valid|allowed|forbidden/i.test(name) && /key|prop|path/i.test(name))
}

export const nestedKeyRules: readonly Rule[] = [nestedKey]
