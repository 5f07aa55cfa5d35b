/** Who may read answers and messages: CORS and postMessage. */
import { isFunction, memberName, staticKey, unwrap } from '../syntax/ast.ts'
import type { AssignmentExpression, CallNode, Node } from '../syntax/ast.ts'
import { defineRule } from '../rule.ts'
import type { Rule, RuleContext } from '../rule.ts'
import { Trust } from '../taint/sources.ts'
import { isAnswer } from './responses.ts'
import { calledName, descendants, functionAround, isTrue, lastWord, placeOf, stringOf, valueBehind } from './shared.ts'

/** Every document of nobody's is `null`: one in a frame that is confined, or read from a file. */
const NOBODY = 'null'
const ALLOW_ORIGIN = /^access-control-allow-origin$/i

const reflectedOrigin = defineRule({
  id: 'cors-origin/reflected',
  cwe: [942, 346],
  severity: 'high',
  title: 'outsiders choose which site may read answers',
  help: 'Compare the origin with a list of allowed ones and send back the one that matched.',
  calls: ['set', 'setHeader', 'header', 'append', 'writeHead', 'appendHeader'],
  check(node, context) {
    const call = node as CallNode
    if (!isAnswer(call, context)) return
    const value = allowedOrigin(call, context)
    const place = value?.parent?.type === 'Property' ? value.parent : call
    if (isNobody(value, context) && allowsCredentials(call)) return context.report(place)
    const flow = context.tainted(value, 'any', Trust.Remote)
    if (flow) context.report(place, flow)
  },
})

/** Without them an answer is the same for everybody. */
function allowsCredentials(call: CallNode): boolean {
  const owner = functionAround(call) ?? call
  return descendants(owner).some((each) => each.type === 'Literal' && typeof each.value === 'string' && /^access-control-allow-credentials$/i.test(each.value))
}

function isNobody(value: Node | undefined, { constants }: RuleContext): boolean {
  const written = constants.valueOf(value)
  return written === NOBODY || (written === null && value !== undefined && unwrap(value).type === 'Literal')
}

/** What the header is set to, by itself or among others. */
function allowedOrigin(call: CallNode, context: RuleContext): Node | undefined {
  const name = stringOf(call.arguments[0], context)
  if (name === undefined) return headerOption(call.arguments.at(-1), context)
  return ALLOW_ORIGIN.test(name) ? call.arguments[1] : undefined
}

function headerOption(headers: Node | undefined, context: RuleContext): Node | undefined {
  const object = headers && valueBehind(headers, context)
  if (object?.type !== 'ObjectExpression') return undefined
  for (const entry of object.properties) {
    if (entry.type === 'Property' && ALLOW_ORIGIN.test(staticKey(entry, entry.key) ?? '')) return entry.value
  }
  return undefined
}

const anyOrigin = defineRule({
  id: 'cors-origin/any',
  cwe: [942, 346, 183],
  severity: 'medium',
  title: 'every site may read answers',
  help: 'Name the origins that may.',
  calls: ['enableCors', 'create', 'cors', 'register', 'Server', 'ApolloServer', 'GraphQLServer', 'createYoga'],
  check(node, context) {
    const call = node as CallNode
    const name = calledName(call, context)
    if (isOpen(name, call, context)) return context.report(call)
    const chosen = chosenOrigin(name, call, context)
    const flow = context.tainted(chosen, 'any', Trust.Remote)
    if (chosen && (flow || isNobody(chosen, context))) context.report(placeOf(chosen, call), flow)
  },
})

/** The origin that an option names: of the middleware, or of what has it built in. */
function chosenOrigin(name: string, { arguments: [first, second] }: CallNode, { constants, names }: RuleContext): Node | undefined {
  if (CORS_PLUGIN.test(name)) return constants.option(first, 'origin')
  if (name.endsWith('.register')) return CORS_PLUGIN.test(names.of(first) ?? '') ? constants.option(second, 'origin') : undefined
  return HAS_CORS.test(name) ? constants.option(constants.option(first, 'cors'), 'origin') : undefined
}

/** Servers with an option for it. */
const HAS_CORS = /^mod:(?:apollo-server(?:-\w+)?|@apollo\/server|graphql-yoga|graphql-yoga\.createYoga)(?:\.(?:ApolloServer|GraphQLServer))?$/
const CORS_PLUGIN = /^mod:(?:cors|@koa\/cors|@fastify\/cors|fastify-cors|(?:hono\/cors|@elysiajs\/cors)\.cors)$/

function isOpen(name: string, { arguments: [first, second] }: CallNode, context: RuleContext): boolean {
  if (name === 'mod:@nestjs/core.NestFactory.create') return isNestOpen(second, context)
  // fastify.register(cors, options)
  if (name.endsWith('.register')) return CORS_PLUGIN.test(context.names.of(first) ?? '') && admitsAll(second, context)
  if (/^mod:socket\.io(?:\.Server)?$/.test(name)) return [first, second].some((options) => admitsAll(context.constants.option(options, 'cors'), context))
  if (HAS_CORS.test(name)) return admitsAll(context.constants.option(first, 'cors'), context) || isTrue(context.constants.option(context.constants.option(first, 'cors'), 'origin'), context)
  return isMiddlewareOpen(name, first, context)
}

/** `NestFactory.create(module, { cors: true })`. */
function isNestOpen(options: Node | undefined, context: RuleContext): boolean {
  const cors = context.constants.option(options, 'cors')
  return cors !== undefined && (isTrue(cors, context) || admitsAll(cors, context))
}

function isMiddlewareOpen(name: string, options: Node | undefined, context: RuleContext): boolean {
  if (!name.endsWith('.enableCors') && !CORS_PLUGIN.test(name)) return false
  return options === undefined || admitsByDefault(options) || admitsAll(options, context)
}

/** Options of other things: which origins may is left at all of them. */
function admitsByDefault(options: Node): boolean {
  const target = unwrap(options)
  return target.type === 'ObjectExpression' && target.properties.every((entry) => entry.type === 'Property' && !entry.computed && staticKey(entry, entry.key) !== 'origin')
}

/** Every origin: by name, or each with its cookies by being sent back what it calls itself. */
function admitsAll(options: Node | undefined, context: RuleContext): boolean {
  const origin = context.constants.option(options, 'origin')
  if (origin && admitsWhoever(origin)) return true
  return stringOf(origin, context) === '*' || (isTrue(origin, context) && isTrue(context.constants.option(options, 'credentials'), context))
}

/** `(origin, callback) => callback(null, true)`: nobody is refused. */
function admitsWhoever(origin: Node): boolean {
  const target = unwrap(origin)
  if (!isFunction(target) || !target.body) return false
  const inner = descendants(target.body, 100)
  const answers = inner.filter((each) => each.type === 'CallExpression' && each.arguments.length === 2 && each.callee.type === 'Identifier')
  return answers.length === 1 && !inner.some((each) => each.type === 'IfStatement' || each.type === 'ConditionalExpression' || each.type === 'LogicalExpression') && isYes(answers[0])
}

function isYes(call: Node | undefined): boolean {
  const answer = call?.type === 'CallExpression' ? call.arguments[1] : undefined
  return answer?.type === 'Literal' && answer.value === true
}

/** `.` between the labels of a host name matches any character. */
const loosePattern = defineRule({
  id: 'cors-origin/loose-pattern',
  cwe: [183],
  severity: 'medium',
  title: 'a pattern for origins has a dot that matches any character, or no end',
  help: 'Escape the dots and anchor the pattern with ^ and $.',
  nodes: ['Literal:regex'],
  check(node, context) {
    if (node.type !== 'Literal' || !('regex' in node) || !node.regex || !isOriginPattern(node)) return
    const { pattern } = node.regex
    const isHost = /^\^?(?:\(?https?|\(http\|https\)|[\w(])/.test(pattern) && /:?\\?\/\\?\/|(?:com|net|org|io)\$?$/.test(pattern)
    const host = pattern.replace(/^.*?:\\\/\\\//, '')
    if (isHost && /[\w)](?<!\\)\.(?![*+?])\w/.test(host.replace(/\\\./g, '-'))) context.report(node)
  },
})

function isOriginPattern(node: Node): boolean {
  for (let current = node.parent, depth = 0; current && depth < 4; current = current.parent, depth++) {
    if (current.type === 'AssignmentExpression') return /cors|origin|allow/i.test(lastWord(unwrap(current.left)))
    const name = declaredName(current)
    if (name !== undefined) return /cors|origin|whitelist|allow/i.test(name)
  }
  return false
}

/** The name that an option or a variable has; nothing for any other node. */
function declaredName(node: Node): string | undefined {
  if (node.type === 'Property') return staticKey(node, node.key)
  return node.type === 'VariableDeclarator' && node.id.type === 'Identifier' ? node.id.name : undefined
}

const anyTarget = defineRule({
  id: 'cors-origin/message-to-any',
  cwe: [345, 346],
  severity: 'medium',
  title: 'a message is posted to whichever site is in the window',
  help: 'Name the origin that it is for.',
  calls: ['postMessage'],
  check(node, context) {
    const call = node as CallNode
    const target = call.arguments[1]
    if (stringOf(target, context) === '*' || stringOf(context.constants.option(target, 'targetOrigin'), context) === '*') context.report(call)
  },
})

const unknownSender = defineRule({
  id: 'cors-origin/message-from-any',
  cwe: [345, 346, 20],
  severity: 'medium',
  title: 'a message is taken from whichever site sent it',
  help: 'Compare event.origin with the origin that you expect, first.',
  calls: ['addEventListener'],
  nodes: ['AssignmentExpression'],
  mentions: ['onmessage', 'message'],
  check(node, context) {
    const handler = handlerOf(node, context)
    if (!handler || !usesData(handler.function)) return
    if (!checksOrigin(handler.function)) context.report(node)
  },
})

function handlerOf(node: Node, context: RuleContext): { function: Node } | undefined {
  return node.type === 'AssignmentExpression' ? assignedHandler(node, context) : addedHandler(node as CallNode, context)
}

/** `window = self`: where there is none, a worker hears only of the page that started it. */
const MAKES_WINDOW = /(?<![.\w$]|(?:const|let|var)\s)window\s*=\s*(?:self|global|globalThis|this)\b/

/** `window.onmessage = …`. */
function assignedHandler({ left, right }: AssignmentExpression, context: RuleContext): { function: Node } | undefined {
  const target = unwrap(left)
  if (lastWord(target) !== 'onmessage' || MAKES_WINDOW.test(context.source)) return undefined
  return /^(?:(?:window|globalThis|local:window)\.)?onmessage$/.test(context.names.of(target) ?? '') ? functionOf(right, context) : undefined
}

/** `window.addEventListener('message', …)`. */
function addedHandler(call: CallNode, context: RuleContext): { function: Node } | undefined {
  if (stringOf(call.arguments[0], context) !== 'message') return undefined
  const isWindow = /^(?:window\.)?addEventListener$|^(?:param|local):(?:win|window|target)\.addEventListener$/.test(calledName(call, context))
  return isWindow && !isWorkers(call, context) ? functionOf(call.arguments[1], context) : undefined
}

/** `self.addEventListener` where there is no window: a worker hears only of the page that started it. */
function isWorkers({ callee }: CallNode, { source, id }: RuleContext): boolean {
  if (/[./-]worker\.[cm]?[jt]sx?$|\/(?:workers?|sw)\//.test(id) || /\bimportScripts\s*\(|\bWorkerGlobalScope\b/.test(source) || MAKES_WINDOW.test(source)) return true
  const isOfSelf = callee.type === 'MemberExpression' && callee.object.type === 'Identifier' && callee.object.name === 'self'
  return isOfSelf && !/\b(?:window|document)\b/.test(source)
}

function functionOf(node: Node | undefined, context: RuleContext): { function: Node } | undefined {
  if (!node) return undefined
  const target = unwrap(node)
  if (isFunction(target)) return { function: target }
  if (target.type !== 'Identifier') return undefined
  const binding = context.scopes.resolve(target.name, target.start)
  if (binding?.kind === 'function') return { function: binding.node }
  const literal = context.constants.literal(target)
  return literal && isFunction(literal) ? { function: literal } : undefined
}

function usesData(handler: Node): boolean {
  return isFunction(handler) && handler.params.length > 0
}

/** Any look at `origin`, or at `source`, counts; whether it is the right one is not decided here. */
function checksOrigin(handler: Node): boolean {
  return descendants(handler).some((each) => (each.type === 'MemberExpression' && /^(?:origin|source)$/.test(memberName(each) ?? '') && isTested(each)) || (each.type === 'Property' && staticKey(each, each.key) === 'origin'))
}

function isTested(node: Node): boolean {
  for (let current = node.parent, last: Node = node; current; last = current, current = current.parent) {
    if (current.type === 'BinaryExpression' || current.type === 'SwitchStatement' || current.type === 'LogicalExpression' || current.type === 'UnaryExpression') return true
    if (current.type === 'IfStatement' || current.type === 'ConditionalExpression') return current.test === last
    if (isFunction(current)) return false
  }
  return false
}

export const originRules: readonly Rule[] = [reflectedOrigin, anyOrigin, loosePattern, anyTarget, unknownSender]
