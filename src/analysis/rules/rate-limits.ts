/** Handlers that cost a server much and that anybody may call as often as they like, and forms that any site may send. */
import { calleeName, isFunction, memberName, unwrap } from '../syntax/ast.ts'
import type { CallNode, FunctionNode, Node } from '../syntax/ast.ts'
import { defineRule } from '../rule.ts'
import type { Rule, RuleContext } from '../rule.ts'
import { calledName, descendants } from './shared.ts'

/** Applications and routers, by what made them. */
const ROUTER = /^mod:(?:express|fastify|restify|koa-router|@koa\/router)(?:\.(?:Router|createServer|default))?\(\)(?:\(\))?\.\w+$/
/** What any of these names has to do with how often something may be called. */
const LIMITING = /(?:rate|request|speed)[-_ ]?limit|limiter|brute|throttl|slow-?down|captcha|quota/i
/** A sign-in, and what starts another process. */
const EXPENSIVE = /^mod:(?:child_process|bcrypt(?:js)?|argon2)\b|^(?:local:|param:)?(?:login|log_?in|sign_?in|authenticate|authorize|verify(?:User|Password|Login|Credentials)|check(?:Password|Credentials|Login))$|^mod:passport\.authenticate$/i

const unlimited = defineRule({
  id: 'resource/no-rate-limit',
  cwe: [770, 307, 400],
  severity: 'low',
  title: 'a handler signs people in, or starts a program, as often as anybody asks',
  help: 'Put a limit before it, such as express-rate-limit.',
  calls: ['get', 'post', 'put', 'patch', 'delete', 'all'],
  mentions: ['express', 'fastify', 'restify', 'koa-router', '@koa/router'],
  check(node, context) {
    const call = node as CallNode
    if (!ROUTER.test(calledName(call, context)) || call.arguments.length < 2 || LIMITING.test(context.source.slice(0, call.end))) return
    const isCostly = call.arguments.slice(1).some((argument) => handlersIn(argument, context).some((handler) => isExpensive(handler, context)))
    if (isCostly) context.report(call)
  },
})

/** A handler as it is written or by its name, also within what wraps it. */
function handlersIn(argument: Node, context: RuleContext, depth = 0): readonly FunctionNode[] {
  const target = unwrap(argument)
  if (isFunction(target)) return [target]
  if (target.type === 'CallExpression') return depth < 2 ? target.arguments.flatMap((each) => handlersIn(each, context, depth + 1)) : []
  return target.type === 'Identifier' ? namedHandler(target, context) : []
}

function namedHandler(target: Extract<Node, { type: 'Identifier' }>, context: RuleContext): readonly FunctionNode[] {
  const binding = context.scopes.resolve(target.name, target.start)
  const value = binding?.kind === 'function' ? binding.node : binding?.kind === 'variable' ? context.constants.literal(target) : undefined
  return isFunction(value) ? [value] : []
}

const MAX_LOOKED_AT = 600

function isExpensive(handler: FunctionNode, context: RuleContext): boolean {
  return descendants(handler, MAX_LOOKED_AT).some((each) => each.type === 'CallExpression' && EXPENSIVE.test(calledName(each, context)))
}

/** What lets a server know whose browser asks. */
const COOKIES = /^mod:(?:cookie-parser|express-session|cookie-session|client-sessions|@?fastify[-/](?:cookie|session|secure-session))$/
const COOKIE_PACKAGES = ['cookie-parser', 'express-session', 'cookie-session', 'client-sessions', 'fastify-cookie', 'fastify-session', '@fastify/cookie', '@fastify/session', '@fastify/secure-session']
const FORGERY_WORDS = /csrf|csurf|xsrf|lusca|same-?site|origin/i
const CHANGES = /^(?:post|put|patch|delete)$/
/** What a handler has of whose browser asks. */
const IDENTITY = /^(?:cookies|signedCookies|session|user|isAuthenticated)$/

const forgeable = defineRule({
  id: 'csrf/unchecked-cookies',
  cwe: [352],
  severity: 'low',
  title: 'requests that change something go by cookies, and nothing tells whether a page of one’s own sent them',
  help: 'Check a token (csrf-csrf, @fastify/csrf-protection), or set the cookies with sameSite: "strict".',
  calls: ['use', 'register'],
  mentions: COOKIE_PACKAGES,
  check(node, context) {
    const call = node as CallNode
    const middleware = call.arguments.find((argument) => isCookies(argument, context))
    if (middleware && !FORGERY_WORDS.test(context.source) && changesByCookie(call, context)) context.report(call)
  },
})

function isCookies(argument: Node, { names }: RuleContext): boolean {
  const target = unwrap(argument)
  const made = target.type === 'CallExpression' && calleeName(target) !== 'require' ? target.callee : target
  return COOKIES.test(names.of(made) ?? '')
}

/** Whether a route of the same application changes something by what its cookies say. */
function changesByCookie({ callee }: CallNode, context: RuleContext): boolean {
  const owner = callee.type === 'MemberExpression' ? context.names.of(callee.object) : undefined
  return owner !== undefined && [...context.scopes.callsByName()].some(([name, calls]) => (CHANGES.test(name) || name === 'route') && calls.some((call) => isOf(call, owner, context) && readsIdentity(call, context)))
}

function isOf({ callee }: CallNode, owner: string, { names }: RuleContext): boolean {
  return callee.type === 'MemberExpression' && names.of(callee.object) === owner
}

function readsIdentity(call: CallNode, context: RuleContext): boolean {
  return call.arguments.some((argument) => [argument, ...handlersIn(argument, context)].some((each) => descendants(each, MAX_LOOKED_AT).some((inner) => inner.type === 'MemberExpression' && IDENTITY.test(memberName(inner) ?? ''))))
}

export const rateLimitRules: readonly Rule[] = [unlimited, forgeable]
