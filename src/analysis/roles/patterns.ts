/** Design patterns that the shape of top-level declarations shows, each with what shows it. */
import { isFunction, memberName, staticKey, unwrap } from '../syntax/ast.ts'
import type { FunctionNode, Node } from '../syntax/ast.ts'
import { callsIn, returnsMarkup, visit } from './shape.ts'
import type { ExportFact } from './shape.ts'

export const PATTERNS = ['factory', 'singleton', 'observer', 'strategy', 'adapter', 'provider', 'hoc', 'reducer', 'builder', 'middleware'] as const
export type Pattern = (typeof PATTERNS)[number]

export interface PatternFact {
  readonly pattern: Pattern
  /** What shows it, as half a sentence. */
  readonly evidence: string
  /** UTF-16 offset of the declaration. */
  readonly start: number
}

/** Of what a module exports. @returns In source order. */
export function findPatterns(exports: readonly ExportFact[]): PatternFact[] {
  const facts: PatternFact[] = []
  for (const { localName, value, isType } of exports) {
    if (!value || isType) continue
    const target = unwrap(value)
    const add = (pattern: Pattern, evidence: string): void => void facts.push({ pattern, evidence, start: target.start })
    if (isFunction(target)) ofFunction(localName, target, add)
    else if (target.type === 'ClassDeclaration' || target.type === 'ClassExpression') ofClass(localName, target, add)
    else ofValue(localName, target, add)
  }
  return facts
}

type Add = (pattern: Pattern, evidence: string) => void

function ofFunction(name: string, node: FunctionNode, add: Add): void {
  if (/^(?:create|make|build)[A-Z]/.test(name) && yields(node, isMade)) add('factory', `${name} makes and returns an object`)
  if (/^with[A-Z]/.test(name) && (returnsMarkup(node) || yields(node, isFunction))) add('hoc', `${name} takes a component and returns one`)
  if (isReducer(node)) add('reducer', `${name || 'a function'} switches on action.type and returns state`)
  if (isMiddleware(node)) add('middleware', `${name} ends in next`)
}

function isMiddleware({ params }: FunctionNode): boolean {
  const last = params.at(-1)
  return params.length >= 3 && last?.type === 'Identifier' && last.name === 'next'
}

function isMade(value: Node): boolean {
  return value.type === 'ObjectExpression' || value.type === 'NewExpression' || isFunction(value)
}

function yields(node: FunctionNode, test: (value: Node) => boolean): boolean {
  if (node.body && node.body.type !== 'BlockStatement') return test(unwrap(node.body))
  let found = false
  visit(node.body ?? node, (inner) => {
    if (inner !== node.body && isFunction(inner)) return false
    if (inner.type === 'ReturnStatement' && inner.argument && test(unwrap(inner.argument))) found = true
    return !found
  })
  return found
}

function isReducer(node: FunctionNode): boolean {
  const [state, action] = node.params
  if (!state || action?.type !== 'Identifier') return false
  let found = false
  visit(node, (inner) => {
    const test = inner.type === 'SwitchStatement' ? inner.discriminant : undefined
    if (test?.type === 'MemberExpression' && memberName(test) === 'type' && test.object.type === 'Identifier' && test.object.name === action.name) found = true
    return !found
  })
  return found
}

function ofClass(name: string, node: Extract<Node, { type: 'ClassDeclaration' | 'ClassExpression' }>, add: Add): void {
  const methods = new Map(node.body.body.flatMap((member) => (member.type === 'MethodDefinition' && isFunction(member.value) ? [[staticKey(member, member.key) ?? '', member.value] as const] : [])))
  const has = (...names: string[]): string | undefined => names.find((each) => methods.has(each))
  const listen = has('on', 'subscribe', 'addListener', 'addObserver', 'attach', 'addEventListener')
  const notify = has('emit', 'notify', 'publish', 'dispatch', 'notifyObservers', 'dispatchEvent', 'trigger')
  if (listen !== undefined && notify !== undefined) add('observer', `${name} has ${listen} and ${notify}`)
  if (has('getInstance') !== undefined) add('singleton', `${name}.getInstance`)
  if (/Adapter$/.test(name)) add('adapter', `the name of ${name}`)
  const chained = [...methods.values()].filter((method) => yields(method, (value) => value.type === 'ThisExpression')).length
  if (chained >= 3) add('builder', `${chained} methods of ${name} return this`)
}

function ofValue(name: string, node: Node, add: Add): void {
  if (node.type === 'NewExpression' && node.callee.type === 'Identifier' && !/^(?:Map|Set|WeakMap|WeakSet|RegExp|Date|Error|URL|Array|Object)$/.test(node.callee.name)) add('singleton', `${name} is the one ${node.callee.name} that the module makes`)
  if (node.type === 'CallExpression' && /(?:^|\.)createContext$/.test(callsIn([node]).at(0) ?? '')) add('provider', `${name} is a context`)
  if (node.type === 'ObjectExpression' && isStrategyTable(node)) add('strategy', `${name} maps names to functions of one shape`)
}

/** At least three functions with as many parameters each, and nothing else. */
function isStrategyTable(node: Extract<Node, { type: 'ObjectExpression' }>): boolean {
  const counts = node.properties.map((entry) => {
    const value = entry.type === 'Property' ? unwrap(entry.value) : undefined
    return value && isFunction(value) ? value.params.length : -1
  })
  return counts.length >= 3 && counts.every((count) => count > 0 && count === counts[0])
}
