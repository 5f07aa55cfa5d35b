/** Cookies and sessions. */
import { unwrap } from '../syntax/ast.ts'
import type { CallNode, Node } from '../syntax/ast.ts'
import { defineRule } from '../rule.ts'
import type { Rule, RuleContext } from '../rule.ts'
import { isAnswer } from './responses.ts'
import { calledName, isFalse, piecesOf, placeOf, skeleton, stringOf, valueBefore, valueBehind } from './shared.ts'

export const SESSION: RegExp = /^mod:(?:express-session|cookie-session|client-sessions|koa-session|@fastify\/(?:session|secure-session))(?:\.\w+)?$/
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
    const isFine = isCsrf ? isCsrfCookieKept(cookie, context) : isProtected(name, options, cookie, context)
    if (!isFine) context.report(placeOf(cookie, call))
  },
})

/** The secret of csurf's cookie is of use to a script of the same page alone: scripts can read it unless httpOnly is set. */
function isCsrfCookieKept(cookie: Node | undefined, context: RuleContext): boolean {
  if (!cookie || isMadeElsewhere(cookie, context)) return true
  const httpOnly = context.constants.option(cookie, 'httpOnly')
  return httpOnly !== undefined && !isFalse(httpOnly, context) && !isFalse(context.constants.option(cookie, 'secure'), context)
}

/** What is put together elsewhere is taken to be. */
function isProtected(name: string, options: Node | undefined, cookie: Node | undefined, context: RuleContext): boolean {
  const isOfBrowser = name.includes('cookie-session')
  const flags = cookie ?? (isOfBrowser ? options : undefined)
  return isMadeElsewhere(options, context) || isMadeElsewhere(flags, context) || isSafe(flags, !cookie && isOfBrowser, context)
}

/** httpOnly is on by itself; secure is not, save with cookie-session where the request came encrypted. */
function isSafe(flags: Node | undefined, isSecureByDefault: boolean, context: RuleContext): boolean {
  if (isFalse(context.constants.option(flags, 'httpOnly'), context)) return false
  const secure = context.constants.option(flags, 'secure')
  return secure ? !isFalse(secure, context) : isSecureByDefault
}

/** What is put together elsewhere, or of several, may well have what is missing here. */
function isMadeElsewhere(options: Node | undefined, context: RuleContext): boolean {
  if (!options) return false
  const { type } = valueBehind(options, context)
  return type !== 'ObjectExpression' && type !== 'Literal'
}

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
    if (options && valueBefore(options, context).type !== 'ObjectExpression') return
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

const SENSITIVE = /sess|token|auth|jwt|\bsid\b|login/i

/** `document.cookie = 'token=…'`, `Set-Cookie` as a text. */
const cookieText = defineRule({
  id: 'cookie/text',
  cwe: [614, 1004],
  severity: 'medium',
  title: 'a cookie with a secret goes over unencrypted connections',
  help: 'Add Secure and HttpOnly; what a script sets, every script can read: let the server set it.',
  nodes: ['AssignmentExpression'],
  calls: ['setHeader', 'append', 'appendHeader', 'set', 'header'],
  mentions: ['cookie', 'Set-Cookie', 'set-cookie'],
  check(node, context) {
    const text = node.type === 'AssignmentExpression' ? documentCookie(node, context) : cookieHeader(node as CallNode, context)
    if (text === undefined) return
    const written = skeleton(piecesOf(text, context))
    const [name = ''] = written.split('=', 1)
    if (name.length < written.length && SENSITIVE.test(name) && !/;\s*secure\b/i.test(written) && !/(?:max-age=(?:0|-\d)|expires=thu, 01 jan 1970)/i.test(written)) context.report(node)
  },
})

function documentCookie(node: Extract<Node, { type: 'AssignmentExpression' }>, context: RuleContext): Node | undefined {
  return /(?:^|\.)document\.cookie$/.test(context.names.of(unwrap(node.left)) ?? '') ? node.right : undefined
}

function cookieHeader(call: CallNode, context: RuleContext): Node | undefined {
  return /^set-cookie$/i.test(stringOf(call.arguments[0], context) ?? '') ? call.arguments[1] : undefined
}

/** Koa's and Next's jars, and js-cookie, which scripts use. */
const cookieJar = defineRule({
  id: 'cookie/jar',
  cwe: [614, 1004],
  severity: 'medium',
  title: 'a cookie can be read by scripts or goes over unencrypted connections',
  help: 'Set { httpOnly: true, secure: true, sameSite: "lax" }, on the server.',
  calls: ['set'],
  mentions: ['cookies', 'js-cookie', 'universal-cookie', 'cookies-next'],
  check(node, context) {
    const call = node as CallNode
    const name = calledName(call, context)
    const isScripts = /^mod:(?:js-cookie|universal-cookie|cookies-next)\b/.test(name)
    if (call.arguments.length > 1 && (isScripts ? isPlainOfScripts(call, context) : /cookies(?:\(\))?\.set$/i.test(name) && hasFlagOff(call, context))) context.report(call)
  },
})

function hasFlagOff({ arguments: [, , options] }: CallNode, context: RuleContext): boolean {
  return ['httpOnly', 'secure'].some((flag) => isFalse(context.constants.option(options, flag), context))
}

function isPlainOfScripts({ arguments: [name, , options] }: CallNode, context: RuleContext): boolean {
  const secure = context.constants.option(options, 'secure')
  return secure ? isFalse(secure, context) : SENSITIVE.test(stringOf(name, context) ?? '')
}

export const sessionRules: readonly Rule[] = [sessionDefaults, sessionIdentity, cookieFlags, cookieOption, cookieText, cookieJar]
