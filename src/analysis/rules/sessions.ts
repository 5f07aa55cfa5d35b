/** Cookies, sessions and what a server tells about itself. */
import { calleeName } from '../ast.ts'
import type { CallNode, Node } from '../ast.ts'
import { defineRule } from '../rule.ts'
import type { Rule, RuleContext } from '../rule.ts'
import { Trust } from '../sources.ts'
import { isAnswer } from './responses.ts'
import { calledName, isFalse, placeOf, stringOf } from './shared.ts'

const SESSION = /^mod:(?:express-session|cookie-session|client-sessions|koa-session|@fastify\/(?:session|secure-session))(?:\.\w+)?$/
const SESSION_PACKAGES = ['express-session', 'cookie-session', 'client-sessions', 'koa-session', '@fastify/', 'csurf', 'csrf']

const sessionDefaults = defineRule({
  id: 'cookie/session-defaults',
  cwe: [614, 1004],
  severity: 'low',
  title: 'the session cookie can be read by scripts or goes over unencrypted connections',
  help: 'Set cookie: { secure: true, httpOnly: true, sameSite: "lax" }.',
  nodes: ['CallExpression'],
  mentions: SESSION_PACKAGES,
  check(node, context) {
    const call = node as CallNode
    const name = calledName(call, context)
    const isCsrf = /^mod:(?:csurf|csrf)$/.test(name)
    if (!SESSION.test(name) && !isCsrf) return
    const [options] = call.arguments
    const cookie = context.constants.option(options, 'cookie')
    if (isCsrf && !cookie) return
    const flags = cookie ?? (name.includes('cookie-session') ? options : undefined)
    // httpOnly is on by itself; secure is not.
    const isSafe = isSet('secure', flags, context) && !isFalse(context.constants.option(flags, 'httpOnly'), context)
    if (!isSafe) context.report(call)
  },
})

const sessionIdentity = defineRule({
  id: 'authn-jwt/session-defaults',
  cwe: [522],
  severity: 'low',
  title: 'a session cookie goes by its default name and scope, which tells what runs here',
  help: 'Set name, domain, path and maxAge.',
  nodes: ['CallExpression'],
  mentions: SESSION_PACKAGES,
  check(node, context) {
    const call = node as CallNode
    if (!SESSION.test(context.names.of(call.callee) ?? '')) return
    const [options] = call.arguments
    const holder = context.constants.option(options, 'cookie') ?? options
    const isScoped = ['domain', 'path', 'expires'].every((flag) => isSet(flag, holder, context))
    if (!isScoped && !context.constants.option(options, 'name')) context.report(placeOf(holder, call))
  },
})

function isSet(flag: string, holder: Node | undefined, context: RuleContext): boolean {
  const value = context.constants.option(holder, flag) ?? (flag === 'expires' ? context.constants.option(holder, 'maxAge') : undefined)
  return value !== undefined && !isFalse(value, context)
}

const cookieFlags = defineRule({
  id: 'cookie/flags',
  cwe: [614, 1004],
  severity: 'medium',
  title: 'a cookie can be read by scripts or goes over unencrypted connections',
  help: 'Set { httpOnly: true, secure: true, sameSite: "lax" }.',
  calls: ['cookie', 'setCookie'],
  check(node, context) {
    const call = node as CallNode
    if (call.arguments.length < 2 || !isAnswer(call, context)) return
    const [, , options] = call.arguments
    const isSensitive = /sess|token|auth|jwt|sid|user|login/i.test(stringOf(call.arguments[0], context) ?? '')
    const isUnset = (flag: string): boolean => isFalse(context.constants.option(options, flag), context) || (isSensitive && !context.constants.option(options, flag))
    if (isUnset('httpOnly') || isUnset('secure')) context.report(call)
  },
})

const cookieOption = defineRule({
  id: 'cookie/flag-off',
  cwe: [614, 1004],
  severity: 'medium',
  title: 'a protection of a cookie is switched off',
  help: 'Set httpOnly and secure to true.',
  nodes: ['Property'],
  mentions: ['httpOnly', 'secure'],
  check(node, context) {
    if (node.type !== 'Property' || node.key.type !== 'Identifier') return
    const { name } = node.key
    if ((name !== 'httpOnly' && name !== 'secure') || !isFalse(node.value, context)) return
    if (hasOtherFlag(node.parent, name, context) || isCalledCookie(node.parent?.parent)) context.report(node)
  },
})

const COOKIE_FLAGS = ['httpOnly', 'sameSite', 'maxAge', 'signed', 'expires', 'path']

function hasOtherFlag(object: Node | null | undefined, flag: string, context: RuleContext): boolean {
  return object?.type === 'ObjectExpression' && COOKIE_FLAGS.some((name) => name !== flag && context.constants.option(object, name))
}

function isCalledCookie(owner: Node | null | undefined): boolean {
  return owner?.type === 'Property' && owner.key.type === 'Identifier' && /cookie/i.test(owner.key.name)
}

const hardening = defineRule({
  id: 'authn-jwt/unhardened-server',
  cwe: [693, 352],
  severity: 'low',
  title: 'an Express application sends no protective headers',
  help: 'app.use(helmet()); app.disable("x-powered-by").',
  calls: ['express', 'ex'],
  check(node, context) {
    const call = node as CallNode
    if (context.names.of(call.callee) !== 'mod:express' || call.type !== 'CallExpression') return
    const usesHelmet = context.scopes.callsOf('use').some((use) => use.arguments.some((argument) => /^mod:(?:helmet|lusca|hood)/.test(context.names.of(argument) ?? '')))
    const hides = [...context.scopes.callsOf('disable'), ...context.scopes.callsOf('set')].some((each) => /^x-powered-by$/i.test(stringOf(each.arguments[0], context) ?? ''))
    const isServer = context.scopes.callsOf('use').length > 0 || context.scopes.callsOf('listen').length > 0 || context.scopes.callsOf('get').length > 0
    if (isServer && !usesHelmet && !hides) context.report(call)
  },
})

const csrfOrder = defineRule({
  id: 'csrf/before-method-override',
  cwe: [352],
  severity: 'medium',
  title: 'a request is checked for forgery before its method may still change',
  help: 'Use methodOverride before csrf.',
  calls: ['csrf', 'csurf'],
  check(node, context) {
    const call = node as CallNode
    if (!/^mod:(?:express\.csrf|csurf|csrf)$|^(?:local:)?express\.csrf$/.test(context.names.of(call.callee) ?? '')) return
    const later = context.scopes.callsOf('methodOverride').some((each) => each.start > call.start)
    if (later) context.report(call)
  },
})

const staticFiles = defineRule({
  id: 'csrf/session-before-static',
  cwe: [352],
  severity: 'low',
  title: 'static files are served behind the session, so that each of them starts one',
  help: 'Use express.static before the session.',
  calls: ['static'],
  check(node, context) {
    const call = node as CallNode
    if (context.names.of(call.callee) !== 'mod:express.static') return
    const session = context.scopes.callsOf('use').find((use) => use.arguments.some((argument) => argument.type === 'CallExpression' && SESSION.test(context.names.of(argument.callee) ?? '')))
    if (session && session.start < call.start) context.report(call)
  },
})

const directoryListing = defineRule({
  id: 'info-leak/directory-listing',
  cwe: [548],
  severity: 'medium',
  title: 'the names of all files in a directory are shown',
  help: 'Serve the files alone.',
  calls: ['serveIndex', 'use', 'directory'],
  check(node, context) {
    const call = node as CallNode
    const name = context.names.of(call.callee) ?? ''
    if (/^mod:(?:serve-index|express\.directory)$/.test(name) && calleeName(call) !== 'use') context.report(call)
  },
})

/** The middleware kept in a variable and called by hand. */
const directoryListingCall = defineRule({
  id: 'info-leak/directory-listing-call',
  cwe: [548],
  severity: 'medium',
  title: 'the names of all files in a directory are shown',
  help: 'Serve the files alone.',
  nodes: ['CallExpression'],
  mentions: ['serve-index'],
  check(node, context) {
    const call = node as CallNode
    if (call.callee.type !== 'Identifier' || call.arguments.length < 2) return
    if (context.names.of(call.callee) === 'mod:serve-index()') context.report(call)
  },
})

const headerChoice = defineRule({
  id: 'header-injection/outsiders-choose',
  cwe: [113, 1021],
  severity: 'medium',
  title: 'outsiders choose a header that protects people',
  help: 'Set the header to a constant, or to one of a fixed list.',
  calls: ['set', 'setHeader', 'header', 'append'],
  check(node, context) {
    const call = node as CallNode
    if (!isAnswer(call, context)) return
    if (!/^(?:x-frame-options|content-security-policy|x-content-type-options|strict-transport-security|referrer-policy|set-cookie)$/i.test(stringOf(call.arguments[0], context) ?? '')) return
    const flow = context.tainted(call.arguments[1], 'any', Trust.Remote)
    if (flow) context.report(call, flow)
  },
})

export const sessionRules: readonly Rule[] = [sessionDefaults, sessionIdentity, cookieFlags, cookieOption, hardening, csrfOrder, staticFiles, directoryListing, directoryListingCall, headerChoice]
