/** The outside of a module: what it exports, what it calls while it loads. */
import { isFunction, memberName, shapeOfType, unwrap } from '../syntax/ast.ts'
import type { MemberExpression, Node } from '../syntax/ast.ts'

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
  return [...addValues(node, new Map())].map(([name, value]) => ({ name, localName: name, value, isType: isType || /^TS(?:Interface|TypeAlias)/.test(node.type) }))
}

function ofAssignment(expression: Node, locals: ReadonlyMap<string, Node>): ExportFact[] {
  if (expression.type !== 'AssignmentExpression') return []
  const name = exportNameOfTarget(unwrap(expression.left))
  if (name === undefined) return []
  const right = unwrap(expression.right)
  if (right.type === 'Identifier') return [{ name, localName: right.name, value: locals.get(right.name), isType: false }]
  return [{ name, localName: name, value: right, isType: false }]
}

/** `find` of `exports.find` and `module.exports.find`, `default` of `module.exports`. */
export function exportNameOfTarget(target: Node): string | undefined {
  if (target.type !== 'MemberExpression') return undefined
  const object = unwrap(target.object)
  if (isModuleExports(target)) return 'default'
  const isNamed = isNamedLike(object, 'exports') || (object.type === 'MemberExpression' && memberName(object) === 'exports')
  return isNamed ? (memberName(target) ?? 'default') : undefined
}

function isModuleExports(target: MemberExpression): boolean {
  return memberName(target) === 'exports' && isNamedLike(unwrap(target.object), 'module')
}

function isNamedLike(node: Node, name: string): boolean {
  return node.type === 'Identifier' && node.name === name
}

function declaredValues(body: readonly Node[]): Map<string, Node> {
  const values = new Map<string, Node>()
  for (const node of body) addValues(node.type === 'ExportNamedDeclaration' && node.declaration ? node.declaration : node, values)
  return values
}

/** What a statement declares. */
function addValues(node: Node, into: Map<string, Node>): Map<string, Node> {
  if (node.type === 'VariableDeclaration') {
    for (const { id, init } of node.declarations) if (id.type === 'Identifier') into.set(id.name, init ? unwrap(init) : id)
  } else if ('id' in node && node.id?.type === 'Identifier') into.set(node.id.name, node)
  return into
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
  if (target.type === 'TemplateLiteral') return target.expressions.length === 0
  return target.type === 'Literal' || target.type === 'TSEnumDeclaration' || (constantParts(target)?.every((part) => part !== null && isConstantValue(part)) ?? false)
}

/** What has to be constant for a value to be constant; nothing where that is not enough. */
function constantParts(node: Node): readonly (Node | null)[] | undefined {
  switch (node.type) {
    case 'UnaryExpression':
      return [node.argument]
    case 'BinaryExpression':
      return [node.left, node.right]
    case 'ArrayExpression':
      return node.elements
    case 'ObjectExpression':
      return node.properties.map((entry) => (entry.type === 'Property' ? entry.value : null))
    case 'NewExpression':
    case 'CallExpression':
      return KEEPS_CONSTANT[node.type].test(dotted(node.callee)) ? node.arguments : undefined
    default:
      return undefined
  }
}

const KEEPS_CONSTANT = { NewExpression: /^(?:Set|Map)$/, CallExpression: /^Object\.freeze$/ } as const

/** Iterative; bounded. `enter` says whether to go below. */
export function visit(root: Node, enter: (node: Node) => boolean): void {
  const pending: Node[] = [root]
  for (let count = 0; pending.length > 0 && count < MAX_NODES; count++) {
    const node = pending.pop()
    if (node && enter(node)) pushChildren(node, pending)
  }
}

function pushChildren(node: Node, into: Node[]): void {
  for (const key of shapeOfType(node.type).keys) {
    const value = (node as unknown as Record<string, Node | (Node | null)[] | null | undefined>)[key]
    if (Array.isArray(value)) pushAll(value, into)
    else if (value) into.push(value)
  }
}

function pushAll(children: readonly (Node | null)[], into: Node[]): void {
  for (const child of children) if (child !== null) into.push(child)
}
