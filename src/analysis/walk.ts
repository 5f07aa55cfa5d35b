/**
 * The one walk over a tree: iterative, so that no depth overflows a stack, and fused, so that every analysis rides on
 * it. It sets `parent` on every node that is not a mere name, which rules and names rely on afterwards; on a name only where
 * it stands in a property.
 */
import { Kind, shapeOfType } from './ast.ts'
import type { Node, NodeShape, Program } from './ast.ts'

export interface Visitor {
  /**
   * @param key The property of `parent` that holds the node.
   * @returns Whether `exit` is to be called behind the node's children, or at once where it has none.
   */
  enter(node: Node, kind: Kind, parent: Node, parentKind: Kind, key: string): boolean
  exit(node: Node, kind: Kind): void
}

/** Visits every node below `program`, children in source order. */
export function walk(program: Program, visitor: Visitor): void {
  const nodes: Node[] = [program]
  const shapes: NodeShape[] = [shapeOfType('Program')]
  const exits: boolean[] = [false]
  const keyAt: number[] = [0]
  const lists: (readonly (Node | null)[] | null)[] = [null]
  const listAt: number[] = [0]
  let top = 0
  while (top >= 0) {
    const node = nodes[top] as Node
    const shape = shapes[top] as NodeShape
    const list = lists[top]
    let child: Node | null | undefined
    let key: string
    if (list) {
      const index = listAt[top] as number
      if (index >= list.length) {
        lists[top] = null
        continue
      }
      listAt[top] = index + 1
      child = list[index]
      key = shape.keys[(keyAt[top] as number) - 1] as string
    } else {
      const next = keyAt[top] as number
      if (next >= shape.keys.length) {
        if (exits[top]) visitor.exit(node, shape.kind)
        top--
        continue
      }
      keyAt[top] = next + 1
      key = shape.keys[next] as string
      // The one place where children are read by name: the shape table says which names hold nodes.
      const value = (node as unknown as Record<string, Node | readonly (Node | null)[] | null | undefined>)[key]
      if (Array.isArray(value)) {
        lists[top] = value
        listAt[top] = 0
        continue
      }
      child = value as Node | null | undefined
    }
    if (!child) continue
    const childShape = shapeOfType(child.type)
    const { kind } = childShape
    // A new property costs an allocation a node; half of all nodes are names, and nobody climbs from those except to a property.
    if (kind !== Kind.Identifier || shape.kind === Kind.Property) (child as { parent?: Node }).parent = node
    const wantsExit = visitor.enter(child, kind, node, shape.kind, key)
    if (childShape.keys.length === 0) {
      if (wantsExit) visitor.exit(child, kind)
      continue
    }
    top++
    nodes[top] = child
    shapes[top] = childShape
    exits[top] = wantsExit
    keyAt[top] = 0
    lists[top] = null
  }
}
