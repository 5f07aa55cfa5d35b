/**
 * Halstead's measures (Elements of Software Science, 1977) of functions and modules, by the operators and operands of `halstead-table.ts`.
 * Tokens of a nested function belong to that function, and to the module.
 */
import { KIND_COUNT, Kind } from '../syntax/ast.ts'
import type { MemberExpression, Node } from '../syntax/ast.ts'
import { FIXED, HOLDS_TEXT, accessOf, keywordsOf, operandOf, textOfLiteral } from './halstead-table.ts'
import type { LiteralText } from './halstead-table.ts'

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

/** Ids below this are operators: the grammar has a hundred. */
const FIRST_OPERAND = 256

/** A word as modules hold it: bare, and in either quotes. Made once for the words that every module is asked for. */
export interface Word {
  readonly bare: string
  readonly single: string
  readonly double: string
}

export function wordOf(bare: string): Word {
  return { bare, single: `'${bare}'`, double: `"${bare}"` }
}

export interface HalsteadCounter {
  /** A function begins: what is counted from here on is its own. */
  open(): void
  /** Counts what `node` itself contributes to the function opened last, or to the module. */
  count(node: Node, kind: Kind): void
  /** The function opened last ends. */
  close(): Halstead
  /** Of the module with all of its functions, each of which has ended. */
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
  private readonly unaryIds = new Map<string, number>()
  private readonly operandIds = new Map<string, number>()
  /** Id of the one operator of a kind; −1 where the node itself decides. */
  private readonly byKind = new Int16Array(KIND_COUNT).fill(-1)
  private readonly member: readonly number[]
  private readonly call: number
  private readonly optionalCall: number
  private readonly equals: number
  private readonly colon: number
  /** Ids of the tokens of the functions that are open, the innermost last. */
  private readonly tokens: number[] = []
  private size = 0
  /** Where the tokens of each open function begin. */
  private readonly starts: number[] = []
  /** By id, the function that it was last met in. */
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

  open(): void {
    this.starts.push(this.size)
  }

  count(node: Node, kind: Kind): void {
    if (kind === Kind.Identifier) return this.addOperand((node as Named).name)
    const fixed = this.byKind[kind] as number
    if (fixed >= 0) this.add(fixed)
    else if (kind !== Kind.Other) this.countVariable(node, kind)
  }

  close(): Halstead {
    return this.measureFrom(this.starts.pop() ?? 0)
  }

  measureAll(): Halstead {
    this.measureFrom(0)
    // Every operand is in some function. Operators have ids before they are met.
    let distinctOperators = 0
    for (let id = 0; id < this.operatorIds.size; id++) if (this.stamps[id] !== 0) distinctOperators++
    return derive(distinctOperators, this.operandIds.size, this.operators, this.operands)
  }

  holds({ bare, single, double }: Word): boolean {
    const { operandIds } = this
    return operandIds.has(bare) || operandIds.has(single) || operandIds.has(double)
  }

  /** Takes off the tokens of the innermost function. */
  private measureFrom(start: number): Halstead {
    const { tokens, size } = this
    this.stamp++
    let operators = 0
    let distinctOperators = 0
    let distinctOperands = 0
    for (let at = start; at < size; at++) {
      const id = tokens[at] as number
      const isOperator = id < FIRST_OPERAND
      if (isOperator) operators++
      if (!this.isFirst(id)) continue
      if (isOperator) distinctOperators++
      else distinctOperands++
    }
    this.size = start
    const operands = size - start - operators
    this.operators += operators
    this.operands += operands
    return derive(distinctOperators, distinctOperands, operators, operands)
  }

  private isFirst(id: number): boolean {
    if (id >= this.stamps.length) {
      const larger = new Int32Array(Math.max(id + 1, this.stamps.length * 2))
      larger.set(this.stamps)
      this.stamps = larger
    }
    if (this.stamps[id] === this.stamp) return false
    this.stamps[id] = this.stamp
    return true
  }

  private add(id: number): void {
    this.tokens[this.size++] = id
  }

  private operator(text: string): number {
    let id = this.operatorIds.get(text)
    if (id === undefined) this.operatorIds.set(text, (id = this.operatorIds.size))
    return id
  }

  private unary(text: string): number {
    let id = this.unaryIds.get(text)
    if (id === undefined) this.unaryIds.set(text, (id = this.operator(`unary ${text}`)))
    return id
  }

  private addOperand(text: string): void {
    let id = this.operandIds.get(text)
    if (id === undefined) this.operandIds.set(text, (id = FIRST_OPERAND + this.operandIds.size))
    this.add(id)
  }

  private countVariable(node: Node, kind: Kind): void {
    switch (kind) {
      case Kind.MemberExpression:
        this.add(this.member[accessOf(node as MemberExpression)] as number)
        break
      case Kind.Literal:
        this.addOperand(textOfLiteral(node as LiteralText))
        break
      case Kind.CallExpression:
        this.add((node as CallExpression).optional ? this.optionalCall : this.call)
        break
      case Kind.VariableDeclarator:
        if ((node as VariableDeclarator).init) this.add(this.equals)
        break
      case Kind.Property:
        this.countProperty(node as Property)
        break
      default:
        this.countWritten(node, kind)
    }
  }

  /** Where the text of the operator stands in the node. */
  private countWritten(node: Node, kind: Kind): void {
    switch (kind) {
      case Kind.BinaryExpression: case Kind.LogicalExpression: case Kind.AssignmentExpression: case Kind.UpdateExpression:
        this.add(this.operator((node as Operation).operator))
        break
      case Kind.VariableDeclaration:
        this.add(this.operator((node as VariableDeclaration).kind))
        break
      case Kind.UnaryExpression:
        this.add(this.unary((node as Operation).operator))
        break
      default:
        this.countOther(node, kind)
    }
  }

  private countProperty({ shorthand, method, kind }: Property): void {
    if (!shorthand && !method) this.add(kind === 'init' ? this.colon : this.operator(kind))
  }

  private countOther(node: Node, kind: Kind): void {
    const operand = HOLDS_TEXT[kind] === 1 ? operandOf(node) : undefined
    if (operand !== undefined) this.addOperand(operand)
    else for (const operator of keywordsOf(node)) this.add(this.operator(operator))
  }
}

type CallExpression = Extract<Node, { type: 'CallExpression' }>
type VariableDeclaration = Extract<Node, { type: 'VariableDeclaration' }>
type VariableDeclarator = Extract<Node, { type: 'VariableDeclarator' }>
/** Of an object literal, and of a pattern, which have the same of what is read here. */
type Property = Extract<Node, { type: 'Property' }>

interface Named {
  readonly name: string
}

interface Operation {
  readonly operator: string
}

function derive(distinctOperators: number, distinctOperands: number, operators: number, operands: number): Halstead {
  const vocabulary = distinctOperators + distinctOperands
  const volume = vocabulary === 0 ? 0 : (operators + operands) * Math.log2(vocabulary)
  const difficulty = distinctOperands === 0 ? 0 : (distinctOperators / 2) * (operands / distinctOperands)
  return { distinctOperators, distinctOperands, operators, operands, volume, difficulty, effort: volume * difficulty }
}
