/** Pages of others that are opened beside one's own, and can reach it through `window.opener`. */
import { unwrap } from '../syntax/ast.ts'
import type { CallNode, Node } from '../syntax/ast.ts'
import { defineRule } from '../rule.ts'
import type { Rule, RuleContext, RuleMeta } from '../rule.ts'
import { calledName, stringOf } from './shared.ts'

export const NEW_WINDOW_LINK: RuleMeta = {
  id: 'info-leak/new-window',
  cwe: [1022, 200],
  severity: 'low',
  title: 'a page of others is opened in a window that can send this one elsewhere in older browsers, and learns where it was linked',
  help: 'Add rel="noopener noreferrer".',
}

type Opening = Extract<Node, { type: 'JSXOpeningElement' }>

const link = defineRule({
  ...NEW_WINDOW_LINK,
  nodes: ['JSXOpeningElement'],
  mentions: ['_blank'],
  check(node, context) {
    if (node.type !== 'JSXOpeningElement' || !opensWindow(node, context) || hasRel(node)) return
    const address = attributeOf(node, 'href') ?? attributeOf(node, 'to')
    if (address && isForeign(address, context)) context.report(node)
  },
})

function opensWindow(element: Opening, context: RuleContext): boolean {
  const target = attributeOf(element, 'target')
  return target !== undefined && /^_blank$/i.test(stringOf(target, context) ?? '')
}

/** Any `rel` that is not written is taken to be right; so is what a spread may bring. */
function hasRel(element: Opening): boolean {
  if (element.attributes.some(({ type }) => type === 'JSXSpreadAttribute')) return true
  const rel = attributeOf(element, 'rel')
  return rel !== undefined && (rel.type !== 'Literal' || /noopener|noreferrer/i.test(String(rel.value)))
}

function attributeOf(element: Opening, name: string): Node | undefined {
  for (const attribute of element.attributes) {
    if (attribute.type !== 'JSXAttribute' || attribute.name.name !== name || !attribute.value) continue
    return attribute.value.type === 'JSXExpressionContainer' ? attribute.value.expression : attribute.value
  }
  return undefined
}

const FOREIGN = /^(?:[a-z][a-z+.-]*:)?\/\//i

/** Another site's, or not known to be one's own. */
function isForeign(address: Node, context: RuleContext): boolean {
  const text = stringOf(address, context)
  if (text !== undefined) return FOREIGN.test(text)
  const target = unwrap(address)
  const start = target.type === 'TemplateLiteral' ? target.quasis[0]?.value.raw : target.type === 'BinaryExpression' ? stringOf(leftmost(target), context) : undefined
  return start === undefined || start === '' || FOREIGN.test(start)
}

function leftmost(node: Node): Node {
  let current = unwrap(node)
  while (current.type === 'BinaryExpression') current = unwrap(current.left)
  return current
}

const opened = defineRule({
  id: 'info-leak/opened-window',
  cwe: [1022, 200],
  severity: 'low',
  title: 'a page of others is opened in a window that can send this one elsewhere',
  help: "Pass 'noopener' as the third argument of window.open.",
  calls: ['open'],
  check(node, context) {
    const call = node as CallNode
    if (!/^(?:(?:window|self|this\.window)\.)?open$/.test(calledName(call, context))) return
    const [address, , features] = call.arguments
    const text = stringOf(address, context)
    const options = features === undefined ? '' : stringOf(features, context)
    if (text !== undefined && FOREIGN.test(text) && options !== undefined && !/noopener|noreferrer/i.test(options) && call.parent?.type === 'ExpressionStatement') context.report(call)
  },
})

export const newWindowRules: readonly Rule[] = [link, opened]
