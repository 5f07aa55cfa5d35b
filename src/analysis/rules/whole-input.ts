/** All of what a request brings, handed on as it is: fields that nobody has chosen. */
import { memberName, unwrap } from '../syntax/ast.ts'
import type { CallNode, Node } from '../syntax/ast.ts'
import { defineRule } from '../rule.ts'
import type { Rule, RuleContext } from '../rule.ts'
import { Trust } from '../taint/sources.ts'
import type { Flow } from '../taint/taint.ts'
import { isAnswer } from './responses.ts'
import { dottedText, lastWord, optionAmong, valueBehind } from './shared.ts'
import { isKnownText } from './validation.ts'

const WHOLE = /^(?:body|query|params)$/

/** `req.body` itself, through a variable, or spread into an object. */
export function wholeInput(node: Node | undefined, context: RuleContext): Flow | undefined {
  if (!node) return undefined
  const value = valueBehind(node, context)
  switch (value.type) {
    case 'Identifier':
      return wholeVariable(value, context)
    case 'ObjectExpression':
      return spreadInput(value, context)
    case 'MemberExpression':
      return WHOLE.test(lastWord(value)) ? context.tainted(value, 'any', Trust.Remote) : undefined
    default:
      return undefined
  }
}

function spreadInput({ properties }: Extract<Node, { type: 'ObjectExpression' }>, context: RuleContext): Flow | undefined {
  for (const entry of properties) {
    const flow = entry.type === 'SpreadElement' ? wholeInput(entry.argument, context) : undefined
    if (flow) return flow
  }
  return undefined
}

/** `const { body } = req`, `const body = req.body`: written once. */
function wholeVariable(variable: Extract<Node, { type: 'Identifier' }>, context: RuleContext): Flow | undefined {
  const binding = context.scopes.resolve(variable.name, variable.start)
  const [write, ...others] = binding?.kind === 'variable' ? context.scopes.writesOf(binding) : []
  if (!write || others.length > 0) return undefined
  const [part, ...deeper] = write.path
  if (part === undefined) return write.value.type === 'MemberExpression' ? wholeInput(write.value, context) : undefined
  return deeper.length === 0 && WHOLE.test(part) ? context.tainted(variable, 'any', Trust.Remote) : undefined
}

const templateData = defineRule({
  id: 'ssti/template-options',
  cwe: [73, 94, 1336],
  severity: 'high',
  remoteOnly: true,
  title: 'outsiders decide on every variable of a template, its engine’s own options included',
  help: 'Pass the variables that the template wants, one by one: `layout`, `cache` and `settings` are options of the engine.',
  calls: ['render'],
  check(node, context) {
    const call = node as CallNode
    const flow = isAnswer(call, context) ? (wholeInput(call.arguments[1], context) ?? objectInput(call.arguments[1], context)) : undefined
    if (flow && !isKnownText(flow, call)) context.report(call, flow)
  },
})

/** A part of a request may be an object as well as the whole; what is written as an object, or put together as a text, is neither. */
function objectInput(node: Node | undefined, context: RuleContext): Flow | undefined {
  if (!node) return undefined
  const { type } = valueBehind(node, context)
  return type === 'Identifier' || type === 'MemberExpression' ? context.tainted(node, 'nosql', Trust.Remote) : undefined
}

/** Which argument of a store's method holds the fields that are written. */
const STORED_FIELDS: Readonly<Record<string, number>> = {
  create: 0, insert: 0, insertOne: 0, build: 0, upsert: 0, update: 0, findByIdAndUpdate: 1, findOneAndUpdate: 1, updateOne: 1, updateMany: 1, findOneAndReplace: 1, replaceOne: 1,
}
/** What is called as models, tables and collections are. */
const MODEL = /^[A-Z]\w*$/
const STORE = /(?:model|repository|repo|collection|table)s?$/i
const NO_STORE = /^(?:Object|Array|Map|Set|URL|Promise|Reflect|Axios)$/

const massAssignment = defineRule({
  id: 'proto-pollution/stored-request',
  cwe: [915],
  severity: 'medium',
  remoteOnly: true,
  title: 'outsiders decide which fields of a record are written',
  help: 'Pick the fields that may be set, or parse the request with a schema that strips the others.',
  calls: Object.keys(STORED_FIELDS),
  check(node, context) {
    const call = node as CallNode
    const callee = unwrap(call.callee)
    if (callee.type !== 'MemberExpression' || !isStore(callee.object)) return
    const argument = call.arguments[STORED_FIELDS[memberName(callee) ?? ''] ?? 0]
    const inner = optionAmong(argument, ['data', '$set'], context)
    const flow = wholeInput(argument, context) ?? wholeInput(inner, context)
    if (flow) context.report(call, flow)
  },
})

function isStore(object: Node): boolean {
  const target = unwrap(object)
  const word = lastWord(target)
  return ((MODEL.test(word) || STORE.test(word)) && !NO_STORE.test(word)) || /^(?:db|prisma|database|knex)\./.test(dottedText(target) ?? '')
}

export const wholeInputRules: readonly Rule[] = [templateData, massAssignment]
