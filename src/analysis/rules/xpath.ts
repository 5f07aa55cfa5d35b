/** Data that becomes part of an XPath expression. */
import { defineSinkRule } from '../rule.ts'
import type { Rule } from '../rule.ts'
import { Trust } from '../taint/sources.ts'

const expression = defineSinkRule({
  id: 'xxe/xpath-text',
  cwe: [643, 91],
  severity: 'medium',
  title: 'outsiders’ data is put into the text of an XPath expression',
  help: 'Pass it as a variable of the expression.',
  category: 'sql',
  calls: ['parse', 'select', 'select1', 'evaluate', 'xpath', 'find', 'get', 'compile', 'createExpression'],
  sinks: [{ callee: /^mod:(?:xpath|xpath\.js|xpath-html)(?:\(\))?(?:\.(?:parse|select1?|evaluate))?$|^document\.(?:evaluate|createExpression)$|^mod:libxmljs2?\..*\.(?:find|get)$/, least: Trust.Remote }],
})

export const xpathRules: readonly Rule[] = [expression]
