/**
 * The syntax tree as the analysis sees it: oxc's ESTree, a small integer for each kind of node, and the children in
 * source order.
 *
 * Types (annotations, type arguments, interfaces) are not walked: no metric counts them and no rule looks for
 * run-time behaviour in them. Rules that need an annotation read it off its owner.
 */
import { visitorKeys } from 'oxc-parser'
import type {
  AccessorProperty, ArrowFunctionExpression, AssignmentExpression, CallExpression, Expression, Function as PlainFunction, MemberExpression, NewExpression, Node, Program,
  PropertyDefinition,
} from 'oxc-parser'

export type { AccessorProperty, AssignmentExpression, Expression, MemberExpression, Node, Program, PropertyDefinition }
export type FunctionNode = PlainFunction | ArrowFunctionExpression
export type CallNode = CallExpression | NewExpression

/** Kinds that some analysis tells apart; every other type is `Other`. Integers, so that a `switch` is a jump table. */
export const Kind = {
  Other: 0, Program: 1, FunctionDeclaration: 2, FunctionExpression: 3, ArrowFunctionExpression: 4, ClassDeclaration: 5, ClassExpression: 6,
  PropertyDefinition: 7, StaticBlock: 8, MethodDefinition: 9, Property: 10, IfStatement: 11, ForStatement: 12, ForInStatement: 13,
  ForOfStatement: 14, WhileStatement: 15, DoWhileStatement: 16, SwitchStatement: 17, SwitchCase: 18, CatchClause: 19, TryStatement: 20,
  ConditionalExpression: 21, LogicalExpression: 22, AssignmentPattern: 23, AssignmentExpression: 24, MemberExpression: 25,
  CallExpression: 26, NewExpression: 27, Identifier: 28, Literal: 29, TemplateLiteral: 30, VariableDeclaration: 31,
  VariableDeclarator: 32, ImportDeclaration: 33, ReturnStatement: 34, BreakStatement: 35, ContinueStatement: 36, BlockStatement: 37,
  JSXAttribute: 38, JSXElement: 39, JSXFragment: 40, BinaryExpression: 41, UnaryExpression: 42, UpdateExpression: 43, ThrowStatement: 44,
  TemplateElement: 45, ThisExpression: 46, Super: 47, PrivateIdentifier: 48, JSXIdentifier: 49, JSXText: 50, AwaitExpression: 51,
  YieldExpression: 52, SpreadElement: 53, RestElement: 54, ObjectExpression: 55, ArrayExpression: 56, ObjectPattern: 57, ArrayPattern: 58,
  ImportExpression: 59, TaggedTemplateExpression: 60, SequenceExpression: 61, ExportNamedDeclaration: 62, ExportDefaultDeclaration: 63,
  ExportAllDeclaration: 64, LabeledStatement: 65, WithStatement: 66, DebuggerStatement: 67, MetaProperty: 68, JSXOpeningElement: 69,
  JSXSpreadAttribute: 70, TSEnumDeclaration: 71, TSModuleDeclaration: 72, Decorator: 73, TSParameterProperty: 74, TSImportEqualsDeclaration: 75,
  JSXExpressionContainer: 76,
} as const
export type Kind = (typeof Kind)[keyof typeof Kind]

/** Greater than every kind. */
export const KIND_COUNT = 80

export interface NodeShape {
  readonly type: string
  readonly kind: Kind
  /** Child-bearing keys in source order. */
  readonly keys: readonly string[]
}

const TYPE_KEYS: ReadonlySet<string> = new Set([
  'typeAnnotation', 'typeParameters', 'typeArguments', 'returnType', 'superTypeArguments', 'implements',
])
/** Nodes that hold nothing but types. */
const TYPE_ONLY = /^TS(?!AsExpression|SatisfiesExpression|NonNullExpression|TypeAssertion|InstantiationExpression|Enum|Module|ParameterProperty|ExportAssignment|ImportEquals|External|AbstractAcc|AbstractMethod|AbstractProp)/

function shapeOf(type: string): NodeShape {
  const kind = (Kind as Readonly<Record<string, Kind>>)[type] ?? Kind.Other
  const keys = TYPE_ONLY.test(type) ? [] : (visitorKeys[type] ?? []).filter((key) => !TYPE_KEYS.has(key))
  return { type, kind, keys: type === 'AssignmentPattern' || type === 'Identifier' ? keys.filter((key) => key !== 'decorators') : keys }
}

/** Shape by node type. */
export const SHAPES: Readonly<Record<string, NodeShape>> = Object.fromEntries(Object.keys(visitorKeys).map((type) => [type, shapeOf(type)]))
export const UNKNOWN_SHAPE: NodeShape = { type: '', kind: Kind.Other, keys: [] }

const SLOT_MASK = 8191

/** Of a few characters: type names come out of the parser as fresh strings, and hashing all of each is what a lookup costs. */
function slotOf(type: string): number {
  const { length } = type
  return (type.charCodeAt(0) * 7 + type.charCodeAt(2) * 13 + type.charCodeAt(length >> 1) * 31 + type.charCodeAt(length - 1) * 127 + length * 57) & SLOT_MASK
}

/** Shapes at their slot; those whose slot is taken are looked up by name. */
const SLOTS = ((): readonly (NodeShape | undefined)[] => {
  const slots = new Array<NodeShape | undefined>(SLOT_MASK + 1).fill(undefined)
  // Kinds that are told apart first: they are the frequent ones.
  for (const shape of Object.values(SHAPES).toSorted((left, right) => Number(right.kind !== Kind.Other) - Number(left.kind !== Kind.Other))) slots[slotOf(shape.type)] ??= shape
  return slots
})()

const NAME_SHAPE = SHAPES['Identifier'] ?? UNKNOWN_SHAPE

/** `SHAPES[type]`, for the one place that asks for every node: half of them are names. */
export function shapeOfType(type: string): NodeShape {
  if (type === 'Identifier') return NAME_SHAPE
  const shape = SLOTS[slotOf(type)]
  return shape !== undefined && shape.type === type ? shape : (SHAPES[type] ?? UNKNOWN_SHAPE)
}

export function isFunction(node: Node | null | undefined): node is FunctionNode {
  if (!node) return false
  return node.type === 'FunctionDeclaration' || node.type === 'FunctionExpression' || node.type === 'ArrowFunctionExpression'
}

/** Strips what does not change a value: casts, `!`, optional-chain wrappers, `await`-free parentheses, the `0` of `(0, f)`. */
export function unwrap(node: Node): Node {
  let current = node
  for (let inner = insideOf(current); inner; inner = insideOf(current)) current = inner
  return current
}

function insideOf(node: Node): Node | undefined {
  switch (node.type) {
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
    case 'TSTypeAssertion':
    case 'TSInstantiationExpression':
    case 'ChainExpression':
    case 'ParenthesizedExpression':
      return node.expression
    case 'SequenceExpression':
      return indirect(node.expressions)
    default:
      return undefined
  }
}

/** `f` of `(0, f)`. */
function indirect([first, last, ...others]: readonly Node[]): Node | undefined {
  return first?.type === 'Literal' && others.length === 0 ? last : undefined
}

/** The name of a property where the text says it: `a.b`, `a['b']`, `{ b: 1 }`, `{ 'b': 1 }`, `#b`. */
export function staticKey(owner: { readonly computed?: boolean | undefined }, key: Node): string | undefined {
  switch (key.type) {
    case 'Identifier':
      return owner.computed ? undefined : key.name
    case 'Literal':
      return typeof key.value === 'string' || typeof key.value === 'number' ? String(key.value) : undefined
    case 'PrivateIdentifier':
      return `#${key.name}`
    case 'TemplateLiteral':
      return onlyText(key)
    default:
      return undefined
  }
}

/** The text of a template without expressions. */
function onlyText({ quasis }: Extract<Node, { type: 'TemplateLiteral' }>): string | undefined {
  return quasis.length === 1 ? (quasis[0]?.value.cooked ?? undefined) : undefined
}

export function memberName(node: MemberExpression): string | undefined {
  return staticKey(node, node.property)
}

/** Last word of what is called: `exec` of `cp.exec(…)` and of `exec(…)`. */
export function calleeName(call: CallNode): string | undefined {
  const callee = unwrap(call.callee)
  if (callee.type === 'Identifier') return callee.name
  return callee.type === 'MemberExpression' ? memberName(callee) : undefined
}

/** The value of a property of an object literal; spreads are not followed. */
export function property(object: Node | undefined, name: string): Node | undefined {
  if (object?.type !== 'ObjectExpression') return undefined
  let found: Node | undefined
  for (const entry of object.properties) {
    if (entry.type === 'Property' && staticKey(entry, entry.key) === name) found = entry.value
  }
  return found
}
