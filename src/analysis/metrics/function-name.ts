/** What a reader would call a function. Needs `parent` links. */
import { staticKey, unwrap } from '../syntax/ast.ts'
import type { Node } from '../syntax/ast.ts'

export const ANONYMOUS = '<anonymous>'

/** `name`, `Class.method`, `object.key`, or `<anonymous>`. */
export function nameOfFunction(node: Node): string {
  if ((node.type === 'FunctionDeclaration' || node.type === 'FunctionExpression') && node.id) return node.id.name
  if (node.type === 'StaticBlock') return `${classNameAround(node)}.static`
  return nameFromParent(node, node.parent) ?? ANONYMOUS
}

function nameFromParent(node: Node, parent: Node | null | undefined): string | undefined {
  if (!parent) return undefined
  if (parent.type === 'ExportDefaultDeclaration') return 'default'
  return valueIn(parent) === node ? nameGivenBy(parent) : undefined
}

/** What a declaration, member or assignment gives a name to. */
function valueIn(parent: Node): Node | null | undefined {
  switch (parent.type) {
    case 'VariableDeclarator':
      return parent.init
    case 'MethodDefinition':
    case 'PropertyDefinition':
    case 'Property':
      return parent.value
    case 'AssignmentExpression':
    case 'AssignmentPattern':
      return parent.right
    default:
      return undefined
  }
}

function nameGivenBy(parent: Node): string | undefined {
  switch (parent.type) {
    case 'VariableDeclarator':
      return identifierName(parent.id)
    case 'AssignmentPattern':
      return identifierName(parent.left)
    case 'AssignmentExpression':
      return targetName(parent.left)
    case 'Property':
      return staticKey(parent, parent.key)
    case 'MethodDefinition':
    case 'PropertyDefinition':
      return `${classNameAround(parent)}.${staticKey(parent, parent.key) ?? '[computed]'}`
    default:
      return undefined
  }
}

function identifierName(node: Node): string | undefined {
  return node.type === 'Identifier' ? node.name : undefined
}

function targetName(target: Node): string | undefined {
  const node = unwrap(target)
  if (node.type === 'Identifier') return node.name
  return node.type === 'MemberExpression' ? staticKey(node, node.property) : undefined
}

function classNameAround(member: Node): string {
  const owner = member.parent?.parent
  if (owner?.type !== 'ClassDeclaration' && owner?.type !== 'ClassExpression') return ANONYMOUS
  return owner.id?.name ?? nameFromParent(owner, owner.parent) ?? ANONYMOUS
}
