/** A deep merge of one's own that copies `__proto__` along. */
import { isFunction, memberName, unwrap } from '../syntax/ast.ts'
import type { FunctionNode, Node } from '../syntax/ast.ts'
import { ownNameOf } from '../taint/sources.ts'
import { defineRule } from '../rule.ts'
import type { Rule } from '../rule.ts'
import { descendants, functionAround } from './shared.ts'

const mergeFunction = defineRule({
  id: 'proto-pollution/merge-function',
  cwe: [1321],
  severity: 'medium',
  title: 'a deep merge copies every key, __proto__ included',
  help: 'Skip the keys __proto__, constructor and prototype, or merge into objects made by Object.create(null).',
  calls: ['forEach'],
  nodes: ['ForInStatement', 'ForOfStatement'],
  check(node, context) {
    const loop = loopOf(node)
    const owner = loop && functionAround(node)
    if (!loop || !isFunction(owner) || owner.params.length < 2) return
    const name = ownNameOf(owner)
    const inner = descendants(loop.body, 400)
    const write = inner.find((each) => writesKey(each, loop.key, owner))
    const recurses = name !== undefined && inner.some((each) => each.type === 'CallExpression' && calls(each, name) && each.arguments.some((argument) => isKeyed(argument, loop.key, owner)))
    if (write && recurses && !refuses(owner)) context.report(write)
  },
})

/** What a loop over the keys of an object runs, and the name of the key. */
interface KeyLoop {
  readonly key: string
  readonly body: Node
}

function loopOf(node: Node): KeyLoop | undefined {
  switch (node.type) {
    case 'ForInStatement':
      return writtenLoop(node)
    case 'ForOfStatement':
      return isKeysCall(node.right) ? writtenLoop(node) : undefined
    case 'CallExpression':
      return calledLoop(node)
    default:
      return undefined
  }
}

function writtenLoop({ left, body }: Extract<Node, { type: 'ForInStatement' | 'ForOfStatement' }>): KeyLoop | undefined {
  const target = left.type === 'VariableDeclaration' ? left.declarations[0]?.id : left
  const name = target && keyName(target)
  return name === undefined ? undefined : { key: name, body }
}

/** `key`, and the `key` of `[key, value]`. */
function keyName(target: Node): string | undefined {
  const name = target.type === 'ArrayPattern' ? target.elements[0] : target
  return name?.type === 'Identifier' ? name.name : undefined
}

/** `Object.keys(object).forEach((key) => …)`. */
function calledLoop({ callee, arguments: [callback] }: Extract<Node, { type: 'CallExpression' }>): KeyLoop | undefined {
  if (callee.type !== 'MemberExpression' || memberName(callee) !== 'forEach' || !isKeysCall(callee.object)) return undefined
  if (!isFunction(callback) || !callback.body) return undefined
  const name = callback.params[0] && keyName(callback.params[0])
  return name === undefined ? undefined : { key: name, body: callback.body }
}

function isKeysCall(node: Node): boolean {
  const target = unwrap(node)
  return target.type === 'CallExpression' && target.callee.type === 'MemberExpression' && /^(?:keys|entries|getOwnPropertyNames|ownKeys)$/.test(memberName(target.callee) ?? '')
}

/** `target[key] = …`, `Object.assign(target, { [key]: … })`. */
function writesKey(node: Node, key: string, owner: FunctionNode): boolean {
  if (node.type === 'AssignmentExpression') return isKeyed(node.left, key, owner)
  if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression' || memberName(node.callee) !== 'assign') return false
  const [target, fields] = node.arguments
  return isParam(target, owner) && fields?.type === 'ObjectExpression' && fields.properties.some((entry) => entry.type === 'Property' && entry.computed && entry.key.type === 'Identifier' && entry.key.name === key)
}

/** `target[key]`, where `target` is a parameter. */
function isKeyed(node: Node, key: string, owner: FunctionNode): boolean {
  const target = unwrap(node)
  // target[key] ?? {}
  if (target.type === 'LogicalExpression') return isKeyed(target.left, key, owner)
  if (target.type !== 'MemberExpression' || !target.computed || target.property.type !== 'Identifier' || target.property.name !== key) return false
  const { object } = target
  return isParam(object, owner)
}

function isParam(node: Node | undefined, owner: FunctionNode): boolean {
  return node?.type === 'Identifier' && owner.params.some((param) => param.type === 'Identifier' && param.name === node.name)
}

function calls(call: Extract<Node, { type: 'CallExpression' }>, name: string): boolean {
  const callee = unwrap(call.callee)
  return callee.type === 'Identifier' ? callee.name === name : callee.type === 'MemberExpression' && memberName(callee) === name
}

/** A function that names `__proto__`, or asks the target for own properties, has thought of it. */
function refuses(owner: FunctionNode): boolean {
  return descendants(owner).some((each) => {
    if (each.type === 'Literal') return each.value === '__proto__' || each.value === 'constructor'
    return each.type === 'CallExpression' && each.callee.type === 'MemberExpression' && /^(?:hasOwnProperty|hasOwn|call|includes|has|create)$/.test(memberName(each.callee) ?? '')
  })
}

export const mergeFunctionRules: readonly Rule[] = [mergeFunction]
