/** Small questions that several rules ask. */
import { calleeName, isFunction, memberName, unwrap } from '../syntax/ast.ts'
import type { CallNode, MemberExpression, Node } from '../syntax/ast.ts'
import type { RuleContext } from '../rule.ts'
import type { Category } from '../taint/sanitizers.ts'
import type { Trust } from '../taint/sources.ts'
import type { Flow } from '../taint/taint.ts'
import { dottedText } from '../taint/guards.ts'
import { descendants } from '../syntax/descend.ts'
import { interleave, operandsOf } from '../names/text-parts.ts'

export { descendants, dottedText }

export function asCall(node: Node | null | undefined): CallNode | undefined {
  if (!node) return undefined
  const target = unwrap(node)
  return target.type === 'CallExpression' || target.type === 'NewExpression' ? target : undefined
}

/** Pieces of a built string, in order: constant text as strings, the rest as nodes; a single piece for anything else. */
export function piecesOf(node: Node, context: RuleContext): (Node | string)[] {
  const target = unwrap(context.constants.literal(node) ?? node)
  const raw = piecesOfExpression(target)
  return raw.map((piece) => {
    if (typeof piece === 'string') return piece
    const value = context.constants.valueOf(piece)
    return typeof value === 'string' || typeof value === 'number' ? String(value) : piece
  })
}

function piecesOfExpression(target: Node): (Node | string)[] {
  if (target.type === 'TemplateLiteral') return interleave(target)
  if (target.type === 'BinaryExpression' && target.operator === '+') return operandsOf(target)
  const call = asCall(target)
  if (call && calleeName(call) === 'concat' && call.callee.type === 'MemberExpression') return [call.callee.object, ...call.arguments]
  return [target]
}

/** Whether the literal text of a template or of a chain of `+` matches; no variable is looked through, so it is cheap. */
export function hasLiteralText(node: Node, pattern: RegExp): boolean {
  if (node.type === 'TemplateLiteral') return node.quasis.some((quasi) => pattern.test(quasi.value.raw))
  return operandsOf(node).some((operand) => {
    if (operand.type === 'Literal') return typeof operand.value === 'string' && pattern.test(operand.value)
    return operand.type === 'TemplateLiteral' && hasLiteralText(operand, pattern)
  })
}

/** Whether an expression is a text put together from several pieces of which at least one is not constant. */
export function isBuiltText(pieces: readonly (Node | string)[]): boolean {
  return pieces.length > 1 && pieces.some((piece) => typeof piece !== 'string')
}

/** Constant text of the pieces; `\0` stands for what is not constant. */
export function skeleton(pieces: readonly (Node | string)[]): string {
  return pieces.map((piece) => (typeof piece === 'string' ? piece : '\0')).join('')
}

/** Canonical name of what is called; empty where it is not known. */
export function calledName(call: CallNode, context: RuleContext): string {
  return context.names.of(call.callee) ?? ''
}

/** The word that a value is written with: `email` of `email` and of `user.email`; empty for anything else. */
export function lastWord(node: Node): string {
  if (node.type === 'Identifier') return node.name
  return node.type === 'MemberExpression' ? (memberName(node) ?? '') : ''
}

/** `object[key]`, where the text does not say which key. */
export function isComputedMember(member: MemberExpression): boolean {
  return member.computed && memberName(member) === undefined
}

/** A key put together of a text and more: what stands before it leaves few names to choose. */
export function isPartOfName(key: Node): boolean {
  const target = unwrap(key)
  if (target.type === 'TemplateLiteral') return target.quasis.some(({ value }) => value.raw !== '')
  return target.type === 'BinaryExpression'
}

/** What is written in quotes or in a template, as a node that is nothing but text; empty for anything else. */
export function writtenText(node: Node): string {
  if (node.type === 'TemplateElement') return node.value.raw
  return node.type === 'Literal' && typeof node.value === 'string' ? node.value : ''
}

/** A template with something in it, and no function of its own that puts it together. */
export function isFilledTemplate(node: Node): boolean {
  return node.type === 'TemplateLiteral' && node.expressions.length > 0 && node.parent?.type !== 'TaggedTemplateExpression'
}

/** The expression that a name stands for, where that is certain; else the value as it is written. */
export function valueBehind(node: Node, context: RuleContext): Node {
  return unwrap(context.constants.literal(node) ?? node)
}

/** What a variable was last given before a place in the same block, where it is given several things; else as `valueBehind`. */
export function valueBefore(node: Node, context: RuleContext): Node {
  const target = unwrap(node)
  const binding = target.type === 'Identifier' ? context.scopes.resolve(target.name, target.start) : undefined
  if (binding?.kind !== 'variable') return valueBehind(node, context)
  const written = context.scopes.writesOf(binding).filter(({ value, path }) => path.length === 0 && value.end <= target.start)
  const last = written.reduce<Node | undefined>((best, { value }) => (best && best.start > value.start ? best : value), undefined)
  return last ? unwrap(last) : valueBehind(node, context)
}

/** The first of several options, by the order of their names, that is there. */
export function optionAmong(node: Node | undefined, names: readonly string[], context: RuleContext): Node | undefined {
  for (const name of names) {
    const value = context.constants.option(node, name)
    if (value) return value
  }
  return undefined
}

/** Where to point at: the option that holds the value, if it is written within the call; else the call. */
export function placeOf(value: Node | undefined, call: CallNode): Node {
  const isWithin = value !== undefined && call.start <= value.start && value.end <= call.end
  return isWithin && value.parent?.type === 'Property' ? value.parent : call
}

/** The first of several values that is tainted. */
export function firstTainted(nodes: Iterable<Node | null | undefined>, category: Category, least: Trust, context: RuleContext): Flow | undefined {
  for (const node of nodes) {
    const flow = context.tainted(node, category, least)
    if (flow) return flow
  }
  return undefined
}

/** Constant text; empty where there is none. */
export function textOf(node: Node | null | undefined, context: RuleContext): string {
  return stringOf(node, context) ?? ''
}

export function stringOf(node: Node | null | undefined, context: RuleContext): string | undefined {
  const value = context.constants.valueOf(node)
  return typeof value === 'string' ? value : undefined
}

export function isTrue(node: Node | null | undefined, context: RuleContext): boolean {
  return context.constants.valueOf(node) === true
}

export function isFalse(node: Node | null | undefined, context: RuleContext): boolean {
  const value = context.constants.valueOf(node)
  return value === false || value === 0 || value === '0' || value === 'false'
}

/** The function a node lies in. */
export function functionAround(node: Node): Node | undefined {
  for (let current = node.parent; current; current = current.parent) if (isFunction(current)) return current
  return undefined
}

/** Whether a value is surely a function: written as one, or a name of one. */
export function isFunctionLike(node: Node, context: RuleContext): boolean {
  const target = unwrap(context.constants.literal(node) ?? node)
  return isFunction(target)
}

/** Texts for people are not run. */
export function isMessage(node: Node, context: RuleContext): boolean {
  const call = node.parent
  if (call?.type !== 'CallExpression' && call?.type !== 'NewExpression') return false
  return /^console\.|(?:^|\.)(?:log|info|warn|error|debug|trace)$|Error$/.test(context.names.of(call.callee) ?? '')
}

/** Constant text of everything that a value is put together from: through its variables, `concat`, `join` and `format`. */
export function textAround(node: Node, context: RuleContext, depth = 0): string {
  if (depth > 5) return ''
  const target = unwrap(node)
  const own = context.constants.valueOf(target)
  if (typeof own === 'string') return own
  switch (target.type) {
    case 'Identifier':
      return textWritten(target, context, depth + 1)
    case 'CallExpression':
      return textJoined(target, context, depth + 1)
    case 'ArrayExpression':
      return target.elements.map((element) => (element ? textAround(element, context, depth + 1) : '')).join('')
    case 'TemplateLiteral':
    case 'BinaryExpression':
      return piecesOf(target, context).map((piece) => (typeof piece === 'string' ? piece : piece === target ? '\0' : textAround(piece, context, depth + 1))).join('')
    default:
      return '\0'
  }
}

/** Everything that a variable is given, save where it goes on from itself. */
function textWritten(variable: Extract<Node, { type: 'Identifier' }>, context: RuleContext, depth: number): string {
  const binding = context.scopes.resolve(variable.name, variable.start)
  if (binding?.kind !== 'variable') return '\0'
  return context.scopes.writesOf(binding).map(({ value }) => (value.start <= variable.start && variable.end <= value.end ? '' : textAround(value, context, depth))).join('')
}

function textJoined(call: CallNode, context: RuleContext, depth: number): string {
  const name = calleeName(call) ?? ''
  if (!/^(?:concat|join|format)$/.test(name)) return '\0'
  const receiver = call.callee.type === 'MemberExpression' && name !== 'format' ? textAround(call.callee.object, context, depth) : ''
  return receiver + call.arguments.map((argument) => textAround(argument, context, depth)).join('')
}

/** A variable that nothing in the module declares. */
export function isFree(node: Node, context: RuleContext): boolean {
  return node.type === 'Identifier' && context.scopes.resolve(node.name, node.start) === undefined
}
