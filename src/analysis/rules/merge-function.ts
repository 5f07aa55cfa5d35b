/** A deep merge of one's own that copies `__proto__` along. */
import { isFunction, memberName, unwrap } from '../syntax/ast.ts'
import type { FunctionNode, Node } from '../syntax/ast.ts'
import { ownNameOf } from '../taint/sources.ts'
import { defineRule } from '../rule.ts'
import type { Rule } from '../rule.ts'
import { descendants, dottedText, functionAround } from './shared.ts'

const mergeFunction = defineRule({
  id: 'proto-pollution/merge-function',
  cwe: [1321],
  severity: 'medium',
  title: 'a deep merge copies every key, __proto__ included',
  help: 'Skip the keys __proto__, constructor and prototype, or merge into objects made by Object.create(null).',
  calls: ['forEach', 'each', 'forOwn', 'forIn', 'forEachRight', 'forOwnRight', 'eachProp', 'forEachProp', 'for-own', 'for-in'],
  nodes: ['ForInStatement', 'ForOfStatement'],
  check(node, context) {
    const owner = functionAround(node)
    if (!isFunction(owner) || owner.params.length < 2) return
    for (const loop of loopsOf(node, owner)) {
      const write = mergingWrite(loop, owner)
      if (write) return context.report(write)
    }
  },
})

/** What copies a key of a loop in a function that calls itself for what lies below that key. */
function mergingWrite({ key, body }: KeyLoop, owner: FunctionNode): Node | undefined {
  const name = ownNameOf(owner)
  const inner = descendants(body, 400)
  const write = inner.find((each) => writesKey(each, key, owner))
  const recurses = name !== undefined && inner.some((each) => each.type === 'CallExpression' && calls(each, name) && each.arguments.some((argument) => isKeyed(argument, key, owner)))
  return write && recurses && !refuses(owner, writtenName(write)) ? write : undefined
}

/** The object that is written to. */
function writtenName(write: Node): string {
  const target = write.type === 'AssignmentExpression' ? unwrap(write.left) : write.type === 'CallExpression' ? write.arguments[0] : undefined
  return (target && dottedText(target.type === 'MemberExpression' ? target.object : target)) ?? ''
}

/** What a loop over the keys of an object runs, and the name of the key. */
interface KeyLoop {
  readonly key: string
  readonly body: Node
}

/** Where it is not known which parameter of a callback is the key, each that may be. */
function loopsOf(node: Node, owner: FunctionNode): readonly KeyLoop[] {
  switch (node.type) {
    case 'ForInStatement':
      return writtenLoop(node)
    case 'ForOfStatement':
      return isKeysCall(node.right) ? writtenLoop(node) : []
    case 'CallExpression':
      return calledLoop(node) ?? helpedLoop(node, owner)
    default:
      return []
  }
}

function writtenLoop({ left, body }: Extract<Node, { type: 'ForInStatement' | 'ForOfStatement' }>): readonly KeyLoop[] {
  const target = left.type === 'VariableDeclaration' ? left.declarations[0]?.id : left
  const name = target && keyName(target)
  return name === undefined ? [] : [{ key: name, body }]
}

/** `key`, and the `key` of `[key, value]`. */
function keyName(target: Node): string | undefined {
  const name = target.type === 'ArrayPattern' ? target.elements[0] : target
  return name?.type === 'Identifier' ? name.name : undefined
}

/** `Object.keys(object).forEach((key) => …)`; nothing where no such loop is called. */
function calledLoop({ callee, arguments: [callback] }: Extract<Node, { type: 'CallExpression' }>): readonly KeyLoop[] | undefined {
  if (callee.type !== 'MemberExpression' || memberName(callee) !== 'forEach' || !isKeysCall(callee.object)) return undefined
  return isFunction(callback) ? loopOfCallback(callback) : []
}

function loopOfCallback({ params: [param], body }: FunctionNode): readonly KeyLoop[] {
  const name = param && body ? (keyOfEntry(param, body) ?? keyName(param)) : undefined
  return name === undefined || !body ? [] : [{ key: name, body }]
}

/** `key` of `(entry) => { const key = entry[0] … }`. */
function keyOfEntry(param: Node, body: Node): string | undefined {
  const entry = param.type === 'Identifier' ? param.name : undefined
  const declared = descendants(body, 60).find((each) => each.type === 'VariableDeclarator' && each.init?.type === 'MemberExpression' && dottedText(each.init) === `${entry}.0`)
  return declared?.type === 'VariableDeclarator' && declared.id.type === 'Identifier' ? declared.id.name : undefined
}

/** `each(source, (value, key) => …)` of lodash and its like, where `source` is a parameter; jQuery has the key first. */
function helpedLoop({ arguments: [source, callback] }: Extract<Node, { type: 'CallExpression' }>, owner: FunctionNode): readonly KeyLoop[] {
  if (!isParam(source, owner) || !isFunction(callback) || callback.params.length < 2 || !callback.body) return []
  const { body } = callback
  return [callback.params[1], callback.params[0]].flatMap((param) => (param?.type === 'Identifier' ? [{ key: param.name, body }] : []))
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

/** A function that names `__proto__`, keeps keys in a list, or asks for own properties of what it writes to; those of the source say nothing. */
function refuses(owner: FunctionNode, written: string): boolean {
  return descendants(owner).some((each) => {
    if (each.type === 'Literal') return each.value === '__proto__' || each.value === 'constructor'
    if (each.type !== 'CallExpression' || each.callee.type !== 'MemberExpression') return false
    const method = memberName(each.callee) ?? ''
    return /^(?:includes|has|create)$/.test(method) || (OWN_QUESTION.test(method) && asksAbout(each, method, owner, written))
  })
}

const OWN_QUESTION = /^(?:hasOwnProperty|hasOwn|call)$/

/** `target.hasOwnProperty(key)`, `Object.hasOwn(target, key)`, `hasOwnProperty.call(target, key)`; of what is no parameter it is not known. */
function asksAbout({ callee, arguments: [first] }: Extract<Node, { type: 'CallExpression' }>, method: string, owner: FunctionNode, written: string): boolean {
  const asked = method === 'hasOwnProperty' && callee.type === 'MemberExpression' ? unwrap(callee.object) : first
  return !isParam(asked, owner) || dottedText(asked as Node) === written
}

export const mergeFunctionRules: readonly Rule[] = [mergeFunction]
