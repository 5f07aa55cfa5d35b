/** What is known of the names of a module once it has been walked: declarations, writes and calls. */
import type { CallNode, FunctionNode, Node } from '../syntax/ast.ts'

/** Steps from a value to the part that is bound: a property, `*` for an element or unknown property, `...` for the rest. */
export type Path = readonly string[]

/** The value itself. One list for all: most names are bound to whole values. */
export const WHOLE: Path = []

export interface FunctionRecord {
  readonly node: FunctionNode
  readonly outer: FunctionRecord | undefined
  /** What `return` or an expression body yields. */
  readonly returns: Node[]
}

export type Binding =
  | { readonly kind: 'variable'; readonly name: string; readonly scope: Scope; readonly declaration: 'var' | 'let' | 'const' | 'class' | 'enum' | 'catch'; readonly node: Node }
  | { readonly kind: 'function'; readonly name: string; readonly scope: Scope; readonly node: FunctionNode }
  | { readonly kind: 'param'; readonly name: string; readonly scope: Scope; readonly owner: FunctionNode; readonly index: number; readonly path: Path; readonly node: Node }
  /** `imported` is `*` for a namespace. */
  | { readonly kind: 'import'; readonly name: string; readonly scope: Scope; readonly specifier: string; readonly imported: string; readonly node: Node }

export interface Scope {
  readonly start: number
  readonly end: number
  readonly parent: Scope | undefined
  readonly children: Scope[]
  readonly bindings: Map<string, Binding>
}

export interface Write {
  readonly name: string
  /** Where the name stands; its scope is that of this offset. */
  readonly at: number
  readonly value: Node
  readonly path: Path
  /** True where the value is added to what was there (`+=`). */
  readonly adds: boolean
}

export interface MemberWrite {
  readonly target: Node
  readonly value: Node
}

export interface ScopeTable {
  readonly root: Scope
  readonly functions: ReadonlyMap<Node, FunctionRecord>
  /** Binding that a name at an offset means; `undefined` for a global. */
  resolve(name: string, at: number): Binding | undefined
  /** Every value ever written to the binding. */
  writesOf(binding: Binding): readonly Write[]
  /** Calls whose callee ends in this name. */
  callsOf(name: string): readonly CallNode[]
  /** All calls by the last word of their callee. */
  callsByName(): Iterable<readonly [string, readonly CallNode[]]>
  /** Assignments to a property of this name, of whatever object; `*` for those whose key the text does not say. */
  memberWritesOf(name: string): readonly MemberWrite[]
  /** Assignments to whatever property of what goes by this name. */
  memberWritesTo(object: string): readonly MemberWrite[]
}
