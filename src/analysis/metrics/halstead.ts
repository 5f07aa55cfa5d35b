/**
 * Halstead's measures (Elements of Software Science, 1977) from a frozen operator table.
 *
 * The table, version 1. An operator is, per node of the tree: every unary, binary, logical, assignment and update
 * operator by its text; `?:`, `,` of a sequence, `...`, `=>`, `await`, `yield`, `new`, `import()`, tagged template;
 * call `()`, member `.`, computed member `[]`, each also as optional; array `[]` and object `{}` literals and
 * patterns, `:` of a property, `=` of a default; template literal; JSX element and attribute; and each statement by its
 * keyword: `if` (its `else` apart), loops, `switch`, `case`, `break`, `continue`, `return`, `throw`, `try`, `catch`, `finally`,
 * the declaration keywords, `function`, `class`, `import`, `export`. An operand is each identifier, literal, `this`, `super`,
 * private name, piece of template text and JSX name, distinct by its text. Types count as nothing.
 * Tokens of a nested function belong to that function, and to the module.
 */
import { KIND_COUNT, Kind } from '../syntax/ast.ts'
import type { MemberExpression, Node } from '../syntax/ast.ts'

export interface Halstead {
  /** η1, η2, N1, N2. */
  readonly distinctOperators: number
  readonly distinctOperands: number
  readonly operators: number
  readonly operands: number
  /** (N1 + N2) · log2(η1 + η2), in bits; 0 for nothing. */
  readonly volume: number
  /** (η1 / 2) · (N2 / η2). */
  readonly difficulty: number
  /** volume · difficulty. */
  readonly effort: number
}

/** Of two texts side by side. */
export function addHalstead(left: Halstead, right: Halstead): Halstead {
  return derive(left.distinctOperators + right.distinctOperators, left.distinctOperands + right.distinctOperands, left.operators + right.operators, left.operands + right.operands)
}

/** Ids below this are operators. */
const FIRST_OPERAND = 4096

const FIXED: readonly (readonly [Kind, string])[] = [
  [Kind.ConditionalExpression, '?:'], [Kind.SequenceExpression, ','], [Kind.SpreadElement, '...'], [Kind.RestElement, '...'],
  [Kind.ArrowFunctionExpression, '=>'], [Kind.AwaitExpression, 'await'], [Kind.YieldExpression, 'yield'], [Kind.NewExpression, 'new'],
  [Kind.ImportExpression, 'import()'], [Kind.TaggedTemplateExpression, 'tag``'], [Kind.ArrayExpression, '[,]'], [Kind.ArrayPattern, '[,]'],
  [Kind.ObjectExpression, '{}'], [Kind.ObjectPattern, '{}'], [Kind.AssignmentPattern, '='], [Kind.TemplateLiteral, '``'],
  [Kind.JSXElement, '<>'], [Kind.JSXFragment, '<>'], [Kind.JSXAttribute, 'jsx='], [Kind.JSXSpreadAttribute, '...'], [Kind.ForStatement, 'for'],
  [Kind.ForInStatement, 'for in'], [Kind.ForOfStatement, 'for of'], [Kind.WhileStatement, 'while'], [Kind.DoWhileStatement, 'do'],
  [Kind.SwitchStatement, 'switch'], [Kind.BreakStatement, 'break'], [Kind.ContinueStatement, 'continue'], [Kind.ReturnStatement, 'return'],
  [Kind.ThrowStatement, 'throw'], [Kind.CatchClause, 'catch'], [Kind.FunctionDeclaration, 'function'], [Kind.FunctionExpression, 'function'],
  [Kind.ClassDeclaration, 'class'], [Kind.ClassExpression, 'class'], [Kind.ImportDeclaration, 'import'],
  [Kind.ExportNamedDeclaration, 'export'], [Kind.ExportDefaultDeclaration, 'export default'], [Kind.ExportAllDeclaration, 'export *'],
  [Kind.StaticBlock, 'static'], [Kind.PropertyDefinition, 'field ='], [Kind.WithStatement, 'with'], [Kind.DebuggerStatement, 'debugger'],
  [Kind.MetaProperty, 'meta.'], [Kind.TSEnumDeclaration, 'enum'], [Kind.Decorator, '@'],
]

/** A word as modules hold it: bare, and in either quotes. Made once for the words that every module is asked for. */
export interface Word {
  readonly bare: string
  readonly single: string
  readonly double: string
}

export function wordOf(bare: string): Word {
  return { bare, single: `'${bare}'`, double: `"${bare}"` }
}

/** Tokens of one function in order, as ids of the module's interner. */
export type TokenList = number[]

export interface HalsteadCounter {
  /** Appends the ids of what `node` itself contributes. */
  count(node: Node, kind: Kind, into: TokenList): void
  /** Of the tokens of one function, which count once for the module. */
  measure(tokens: TokenList): Halstead
  /** Of all functions that were measured before, taken together. */
  measureAll(): Halstead
  /** Whether the module holds an identifier, or a quoted text, that is exactly this. */
  holds(word: Word): boolean
}

/** One for each module. */
export function createHalsteadCounter(): HalsteadCounter {
  return new Counter()
}

class Counter implements HalsteadCounter {
  private readonly operatorIds = new Map<string, number>()
  private readonly operandIds = new Map<string, number>()
  /** Id of the one operator of a kind; −1 where the node itself decides. */
  private readonly byKind = new Int16Array(KIND_COUNT).fill(-1)
  private readonly member: readonly number[]
  private readonly call: number
  private readonly optionalCall: number
  private readonly equals: number
  private readonly colon: number
  private stamps = new Int32Array(2048)
  private stamp = 0
  private operators = 0
  private operands = 0

  constructor() {
    for (const [kind, text] of FIXED) this.byKind[kind] = this.operator(text)
    this.member = ['.', '[]', '?.', '?.[]'].map((text) => this.operator(text))
    this.call = this.operator('()')
    this.optionalCall = this.operator('?.()')
    this.equals = this.operator('=')
    this.colon = this.operator(':')
  }

  count(node: Node, kind: Kind, into: TokenList): void {
    const fixed = this.byKind[kind] as number
    if (fixed >= 0) into.push(fixed)
    else if (kind === Kind.Identifier) into.push(this.operand((node as Named).name))
    else if (kind !== Kind.Other) this.countVariable(node, kind, into)
  }

  measure(tokens: TokenList): Halstead {
    this.stamp++
    let operators = 0
    let distinctOperators = 0
    let distinctOperands = 0
    for (const id of tokens) {
      const isOperator = id < FIRST_OPERAND
      if (isOperator) operators++
      if (!this.isFirst(isOperator ? id : id - FIRST_OPERAND + this.operatorIds.size)) continue
      if (isOperator) distinctOperators++
      else distinctOperands++
    }
    this.operators += operators
    this.operands += tokens.length - operators
    return derive(distinctOperators, distinctOperands, operators, tokens.length - operators)
  }

  measureAll(): Halstead {
    // Every operand is in some function. Operators have ids before they are met.
    let distinctOperators = 0
    for (let id = 0; id < this.operatorIds.size; id++) if (this.stamps[id] !== 0) distinctOperators++
    return derive(distinctOperators, this.operandIds.size, this.operators, this.operands)
  }

  holds({ bare, single, double }: Word): boolean {
    const { operandIds } = this
    return operandIds.has(bare) || operandIds.has(single) || operandIds.has(double)
  }

  private isFirst(slot: number): boolean {
    if (slot >= this.stamps.length) {
      const larger = new Int32Array(Math.max(slot + 1, this.stamps.length * 2))
      larger.set(this.stamps)
      this.stamps = larger
    }
    if (this.stamps[slot] === this.stamp) return false
    this.stamps[slot] = this.stamp
    return true
  }

  private operator(text: string): number {
    let id = this.operatorIds.get(text)
    if (id === undefined) this.operatorIds.set(text, (id = this.operatorIds.size))
    return id
  }

  private operand(text: string): number {
    let id = this.operandIds.get(text)
    if (id === undefined) this.operandIds.set(text, (id = FIRST_OPERAND + this.operandIds.size))
    return id
  }

  private countVariable(node: Node, kind: Kind, into: TokenList): void {
    switch (kind) {
      case Kind.MemberExpression:
        into.push(this.member[accessOf(node as MemberExpression)] as number)
        break
      case Kind.Literal:
        into.push(this.operand(textOfLiteral(node as LiteralText)))
        break
      case Kind.CallExpression:
        into.push((node as CallExpression).optional ? this.optionalCall : this.call)
        break
      case Kind.VariableDeclarator:
        if ((node as VariableDeclarator).init) into.push(this.equals)
        break
      case Kind.Property:
        this.countProperty(node as Property, into)
        break
      default:
        this.countWritten(node, kind, into)
    }
  }

  /** Where the text of the operator stands in the node. */
  private countWritten(node: Node, kind: Kind, into: TokenList): void {
    switch (kind) {
      case Kind.BinaryExpression: case Kind.LogicalExpression: case Kind.AssignmentExpression: case Kind.UpdateExpression:
        into.push(this.operator((node as { readonly operator: string }).operator))
        break
      default:
        this.countOther(node, into)
    }
  }

  private countProperty({ shorthand, method, kind }: Property, into: TokenList): void {
    if (!shorthand && !method) into.push(kind === 'init' ? this.colon : this.operator(kind))
  }

  private countOther(node: Node, into: TokenList): void {
    const operand = operandOf(node)
    if (operand !== undefined) into.push(this.operand(operand))
    else for (const operator of operatorsOf(node)) into.push(this.operator(operator))
  }
}

type CallExpression = Extract<Node, { type: 'CallExpression' }>
type VariableDeclarator = Extract<Node, { type: 'VariableDeclarator' }>
/** Of an object literal, and of a pattern, which have the same of what is read here. */
type Property = Extract<Node, { type: 'Property' }>

interface Named {
  readonly name: string
}

interface LiteralText {
  readonly raw?: string | null
  readonly value?: unknown
}

function textOfLiteral({ raw, value }: LiteralText): string {
  return raw ?? String(value)
}

/** Place in `member`. */
function accessOf({ computed, optional }: MemberExpression): number {
  return (computed ? 1 : 0) + (optional ? 2 : 0)
}

function operandOf(node: Node): string | undefined {
  switch (node.type) {
    case 'JSXIdentifier':
      return node.name
    case 'PrivateIdentifier':
      return `#${node.name}`
    case 'TemplateElement':
      return node.value.raw === '' ? undefined : `\`${node.value.raw}`
    case 'JSXText':
      return `>${node.value}`
    case 'ThisExpression':
      return 'this'
    case 'Super':
      return 'super'
    default:
      return undefined
  }
}

function operatorsOf(node: Node): readonly string[] {
  switch (node.type) {
    case 'UnaryExpression':
      return [`unary ${node.operator}`]
    case 'VariableDeclaration':
      return [node.kind]
    default:
      return keywordsOf(node)
  }
}

function keywordsOf(node: Node): readonly string[] {
  switch (node.type) {
    case 'IfStatement':
      return node.alternate ? ['if', 'else'] : ['if']
    case 'SwitchCase':
      return [node.test ? 'case' : 'default']
    case 'TryStatement':
      return node.finalizer ? ['try', 'finally'] : ['try']
    case 'MethodDefinition':
      return node.kind === 'method' ? [] : [node.kind]
    default:
      return []
  }
}

function derive(distinctOperators: number, distinctOperands: number, operators: number, operands: number): Halstead {
  const vocabulary = distinctOperators + distinctOperands
  const volume = vocabulary === 0 ? 0 : (operators + operands) * Math.log2(vocabulary)
  const difficulty = distinctOperands === 0 ? 0 : (distinctOperators / 2) * (operands / distinctOperands)
  return { distinctOperators, distinctOperands, operators, operands, volume, difficulty, effort: volume * difficulty }
}
