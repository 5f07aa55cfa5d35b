/**
 * The one walk over a tree: iterative, so that no depth overflows a stack, and fused, so that every analysis rides on
 * it. It sets `parent` on every node that is not a mere name, which rules and names rely on afterwards; on a name only where
 * it stands in a property.
 */
import { Kind, UNKNOWN_SHAPE, shapeOfType } from './ast.ts'
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
  const frames: Frame[] = [new Frame(program)]
  frameAt(frames, 0, program).open(program, shapeOfType('Program'), false)
  for (let depth = 0; depth >= 0; ) {
    const frame = frames[depth] as Frame
    const child = frame.next()
    if (child === undefined) {
      frame.close(visitor)
      depth--
      continue
    }
    const shape = shapeOfType(child.type)
    const wantsExit = frame.enter(child, shape.kind, visitor)
    if (shape.keys.length > 0) frameAt(frames, ++depth, child).open(child, shape, wantsExit)
    else if (wantsExit) visitor.exit(child, shape.kind)
  }
}

/** Frames are used again: a walk makes as many as the tree is deep. */
function frameAt(frames: Frame[], depth: number, node: Node): Frame {
  return (frames[depth] ??= new Frame(node))
}

/** A node whose children are being visited. */
class Frame {
  private shape: NodeShape = UNKNOWN_SHAPE
  private wantsExit = false
  private keyAt = 0
  /** The property that the last child was found in. */
  private key = ''
  /** Children that one property holds, while they are visited. */
  private list: readonly (Node | null)[] = NONE
  private listAt = 0

  constructor(private node: Node) {}

  open(node: Node, shape: NodeShape, wantsExit: boolean): void {
    this.node = node
    this.shape = shape
    this.wantsExit = wantsExit
    this.keyAt = 0
    this.list = NONE
    this.listAt = 0
  }

  close(visitor: Visitor): void {
    if (this.wantsExit) visitor.exit(this.node, this.shape.kind)
  }

  /** A new property costs an allocation a node; half of all nodes are names, and nobody climbs from those except to a property. */
  enter(child: Node, kind: Kind, visitor: Visitor): boolean {
    const { node, shape } = this
    if (kind !== Kind.Identifier || shape.kind === Kind.Property) (child as { parent?: Node }).parent = node
    return visitor.enter(child, kind, node, shape.kind, this.key)
  }

  /** @returns Nothing behind the last child. */
  next(): Node | undefined {
    for (;;) {
      while (this.listAt < this.list.length) {
        const child = this.list[this.listAt++]
        if (child) return child
      }
      if (this.keyAt >= this.shape.keys.length) return undefined
      const child = this.nextProperty()
      if (child) return child
    }
  }

  /** @returns Nothing where the property is empty or holds a list, which `next` goes on with. */
  private nextProperty(): Node | null | undefined {
    const key = this.shape.keys[this.keyAt++] as string
    this.key = key
    // The one place where children are read by name: the shape table says which names hold nodes.
    const value = (this.node as unknown as Record<string, Node | readonly (Node | null)[] | null | undefined>)[key]
    if (!Array.isArray(value)) return value as Node | null | undefined
    this.list = value
    this.listAt = 0
    return undefined
  }
}

const NONE: readonly (Node | null)[] = []
