/**
 * What counts as an operator and what as an operand for Halstead's measures: a frozen table.
 *
 * The table, version 1. An operator is, per node of the tree: every unary, binary, logical, assignment and update
 * operator by its text; `?:`, `,` of a sequence, `...`, `=>`, `await`, `yield`, `new`, `import()`, tagged template;
 * call `()`, member `.`, computed member `[]`, each also as optional; array `[]` and object `{}` literals and
 * patterns, `:` of a property, `=` of a default; template literal; JSX element and attribute; and each statement by its
 * keyword: `if` (its `else` apart), loops, `switch`, `case`, `break`, `continue`, `return`, `throw`, `try`, `catch`, `finally`,
 * the declaration keywords, `function`, `class`, `import`, `export`. An operand is each identifier, literal, `this`, `super`,
 * private name, piece of template text and JSX name, distinct by its text. Types count as nothing.
 */
import { KIND_COUNT, Kind } from '../syntax/ast.ts'
import type { MemberExpression, Node } from '../syntax/ast.ts'

/** Kinds of node that are one operator. */
export const FIXED: readonly (readonly [Kind, string])[] = [
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

export interface LiteralText {
  readonly raw?: string | null
  readonly value?: unknown
}

export function textOfLiteral({ raw, value }: LiteralText): string {
  return raw ?? String(value)
}

/** Place in `member`. */
export function accessOf({ computed, optional }: MemberExpression): number {
  return (computed ? 1 : 0) + (optional ? 2 : 0)
}

/** Kinds of node whose text is an operand, names and literals aside. */
export const HOLDS_TEXT: Uint8Array = ((): Uint8Array => {
  const table = new Uint8Array(KIND_COUNT)
  for (const kind of [Kind.JSXIdentifier, Kind.PrivateIdentifier, Kind.TemplateElement, Kind.JSXText, Kind.ThisExpression, Kind.Super]) table[kind] = 1
  return table
})()

export function operandOf(node: Node): string | undefined {
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

const NONE: readonly string[] = []

export function keywordsOf(node: Node): readonly string[] {
  switch (node.type) {
    case 'IfStatement':
      return node.alternate ? ['if', 'else'] : ['if']
    case 'SwitchCase':
      return [node.test ? 'case' : 'default']
    case 'TryStatement':
      return node.finalizer ? ['try', 'finally'] : ['try']
    case 'MethodDefinition':
      return node.kind === 'method' ? NONE : [node.kind]
    default:
      return NONE
  }
}
