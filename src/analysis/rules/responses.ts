/** What a server answers with. */
import { calleeName, unwrap } from '../syntax/ast.ts'
import type { CallNode, Node } from '../syntax/ast.ts'
import type { RuleContext } from '../rule.ts'
import { descendants, functionAround, optionAmong, stringOf } from './shared.ts'
import { isPassed } from './validation.ts'

/** `res`, also behind `res.status(200)` and the like. */
export function isResponse(node: Node, context: RuleContext): boolean {
  let current = unwrap(node)
  while (current.type === 'CallExpression' && current.callee.type === 'MemberExpression') current = unwrap(current.callee.object)
  if (current.type !== 'Identifier') return false
  if (/^_?(?:res|resp|response|reply|ctx)$/.test(current.name)) return true
  return /(?:Response|Reply)\(\)$/.test(context.names.of(current) ?? '')
}

/** Whether a method of a response is called. */
export function isAnswer(call: CallNode, context: RuleContext): boolean {
  const callee = unwrap(call.callee)
  return callee.type === 'MemberExpression' && isResponse(callee.object, context)
}

const TYPE_SETTERS = /^(?:set|setHeader|header|type|contentType|writeHead)$/
const TYPE_HEADERS = ['Content-Type', 'content-type', 'Content-type']
/** What a browser shows as it is, and runs nothing of. */
const PLAIN_TYPE = /^(?:text\/(?:plain|csv|css|event-stream)|application\/(?:json|[\w.-]+\+json|octet-stream|pdf|x-ndjson)|image\/(?!svg)|json$|txt$|text$|\.?csv$)/i

/** Whether the last type that is set on the way to an answer is one that no browser reads as a page. */
export function isPlainAnswer(call: CallNode, context: RuleContext): boolean {
  const owner = functionAround(call)
  if (!owner) return false
  const set = descendants(owner).filter((each): each is CallNode => each.type === 'CallExpression' && TYPE_SETTERS.test(calleeName(each) ?? '') && isAnswer(each, context) && isOnTheWay(each, call))
  const last = set.map((each) => typeSetBy(each, context)).findLast((type) => type !== undefined)
  return last !== undefined && PLAIN_TYPE.test(last)
}

/** Before it, or what it is called on. */
function isOnTheWay(setter: CallNode, call: CallNode): boolean {
  return setter !== call && (isPassed(setter, call) || (call.start <= setter.start && setter.end < call.end))
}

/** `writeHead` without a type forgets what was set before, as far as can be seen. */
function typeSetBy(setter: CallNode, context: RuleContext): string | undefined {
  const method = calleeName(setter) ?? ''
  const [first, second] = setter.arguments
  if (method === 'writeHead') return stringOf(optionAmong(setter.arguments.at(-1), TYPE_HEADERS, context), context) ?? ''
  const name = stringOf(first, context)
  if (method === 'type' || method === 'contentType') return name
  if (name === undefined) return stringOf(optionAmong(first, TYPE_HEADERS, context), context)
  return /^content-type$/i.test(name) ? (stringOf(second, context) ?? '') : undefined
}
