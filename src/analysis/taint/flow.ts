/** The answer to "where does this value come from", and what its parts have in common when several are put together. */
import type { CallNode, FunctionNode, Node } from '../syntax/ast.ts'
import type { Constants } from '../names/constants.ts'
import type { Names } from '../names/names.ts'
import type { Category } from './sanitizers.ts'
import type { Path, ScopeTable } from '../names/scope-table.ts'
import { Trust } from './sources.ts'
import type { ModuleFacts } from './taint-facts.ts'

/** In which uses something on its way may take the danger out of a value; greater includes lesser. */
export const Softening = { None: 0, Addresses: 1, Any: 2 } as const
export type Softening = (typeof Softening)[keyof typeof Softening]

export interface Flow {
  readonly trust: Trust
  /** The expression it starts from. */
  readonly origin: Node
  /** From the origin to the value asked about. */
  readonly steps: readonly Node[]
  /** Told by flows of category `any` alone: where it says no, every other category has the same answer. */
  readonly softening: Softening
}

/** A call being looked into: the function's parameters mean these arguments. */
export interface CallContext {
  readonly owner: FunctionNode
  readonly call: CallNode
  readonly outer: CallContext | undefined
}

/** What the parts of a tracer ask of it and of each other. */
export interface Tracing {
  readonly scopes: ScopeTable
  readonly names: Names
  readonly constants: Constants
  readonly facts: ModuleFacts
  readonly category: Category
  /** @param path The part of the value that is asked about. */
  trace(node: Node | null | undefined, path: Path, context: CallContext | undefined): Flow
  /** The worst of several values that are put together. */
  any(nodes: readonly (Node | null)[], context: CallContext | undefined): Flow
  /** Pieces of a string in order. */
  parts(pieces: readonly (Node | string)[], context: CallContext | undefined): Flow
}

export const SAFE: Flow = { trust: Trust.Safe, origin: { type: 'EmptyStatement', start: 0, end: 0 }, steps: [], softening: Softening.None }

/** A value that starts at `node`. */
export function startingAt(node: Node, trust: Trust): Flow {
  return { trust, origin: node, steps: [node], softening: Softening.None }
}

export function unknown(node: Node): Flow {
  return startingAt(node, Trust.Unknown)
}

export function remote(node: Node): Flow {
  return startingAt(node, Trust.Remote)
}

/** The one that is to be distrusted more; the first of equals. */
export function worst(left: Flow, right: Flow): Flow {
  return right.trust > left.trust ? right : left
}

export function softened(flow: Flow, softening: Softening): Flow {
  return flow.softening >= softening ? flow : { ...flow, softening }
}

export function contextOf(context: CallContext | undefined, owner: FunctionNode): CallContext | undefined {
  for (let current = context; current; current = current.outer) if (current.owner === owner) return current
  return undefined
}

export function depthOf(context: CallContext | undefined): number {
  let depth = 0
  for (let current = context; current; current = current.outer) depth++
  return depth
}
