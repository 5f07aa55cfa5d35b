/** Keys from outside: `__proto__` and `constructor` reach the prototype of every object. */
import { isFunction, memberName, staticKey, unwrap } from '../syntax/ast.ts'
import type { CallNode, MemberExpression, Node } from '../syntax/ast.ts'
import type { Binding } from '../names/scope-table.ts'
import { defineRule } from '../rule.ts'
import type { Rule, RuleContext } from '../rule.ts'
import { Trust, feederOf } from '../taint/sources.ts'
import type { Flow } from '../taint/taint.ts'
import { wholeInput } from './whole-input.ts'
import { descendants, dottedText, firstTainted, functionAround, isComputedMember, valueBehind } from './shared.ts'

const HELP = 'Use a Map, or an object made by Object.create(null), or refuse the keys __proto__, constructor and prototype.'

const assignedKey = defineRule({
  id: 'proto-pollution/assigned-key',
  cwe: [1321, 915],
  severity: 'high',
  remoteOnly: true,
  title: 'outsiders choose the key that is written',
  help: HELP,
  nodes: ['AssignmentExpression'],
  check(node, context) {
    if (node.type !== 'AssignmentExpression') return
    const target = unwrap(node.left)
    if (target.type !== 'MemberExpression' || !isComputedMember(target) || isIndex(target.property, context)) return
    if (isOwnKey(target, context) || isBare(target.object, context)) return
    const flow = context.tainted(target.property, 'key', Trust.Remote)
    if (flow && !refusesPrototype(node, target.property)) context.report(node, flow)
  },
})

/** `Object.create(null)`, `{ __proto__: null }`: there is no prototype to reach. */
function isBare(object: Node, context: RuleContext): boolean {
  const made = valueBehind(object, context)
  if (made.type === 'CallExpression') return context.names.of(made.callee) === 'Object.create' && context.constants.valueOf(made.arguments[0]) === null
  return made.type === 'ObjectExpression' && made.properties.some((entry) => entry.type === 'Property' && staticKey(entry, entry.key) === '__proto__')
}

/** `object[key] = …` in a loop over the keys of the same object: the key is there already. */
function isOwnKey({ object, property }: MemberExpression, context: RuleContext): boolean {
  const key = unwrap(property)
  const written = dottedText(unwrap(object))
  if (key.type !== 'Identifier' || written === undefined) return false
  const binding = context.scopes.resolve(key.name, key.start)
  return binding !== undefined && keyedObjects(binding, context).some((each) => dottedText(unwrap(each)) === written)
}

/** The objects whose keys a name goes through. */
function keyedObjects(binding: Binding, context: RuleContext): Node[] {
  if (binding.kind === 'param') {
    const feeder = feederOf(binding.owner, binding.index)
    return feeder ? keysIn(feeder) : []
  }
  return context.scopes.writesOf(binding).flatMap(({ value, path }) => (path.includes('key') ? [value] : keysIn(value)))
}

/** `object` of `Object.keys(object)`. */
function keysIn(node: Node): Node[] {
  const target = unwrap(node)
  const isKeys = target.type === 'CallExpression' && target.callee.type === 'MemberExpression' && /^(?:keys|getOwnPropertyNames|ownKeys)$/.test(memberName(target.callee) ?? '')
  return isKeys ? target.arguments.slice(0, 1) : []
}

/** Arithmetic, and what starts as a number and is counted. */
function isIndex(key: Node, context: RuleContext): boolean {
  const target = unwrap(key)
  if (target.type === 'Identifier') return startsAsNumber(target, context)
  return target.type === 'UpdateExpression' || target.type === 'Literal' || (target.type === 'BinaryExpression' && target.operator !== '+')
}

function startsAsNumber(variable: Extract<Node, { type: 'Identifier' }>, context: RuleContext): boolean {
  const binding = context.scopes.resolve(variable.name, variable.start)
  if (binding?.kind !== 'variable') return false
  const [first] = context.scopes.writesOf(binding)
  return first?.path.length === 0 && first.value.type === 'Literal' && typeof first.value.value === 'number'
}

/** A function that names `__proto__`, or asks for own properties, has thought of it. */
function refusesPrototype(node: Node, key: Node): boolean {
  let owner: Node | null | undefined = node.parent
  while (owner && !isFunction(owner)) owner = owner.parent
  if (!owner) return false
  const name = key.type === 'Identifier' ? key.name : undefined
  return descendants(owner).some((each) => {
    if (each.type === 'Literal' && (each.value === '__proto__' || each.value === 'constructor')) return true
    if (each.type !== 'CallExpression' || each.callee.type !== 'MemberExpression') return false
    const isAsked = /^(?:hasOwnProperty|hasOwn|includes|has)$/.test(memberName(each.callee) ?? '')
    return isAsked && each.arguments.some((argument) => name !== undefined && argument.type === 'Identifier' && argument.name === name)
  })
}

const walkedKeys = defineRule({
  id: 'proto-pollution/walked-keys',
  cwe: [1321],
  severity: 'medium',
  title: 'a loop walks down an object by keys that it is given',
  help: HELP,
  nodes: ['AssignmentExpression'],
  check(node, context) {
    if (node.type !== 'AssignmentExpression' || node.left.type !== 'Identifier' || node.operator !== '=') return
    const key = keyOfStep(node.right, node.left.name)
    if (!key || isCounter(key, node) || !loopAround(node) || refusesPrototype(node, key) || !isWrittenInto(node.left, node)) return
    context.report(node)
  },
})

/** Whether the function writes into what the name stands for, or gives it away: who only reads on the way down harms nobody. */
function isWrittenInto({ name }: Extract<Node, { type: 'Identifier' }>, step: Node): boolean {
  const owner = functionAround(step)
  return owner === undefined || descendants(owner).some((each) => each.type === 'AssignmentExpression' && isMemberOf(each.left, name))
}

function isMemberOf(node: Node, name: string): boolean {
  const target = unwrap(node)
  return target.type === 'MemberExpression' && target.computed && target.object.type === 'Identifier' && target.object.name === name
}

/** `key` of `object = object[key]` and of `object = object[key] || {}`, where it is no constant. */
function keyOfStep(right: Node, name: string): Node | undefined {
  const target = unwrap(right)
  // object = object[key] || {}, object = object[key] = {}
  const step = target.type === 'LogicalExpression' || target.type === 'AssignmentExpression' ? unwrap(target.left) : target
  if (step.type !== 'MemberExpression' || !step.computed || step.object.type !== 'Identifier' || step.object.name !== name) return undefined
  const key = unwrap(step.property)
  return key.type === 'Identifier' || key.type === 'MemberExpression' ? key : undefined
}

function loopAround(node: Node): Node | undefined {
  for (let current = node.parent; current && !isFunction(current); current = current.parent) {
    if (/^(?:For|While|DoWhile)/.test(current.type)) return current
  }
  const owner = node.parent
  for (let current = owner; current; current = current.parent) {
    if (isFunction(current)) return isLoopCallback(current) ? current : undefined
  }
  return undefined
}

function isLoopCallback(node: Node): boolean {
  const call = node.parent
  return call?.type === 'CallExpression' && call.callee.type === 'MemberExpression' && /^(?:forEach|reduce|map|each)$/.test(memberName(call.callee) ?? '')
}

/** `i` of `for (let i = 0; …)`, and anything that is counted. */
function isCounter(key: Node, node: Node): boolean {
  if (key.type !== 'Identifier') return false
  if (/^(?:i|j|k|n|idx|index|pos|at|next|left|right|parent)$/.test(key.name)) return true
  const loop = loopAround(node)
  if (loop?.type !== 'ForStatement') return false
  return loop.update !== null && loop.update !== undefined && descendants(loop.update).some((each) => each.type === 'Identifier' && each.name === key.name)
}

const MERGERS = /^mod:(?:lodash(?:-es)?|underscore|lodash\.\w+|deepmerge|deep-extend|merge-deep|just-extend|hoek|@hapi\/hoek|extend|merge|defaults-deep|jquery|radash|object-path|set-value|nested-property|dottie|mpath|dot-object|merge-options|assign-deep|mixin-deep)\b(?:(?:\(\))?[./](?:merge|mergeWith|defaultsDeep|set|setWith|extend|assignIn|recursive|all|applyToDefaults|default|str|ensureExists|insert))?$|^(?:\$|jQuery|_)\.(?:extend|merge|defaultsDeep|set)$/

const merge = defineRule({
  id: 'proto-pollution/merge',
  cwe: [1321],
  severity: 'high',
  title: 'outsiders’ data is merged deeply into an object',
  help: 'Pick the fields that may be set, or merge into an object without a prototype.',
  calls: ['merge', 'mergeWith', 'defaultsDeep', 'set', 'setWith', 'extend', 'assignIn', 'recursive', 'all', 'applyToDefaults', 'deepmerge', 'deepExtend'],
  check(node, context) {
    const call = node as CallNode
    if (!MERGERS.test(context.names.of(call.callee) ?? '')) return
    const flow = firstTainted(call.arguments, 'key', Trust.Remote, context)
    if (flow) context.report(call, flow)
  },
})

const massAssignment = defineRule({
  id: 'proto-pollution/mass-assignment',
  cwe: [915, 601],
  severity: 'medium',
  title: 'outsiders decide which fields of an object are set',
  help: 'Pick the fields that may be set, one by one.',
  calls: ['assign'],
  check(node, context) {
    const call = node as CallNode
    if (context.names.of(call.callee) !== 'Object.assign') return
    for (const argument of call.arguments.slice(1)) {
      const flow = fieldsFlow(argument, context)
      if (flow) return context.report(call, flow)
    }
  },
})

/** Whose fields are taken over: of an object that is written here, those of what is spread into it, and of whole requests. */
function fieldsFlow(argument: Node, context: RuleContext): Flow | undefined {
  const value = valueBehind(argument, context)
  if (value.type !== 'ObjectExpression') return context.tainted(argument, 'key', Trust.Remote) ?? parsedFlow(argument, context)
  for (const entry of value.properties) {
    const flow = entry.type === 'SpreadElement' ? fieldsFlow(entry.argument, context) : wholeInput(entry.value, context)
    if (flow) return flow
  }
  return undefined
}

/** What was just parsed from a text that is not constant has keys that nobody has checked. */
function parsedFlow(argument: Node, context: RuleContext): Flow | undefined {
  const value = valueBehind(argument, context)
  if (value.type !== 'CallExpression' || context.names.of(value.callee) !== 'JSON.parse') return undefined
  return context.constants.isConstant(value.arguments[0]) ? undefined : context.tainted(value.arguments[0], 'key', Trust.Unknown)
}

export const prototypePollutionRules: readonly Rule[] = [assignedKey, walkedKeys, merge, massAssignment]
