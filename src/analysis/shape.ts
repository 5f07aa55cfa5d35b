/** The outside of a module: what it exports, what it calls while it loads. */
import { SHAPES, isFunction, memberName, unwrap } from './ast.ts'
import type { Node } from './ast.ts'

export interface ExportFact {
  /** As importers see it; `default` for the default export. */
  readonly name: string
  /** As the module calls it; `default` where it has no name. */
  readonly localName: string
  /** What is exported, where it is declared here. */
  readonly value: Node | undefined
  readonly isType: boolean
}

const MAX_NODES = 20_000

/** ES exports, and `module.exports = …`, `exports.x = …` at the top level. */
export function exportsOf(body: readonly Node[]): ExportFact[] {
  const locals = declaredValues(body)
  return body.flatMap((node): ExportFact[] => {
    switch (node.type) {
      case 'ExportNamedDeclaration':
        return node.declaration ? ofDeclaration(node.declaration, node.exportKind === 'type') : node.specifiers.map((each) => ofSpecifier(each, locals, node.exportKind === 'type'))
      case 'ExportDefaultDeclaration':
        return [ofDefault(node.declaration, locals)]
      case 'ExportAllDeclaration':
        return [{ name: '*', localName: '*', value: undefined, isType: node.exportKind === 'type' }]
      case 'ExpressionStatement':
        return ofAssignment(node.expression, locals)
      default:
        return []
    }
  })
}

function ofDefault(declaration: Node, locals: ReadonlyMap<string, Node>): ExportFact {
  const target = unwrap(declaration)
  const name = target.type === 'Identifier' ? target.name : 'id' in target && target.id?.type === 'Identifier' ? target.id.name : 'default'
  return { name: 'default', localName: name, value: target.type === 'Identifier' ? (locals.get(target.name) ?? target) : target, isType: /^TS(?:Interface|TypeAlias)/.test(target.type) }
}

function ofSpecifier(specifier: { local: Node; exported: Node }, locals: ReadonlyMap<string, Node>, isType: boolean): ExportFact {
  const local = specifier.local.type === 'Identifier' ? specifier.local.name : 'default'
  const name = specifier.exported.type === 'Identifier' ? specifier.exported.name : local
  return { name, localName: local, value: locals.get(local), isType }
}

function ofDeclaration(node: Node, isType: boolean): ExportFact[] {
  return [...valuesOf(node)].map(([name, value]) => ({ name, localName: name, value, isType: isType || /^TS(?:Interface|TypeAlias)/.test(node.type) }))
}

function ofAssignment(expression: Node, locals: ReadonlyMap<string, Node>): ExportFact[] {
  if (expression.type !== 'AssignmentExpression') return []
  const target = unwrap(expression.left)
  if (target.type !== 'MemberExpression') return []
  const name = memberName(target)
  const object = unwrap(target.object)
  const isModule = object.type === 'Identifier' && object.name === 'module' && name === 'exports'
  const isNamed = (object.type === 'Identifier' && object.name === 'exports') || (object.type === 'MemberExpression' && memberName(object) === 'exports')
  if (!isModule && !isNamed) return []
  const right = unwrap(expression.right)
  const value = right.type === 'Identifier' ? locals.get(right.name) : right
  const localName = right.type === 'Identifier' ? right.name : isModule ? 'default' : (name ?? 'default')
  return [{ name: isModule ? 'default' : (name ?? 'default'), localName, value, isType: false }]
}

function declaredValues(body: readonly Node[]): Map<string, Node> {
  return new Map(body.flatMap((node) => [...valuesOf(node.type === 'ExportNamedDeclaration' && node.declaration ? node.declaration : node)]))
}

function valuesOf(node: Node): Map<string, Node> {
  const values = new Map<string, Node>()
  if (node.type === 'VariableDeclaration') {
    for (const { id, init } of node.declarations) if (id.type === 'Identifier') values.set(id.name, init ? unwrap(init) : id)
  } else if ('id' in node && node.id?.type === 'Identifier') values.set(node.id.name, node)
  return values
}

/** Dotted names of calls in the expressions and initializers of the top level, chains included; function bodies are not entered. */
export function callsIn(body: readonly Node[]): string[] {
  const names: string[] = []
  for (const node of body) {
    visit(node, (inner) => {
      if (isFunction(inner) || inner.type === 'ClassBody') return false
      if (inner.type === 'CallExpression') names.push(dotted(inner.callee))
      return true
    })
  }
  return names
}

function dotted(node: Node): string {
  const target = unwrap(node)
  if (target.type === 'Identifier') return target.name
  if (target.type === 'CallExpression' || target.type === 'NewExpression') return `${dotted(target.callee)}()`
  return target.type === 'MemberExpression' ? `${dotted(target.object)}.${memberName(target) ?? '*'}` : ''
}

/** Whether a function yields JSX, by a `return` of its own or as its expression body. */
export function returnsMarkup(node: Node): boolean {
  let found = false
  if (!isFunction(node) || !node.body) return false
  visit(node.body, (inner) => {
    if (inner.type === 'JSXElement' || inner.type === 'JSXFragment') found = true
    return !found
  })
  return found
}

/** Literals, and lists and objects of literals; frozen ones and `as const` too. */
export function isConstantValue(node: Node): boolean {
  const target = unwrap(node)
  switch (target.type) {
    case 'Literal':
      return true
    case 'TemplateLiteral':
      return target.expressions.length === 0
    case 'UnaryExpression':
      return isConstantValue(target.argument)
    case 'BinaryExpression':
      return isConstantValue(target.left) && isConstantValue(target.right)
    case 'ArrayExpression':
      return target.elements.every((element) => element !== null && isConstantValue(element))
    case 'ObjectExpression':
      return target.properties.every((entry) => entry.type === 'Property' && isConstantValue(entry.value))
    case 'NewExpression':
      return target.callee.type === 'Identifier' && /^(?:Set|Map)$/.test(target.callee.name) && target.arguments.every(isConstantValue)
    case 'CallExpression':
      return dotted(target.callee) === 'Object.freeze' && target.arguments.every(isConstantValue)
    case 'TSEnumDeclaration':
      return true
    default:
      return false
  }
}

/** Iterative; bounded. `enter` says whether to go below. */
export function visit(root: Node, enter: (node: Node) => boolean): void {
  const pending: Node[] = [root]
  for (let count = 0; pending.length > 0 && count < MAX_NODES; count++) {
    const node = pending.pop()
    if (!node || !enter(node)) continue
    for (const key of SHAPES[node.type]?.keys ?? []) {
      const value = (node as unknown as Record<string, Node | (Node | null)[] | null | undefined>)[key]
      if (Array.isArray(value)) for (const child of value) child && pending.push(child)
      else if (value) pending.push(value)
    }
  }
}
