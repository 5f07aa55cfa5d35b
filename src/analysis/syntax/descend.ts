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

/** The innermost node around a place, which a mere name does not say itself; `root` where nothing else is. Lists are in source order. */
export function innermostAround(root: Node, place: Node): Node {
  let current = root
  for (let child = childAround(current, place); child; child = childAround(current, place)) current = child
  return current
}

function childAround(node: Node, place: Node): Node | undefined {
  for (const key of SHAPES[node.type]?.keys ?? []) {
    const value = (node as unknown as Record<string, Node | (Node | null)[] | null | undefined>)[key]
    const child = Array.isArray(value) ? elementAround(value, place) : value
    if (child && child !== place && holds(child, place)) return child
  }
  return undefined
}

/** By halving: a module has thousands of statements. */
function elementAround(list: readonly (Node | null)[], place: Node): Node | null | undefined {
  let [low, high] = [0, list.length - 1]
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((list[middle]?.start ?? 0) <= place.start) low = middle
    else high = middle - 1
  }
  return list[low]
}

function holds(outer: Node, inner: Node): boolean {
  return outer.start <= inner.start && inner.end <= outer.end
}
