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
import { Kind } from './ast.ts'
import type { Node } from './ast.ts'

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

/** Tokens of one function in order, as ids of the module's interner. */
export type TokenList = number[]

export interface HalsteadCounter {
  /** Appends the ids of what `node` itself contributes. */
  count(node: Node, kind: Kind, into: TokenList): void
  /** Of the tokens of several functions taken together. */
  measure(lists: readonly TokenList[]): Halstead
  /** Whether the module holds an identifier, or a quoted text, that is exactly this. */
  holds(word: string): boolean
}

/** One for each module. */
export function createHalsteadCounter(): HalsteadCounter {
  return new Counter()
}

class Counter implements HalsteadCounter {
  private readonly operatorIds = new Map<string, number>()
  private readonly operandIds = new Map<string, number>()
  private readonly byKind: number[] = []
  private stamps = new Int32Array(2048)
  private stamp = 0

  constructor() {
    for (const [kind, text] of FIXED) this.byKind[kind] = this.operator(text)
  }

  count(node: Node, kind: Kind, into: TokenList): void {
    const fixed = this.byKind[kind]
    if (fixed !== undefined) into.push(fixed)
    else this.countVariable(node, into)
  }

  measure(lists: readonly TokenList[]): Halstead {
    this.stamp++
    let operators = 0
    let distinctOperators = 0
    let distinctOperands = 0
    let total = 0
    for (const tokens of lists) {
      total += tokens.length
      for (const id of tokens) {
        const isOperator = id < FIRST_OPERAND
        if (isOperator) operators++
        if (!this.isFirst(isOperator ? id : id - FIRST_OPERAND + this.operatorIds.size)) continue
        if (isOperator) distinctOperators++
        else distinctOperands++
      }
    }
    return derive(distinctOperators, distinctOperands, operators, total - operators)
  }

  holds(word: string): boolean {
    const { operandIds } = this
    return operandIds.has(word) || operandIds.has(`'${word}'`) || operandIds.has(`"${word}"`)
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

  private countVariable(node: Node, into: TokenList): void {
    switch (node.type) {
      case 'Identifier':
      case 'JSXIdentifier':
        into.push(this.operand(node.name))
        break
      case 'PrivateIdentifier':
        into.push(this.operand(`#${node.name}`))
        break
      case 'Literal':
        into.push(this.operand(node.raw ?? String(node.value)))
        break
      case 'TemplateElement':
        if (node.value.raw !== '') into.push(this.operand(`\`${node.value.raw}`))
        break
      case 'JSXText':
        into.push(this.operand(`>${node.value}`))
        break
      case 'ThisExpression':
        into.push(this.operand('this'))
        break
      case 'Super':
        into.push(this.operand('super'))
        break
      default:
        this.countOperator(node, into)
    }
  }

  private countOperator(node: Node, into: TokenList): void {
    switch (node.type) {
      case 'BinaryExpression':
      case 'LogicalExpression':
      case 'AssignmentExpression':
        into.push(this.operator(node.operator))
        break
      case 'UnaryExpression':
        into.push(this.operator(`unary ${node.operator}`))
        break
      case 'UpdateExpression':
        into.push(this.operator(node.operator))
        break
      case 'MemberExpression':
        into.push(this.operator(`${node.optional ? '?.' : ''}${node.computed ? '[]' : '.'}`))
        break
      case 'CallExpression':
        into.push(this.operator(node.optional ? '?.()' : '()'))
        break
      case 'VariableDeclaration':
        into.push(this.operator(node.kind))
        break
      case 'VariableDeclarator':
        if (node.init) into.push(this.operator('='))
        break
      case 'Property':
        if (!node.shorthand && !node.method) into.push(this.operator(node.kind === 'init' ? ':' : node.kind))
        break
      default:
        this.countStatement(node, into)
    }
  }

  private countStatement(node: Node, into: TokenList): void {
    if (node.type === 'IfStatement') {
      into.push(this.operator('if'))
      if (node.alternate) into.push(this.operator('else'))
    } else if (node.type === 'SwitchCase') into.push(this.operator(node.test ? 'case' : 'default'))
    else if (node.type === 'TryStatement') {
      into.push(this.operator('try'))
      if (node.finalizer) into.push(this.operator('finally'))
    } else if (node.type === 'MethodDefinition' && node.kind !== 'method') into.push(this.operator(node.kind))
  }
}

function derive(distinctOperators: number, distinctOperands: number, operators: number, operands: number): Halstead {
  const vocabulary = distinctOperators + distinctOperands
  const volume = vocabulary === 0 ? 0 : (operators + operands) * Math.log2(vocabulary)
  const difficulty = distinctOperands === 0 ? 0 : (distinctOperators / 2) * (operands / distinctOperands)
  return { distinctOperators, distinctOperands, operators, operands, volume, difficulty, effort: volume * difficulty }
}
