/** The names that a pattern binds, each with the way to its value. */
import { staticKey } from '../syntax/ast.ts'
import type { Node } from '../syntax/ast.ts'
import type { Path } from './scope-table.ts'

type OnName = (name: string, path: Path, node: Node, fallback: Node | undefined) => void

/** Every name that a pattern binds, with the path to its value. */
export function eachName(pattern: Node, path: Path, onName: OnName, fallback?: Node): void {
  switch (pattern.type) {
    case 'Identifier':
      onName(pattern.name, path, pattern, fallback)
      break
    case 'AssignmentPattern':
      eachName(pattern.left, path, onName, pattern.right)
      break
    case 'RestElement':
      eachName(pattern.argument, [...path, '...'], onName)
      break
    case 'TSParameterProperty':
      eachName(pattern.parameter, path, onName)
      break
    case 'ArrayPattern':
      for (const element of pattern.elements) eachNameOfElement(element, path, onName)
      break
    case 'ObjectPattern':
      for (const entry of pattern.properties) eachNameOfEntry(entry, path, onName)
      break
    default:
  }
}

function eachNameOfElement(element: Node | null, path: Path, onName: OnName): void {
  if (element) eachName(element, element.type === 'RestElement' ? path : [...path, '*'], onName)
}

function eachNameOfEntry(entry: Extract<Node, { type: 'ObjectPattern' }>['properties'][number], path: Path, onName: OnName): void {
  if (entry.type === 'RestElement') eachName(entry, path, onName)
  else eachName(entry.value, [...path, staticKey(entry, entry.key) ?? '*'], onName)
}
