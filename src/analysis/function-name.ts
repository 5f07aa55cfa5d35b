/** What a reader would call a function. Needs `parent` links. */
import { staticKey, unwrap } from './ast.ts'
import type { Node } from './ast.ts'

export const ANONYMOUS = '<anonymous>'

/** `name`, `Class.method`, `object.key`, or `<anonymous>`. */
export function nameOfFunction(node: Node): string {
  if ((node.type === 'FunctionDeclaration' || node.type === 'FunctionExpression') && node.id) return node.id.name
  if (node.type === 'StaticBlock') return `${classNameAround(node)}.static`
  return nameFromParent(node, node.parent) ?? ANONYMOUS
}

function nameFromParent(node: Node, parent: Node | null | undefined): string | undefined {
  switch (parent?.type) {
    case 'VariableDeclarator':
      return parent.id.type === 'Identifier' ? parent.id.name : undefined
    case 'MethodDefinition':
    case 'PropertyDefinition':
      return parent.value === node ? `${classNameAround(parent)}.${staticKey(parent, parent.key) ?? '[computed]'}` : undefined
    case 'Property':
      return parent.value === node ? staticKey(parent, parent.key) : undefined
    case 'AssignmentExpression':
      return parent.right === node ? targetName(parent.left) : undefined
    case 'AssignmentPattern':
      return parent.right === node && parent.left.type === 'Identifier' ? parent.left.name : undefined
    case 'ExportDefaultDeclaration':
      return 'default'
    default:
      return undefined
  }
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
