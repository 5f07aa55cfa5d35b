/** Raw markup in templates: `v-html` of Vue, `{@html …}` of Svelte, at the offset of the expression. */
import { blank, containerOfId } from './blocks.ts'
import type { ContainerKind } from './blocks.ts'
import { parseModule } from './parse.ts'
import type { Report } from '../findings.ts'
import type { RuleContext, RuleMeta } from '../rule.ts'
import type { ScopeTable } from '../names/scope-table.ts'
import { Trust } from '../taint/sources.ts'
import { descendants } from './descend.ts'
import { NEW_WINDOW_LINK } from '../rules/new-windows.ts'
import { linkFindings } from './template-links.ts'
import type { Expression, Node } from './ast.ts'
import { isFunction, unwrap } from './ast.ts'
import { isSanitizer } from '../taint/sanitizers.ts'
import { isConstantValue } from '../roles/shape.ts'

const RAW_MARKUP: RuleMeta = {
  id: 'xss/template-raw-markup',
  cwe: [79],
  severity: 'high',
  title: 'text that is not constant becomes markup',
  help: 'Use a text interpolation, or clean the markup with DOMPurify.sanitize first.',
}

/** A script of the component, whose names its template uses. */
export interface Script {
  readonly scopes: ScopeTable
  readonly trace: RuleContext['trace']
}

export function templateFindings(id: string, source: string, scripts: readonly Script[]): Report[] {
  const container = containerOfId(id)
  return [...rawMarkupFindings(parseExpressions(source, rawMarkup(container, source)), scripts), ...newWindowFindings(container, source)]
}

function newWindowFindings(container: ContainerKind | undefined, source: string): Report[] {
  const isTemplate = container === 'vue' || container === 'html' || container === 'svelte'
  return isTemplate && source.includes('_blank') ? linkFindings(NEW_WINDOW_LINK, withoutCode(source)) : []
}

function rawMarkupFindings(expressions: readonly Expression[], scripts: readonly Script[]): Report[] {
  return expressions.flatMap((node): Report[] => {
    if (isHarmless(node)) return []
    const names = descendants(node, MAX_NODES).filter((each) => each.type === 'Identifier').map(({ name }) => name)
    const script = scripts.find(({ scopes }) => names.some((name) => scopes.root.bindings.has(name)))
    const flow = script?.trace(node, 'html')
    if (flow?.trust === Trust.Safe && names.every((name) => isSettled(name, script))) return []
    return [{ rule: RAW_MARKUP, node, flow: flow && flow.trust > Trust.Unknown ? flow : undefined }]
  })
}

const MAX_NODES = 100

/** Whether a script alone decides what a name of it stands for: a template may write to a variable, and who uses a component to a property. */
function isSettled(name: string, script: Script | undefined): boolean {
  const binding = script?.scopes.root.bindings.get(name)
  return binding?.kind !== 'variable' || binding.declaration === 'const'
}

/** Where the expressions stand that become markup. */
function rawMarkup(container: ContainerKind | undefined, source: string): (readonly [number, number])[] {
  switch (container) {
    case 'vue':
    case 'html':
      return source.includes('v-html') ? directives(withoutCode(source)) : []
    case 'svelte':
      return source.includes('{@html') ? tags(withoutCode(source)) : []
    default:
      return []
  }
}

const V_HTML = /\bv-html\s*=\s*(?:"([^"]*)"|'([^']*)')/g

function directives(markup: string): (readonly [number, number])[] {
  return Array.from(markup.matchAll(V_HTML), (match) => {
    const text = match[1] ?? match[2] ?? ''
    const at = match.index + match[0].length - 1 - text.length
    return [at, at + text.length] as const
  })
}

/** `{@html …}`: up to the brace that closes it. */
function tags(markup: string): (readonly [number, number])[] {
  const found: (readonly [number, number])[] = []
  for (let at = markup.indexOf('{@html'); at >= 0; at = markup.indexOf('{@html', at + 6)) {
    const end = closingBrace(markup, at + 6)
    const text = markup.slice(at + 6, end)
    if (/^\s/.test(text)) found.push([at + 6 + text.length - text.trimStart().length, end])
  }
  return found
}

/** An expression is short: what is not closed by then is no expression. */
const MAX_EXPRESSION = 4000

/** Braces inside quotes are text. */
function closingBrace(text: string, from: number): number {
  let depth = 1
  let quote = ''
  for (let at = from; at < Math.min(text.length, from + MAX_EXPRESSION); at++) {
    const char = text[at]!
    if (quote !== '') quote = char === quote ? '' : quote
    else if (char === '"' || char === "'" || char === '`') quote = char
    else depth += Number(char === '{') - Number(char === '}')
    if (depth === 0) return at
  }
  return from
}

const CODE_START = /<!--|<(?:script|style)\b/gi

/** Scripts, styles and comments blanked; one that is never closed ends with the text. */
function withoutCode(source: string): string {
  let text = ''
  let copied = 0
  for (const match of source.matchAll(CODE_START)) {
    if (match.index < copied) continue
    const end = endOfCode(source, match.index, match[0].toLowerCase())
    text += source.slice(copied, match.index) + blank(source, match.index, end)
    copied = end
  }
  return text + source.slice(copied)
}

function endOfCode(source: string, start: number, opening: string): number {
  const close = opening === '<!--' ? /-->/g : opening === '<style' ? /<\/style\s*>/gi : /<\/script\s*>/gi
  close.lastIndex = start + opening.length
  return close.exec(source) ? close.lastIndex : source.length
}

/** Texts that are not read as one are read one by one, and no more of them than this. */
const MAX_SINGLE = 50

/** The expressions at their own offsets in the source. What stands before and behind each is a quote, a blank or a brace. */
function parseExpressions(source: string, places: readonly (readonly [number, number])[]): Expression[] {
  if (places.length === 0) return []
  const whole = expressionsIn(source, places)
  return whole.length === places.length ? whole : places.slice(0, MAX_SINGLE).flatMap((place) => expressionsIn(source, [place]))
}

function expressionsIn(source: string, places: readonly (readonly [number, number])[]): Expression[] {
  let text = ''
  for (const [start, end] of places) text += `${blank(source, text.length, start - 1)}(${source.slice(start, end)})${end + 1 < source.length ? ';' : ''}`
  const parsed = parseModule(text, 'ts')
  if (parsed.kind !== 'parsed') return []
  return parsed.program.body.flatMap((statement) => (statement.type === 'ExpressionStatement' ? [statement.expression] : []))
}

function isHarmless(expression: Node): boolean {
  const target = unwrap(expression)
  if (isFunction(target) || isConstantValue(target)) return true
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
