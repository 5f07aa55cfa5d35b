/** What lies below a node. */
import { SHAPES } from './ast.ts'
import type { Node } from './ast.ts'

/** Every node below `root`, itself included; bounded, iterative, in source order. @param limit How many at most. */
export function descendants(root: Node, limit = 5000): Node[] {
  const found: Node[] = []
  const pending: Node[] = [root]
  while (pending.length > 0 && found.length < limit) {
    const node = pending.pop()
    if (!node) break
    found.push(node)
    pushChildren(node, pending)
  }
  return found
}

/** The last one first, so that the first one comes off next. */
function pushChildren(node: Node, pending: Node[]): void {
  const keys = SHAPES[node.type]?.keys ?? []
  for (let at = keys.length - 1; at >= 0; at--) {
    const value = (node as unknown as Record<string, Node | (Node | null)[] | null | undefined>)[keys[at] as string]
    if (Array.isArray(value)) pushAll(value, pending)
    else if (value) pending.push(value)
  }
}

function pushAll(children: readonly (Node | null)[], pending: Node[]): void {
  for (let at = children.length - 1; at >= 0; at--) {
    const child = children[at]
    if (child) pending.push(child)
  }
}
