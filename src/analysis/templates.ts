/** Raw markup in templates: `v-html` of Vue, `{@html …}` of Svelte, at the offset of the expression. */
import { blank, containerOfId } from './blocks.ts'
import type { ContainerKind } from './blocks.ts'
import { parseModule } from './parse.ts'
import type { Report } from './findings.ts'
import type { RuleMeta } from './rule.ts'
import type { Expression, Node } from './ast.ts'
import { isFunction, unwrap } from './ast.ts'
import { isSanitizer } from './sanitizers.ts'
import { isConstantValue } from './shape.ts'

const RAW_MARKUP: RuleMeta = {
  id: 'xss/template-raw-markup',
  cwe: [79],
  severity: 'high',
  title: 'text that is not constant becomes markup',
  help: 'Use a text interpolation, or clean the markup with DOMPurify.sanitize first.',
}

const V_HTML = /\bv-html\s*=\s*(?:"([^"]*)"|'([^']*)')/g
const RAW_MARKUP_TEXT: Readonly<Record<ContainerKind, RegExp | undefined>> = { vue: V_HTML, html: V_HTML, svelte: /\{@html\s+([^}]+)\}/g, mdx: undefined }

/** @param isConstant Whether the text decides what a name of the scripts stands for. */
export function templateFindings(id: string, source: string, isConstant: (name: string) => boolean): Report[] {
  const pattern = RAW_MARKUP_TEXT[containerOfId(id) ?? 'mdx']
  if (pattern === undefined) return []
  const reports: Report[] = []
  for (const match of withoutCode(source).matchAll(pattern)) {
    const text = match[1] ?? match[2] ?? ''
    const at = match.index + match[0].indexOf(text)
    const expression = parseExpression(source, at, at + text.length)
    if (expression && !isHarmless(expression, isConstant)) reports.push({ rule: RAW_MARKUP, node: expression, flow: undefined })
  }
  return reports
}

/** Scripts, styles and comments blanked. */
function withoutCode(source: string): string {
  return source.replace(/<(script|style)\b[\s\S]*?<\/\1\s*>|<!--[\s\S]*?-->/gi, (found) => blank(found, 0, found.length))
}

/** The expression at its own offsets in the source. */
function parseExpression(source: string, start: number, end: number): Expression | undefined {
  const text = `${blank(source, 0, start).slice(1)}(${source.slice(start, end)})`
  const parsed = parseModule(text, 'ts')
  const statement = parsed.kind === 'parsed' ? parsed.program.body[0] : undefined
  return statement?.type === 'ExpressionStatement' ? statement.expression : undefined
}

function isHarmless(expression: Node, isConstant: (name: string) => boolean): boolean {
  const target = unwrap(expression)
  if (isFunction(target) || isConstantValue(target)) return true
  if (target.type === 'Identifier') return isConstant(target.name)
  if (target.type !== 'CallExpression') return false
  // What is asked about a written text answers with what the author has chosen.
  return (target.arguments.length > 0 && target.arguments.every((argument) => isConstantValue(argument))) || isCleaned(target)
}

function isCleaned(target: Extract<Node, { type: 'CallExpression' }>): boolean {
  const callee = unwrap(target.callee)
  if (callee.type === 'Identifier') return isSanitizer(callee.name, 'html')
  if (callee.type !== 'MemberExpression' || callee.property.type !== 'Identifier') return false
  const owner = callee.object.type === 'Identifier' ? callee.object.name : ''
  return isSanitizer(`${owner}.${callee.property.name}`, 'html')
}
