/** Small questions that several rules ask. */
import { SHAPES, calleeName, isFunction, unwrap } from '../ast.ts'
import type { CallNode, Node } from '../ast.ts'
import type { RuleContext } from '../rule.ts'
import { interleave, operandsOf } from '../taint.ts'

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

/** Whether an expression is a text put together from several pieces of which at least one is not constant. */
export function isBuiltText(pieces: readonly (Node | string)[]): boolean {
  return pieces.length > 1 && pieces.some((piece) => typeof piece !== 'string')
}

/** Constant text of the pieces; `\0` stands for what is not constant. */
export function skeleton(pieces: readonly (Node | string)[]): string {
  return pieces.map((piece) => (typeof piece === 'string' ? piece : '\0')).join('')
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

/** Every node below `root`, itself included; bounded, iterative, in source order. */
export function descendants(root: Node, limit = 5000): Node[] {
  const found: Node[] = []
  const pending: Node[] = [root]
  while (pending.length > 0 && found.length < limit) {
    const node = pending.pop()
    if (!node) break
    found.push(node)
    for (const key of (SHAPES[node.type]?.keys ?? []).toReversed()) {
      const value = (node as unknown as Record<string, Node | (Node | null)[] | null | undefined>)[key]
      if (Array.isArray(value)) for (const child of value.toReversed()) child && pending.push(child)
      else if (value) pending.push(value)
    }
  }
  return found
}
