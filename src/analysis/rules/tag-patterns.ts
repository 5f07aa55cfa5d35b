/** Regular expressions that are to find markup, and find some of it. */
import { calleeName, memberName } from '../syntax/ast.ts'
import type { CallNode, Node } from '../syntax/ast.ts'
import { defineRule } from '../rule.ts'
import type { Rule, RuleContext } from '../rule.ts'

const tagPattern = defineRule({
  id: 'xss/tag-pattern',
  cwe: [116, 185, 186],
  severity: 'low',
  title: 'a pattern for tags or comments misses ways to write them that browsers know',
  help: 'Use a parser of HTML, or DOMPurify.sanitize.',
  nodes: ['Literal:regex'],
  check(node, context) {
    if (node.type !== 'Literal' || !('regex' in node)) return
    const { pattern, flags } = node.regex
    if (pattern.length < 400 && !isReader(node, context) && (missesScripts(pattern, flags) || missesComments(pattern, flags))) context.report(node)
  },
})

/** Who looks for tags to read them takes nothing out: the pattern, or the name that it goes by, is matched for what it finds. */
function isReader(pattern: Node, context: RuleContext): boolean {
  const holder = pattern.parent
  if (holder?.type === 'MemberExpression') return memberName(holder) === 'exec'
  if (holder?.type === 'CallExpression') return READING.includes(calleeName(holder) ?? '')
  return holder?.type === 'VariableDeclarator' && READING.some((method) => context.scopes.callsOf(method).some((call) => isUseOf(call, holder.id)))
}

const READING = ['exec', 'match', 'matchAll']

function isUseOf(call: CallNode, variable: Node): boolean {
  const object = call.callee.type === 'MemberExpression' ? call.callee.object : undefined
  return [object, ...call.arguments].some((each) => each?.type === 'Identifier' && variable.type === 'Identifier' && each.name === variable.name)
}

/** From `<script` to its end tag: in capitals, over lines, or with blanks or more in the end tag. */
function missesScripts(pattern: string, flags: string): boolean {
  if (!/<\(?(?:\?:)?script/i.test(pattern) || !/<\\?\/\(?(?:\?:)?script/i.test(pattern)) return false
  const stopsShort = /<\\?\/script>|<\\?\/script\\s\*>/i.test(pattern)
  const missesLines = /(?<!\\)\.[*+]/.test(pattern) && !flags.includes('s')
  const isPicky = /<script\((?:\?:)?[^)]*\)[*+]/i.test(pattern)
  return !flags.includes('i') || stopsShort || missesLines || isPicky
}

function missesComments(pattern: string, flags: string): boolean {
  return /^<!--.*-->$/.test(pattern) && ((/(?<!\\)\.[*+]/.test(pattern) && !flags.includes('s')) || !/--!\?>/.test(pattern))
}

export const tagPatternRules: readonly Rule[] = [tagPattern]
