/** How a text is put together, and what of it decides where an address leads. */
import { unwrap } from '../syntax/ast.ts'
import type { Node } from '../syntax/ast.ts'

/** Scheme and host are settled, or it is a path on the same host, be it relative. */
export function fixesHost(prefix: string): boolean {
  return /^(?:[a-z][a-z0-9+.-]*:)?\/\/[^/?#]+[/?#]/i.test(prefix) || /^\/(?![/\\])|^[\w.~-]+[/?#]/.test(prefix) || /^[#?]/.test(prefix) || /^(?:mailto|tel):/i.test(prefix)
}

/** Text and expressions of a template in order. */
export function interleave(node: Extract<Node, { type: 'TemplateLiteral' }>): (Node | string)[] {
  return node.quasis.flatMap((quasi, index) => {
    const expression = node.expressions[index]
    const text = quasi.value.cooked ?? quasi.value.raw
    return expression ? [text, expression] : [text]
  })
}

/** Operands of a chain of `+` in order; iterative, because such chains can be thousands long. */
export function operandsOf(root: Node): Node[] {
  const operands: Node[] = []
  const pending: Node[] = [root]
  while (pending.length > 0) {
    const node = unwrap(pending.pop() ?? root)
    if (node.type === 'BinaryExpression' && node.operator === '+') pending.push(node.right, node.left)
    else operands.push(node)
  }
  return operands
}
