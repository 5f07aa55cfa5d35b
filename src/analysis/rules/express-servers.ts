/** What an Express server leaves out, does in the wrong order, or tells about itself. */
import { calleeName } from '../syntax/ast.ts'
import type { CallNode, Node } from '../syntax/ast.ts'
import { defineRule } from '../rule.ts'
import type { Rule, RuleContext } from '../rule.ts'
import { optionAmong, stringOf, textOf, valueBehind } from './shared.ts'
import { SESSION } from './sessions.ts'

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
    if (isServer(context) && !hidesItself(context) && !setsHeaders(context)) context.report(call)
  },
})

const PROTECTIVE_HEADER = /['"`](?:X-Frame-Options|Content-Security-Policy|Strict-Transport-Security|X-Content-Type-Options)['"`]/i

const PROTECTIVE_PACKAGE = /^mod:(?:helmet|lusca|hood|hsts|frameguard|helmet-csp|hidepoweredby|hide-powered-by|dont-sniff-mimetype|referrer-policy|content-security-policy|express-csp-header)\b/
const PROTECTIVE_NAME = /secur(?:e|ity)_?(?:headers?|middleware)|helmet|harden/i
/** Modules of the project, and what nothing in the module declares. */
const OUT_OF_SIGHT = /^(?!mod:(?![./~#]|@\/)|local:|param:|this\b|express\b)/
/** What answers requests, or reads them, and sets no headers for others. */
const ORDINARY = /rout(?:e|er|ing)|api|controller|handler|auth|session|cookie|log|pars|static|serve|error|not_?found|cors|csrf|upload|passport|compress|limit|prox|json|urlencoded/i

function isServer({ scopes }: RuleContext): boolean {
  return ['use', 'listen', 'get'].some((name) => scopes.callsOf(name).length > 0)
}

/** `app.disable('x-powered-by')`: who has thought of that has thought of the others. */
function hidesItself(context: RuleContext): boolean {
  return [...context.scopes.callsOf('disable'), ...context.scopes.callsOf('set')].some((each) => /^x-powered-by$/i.test(stringOf(each.arguments[0], context) ?? ''))
}

/** Headers that are set by hand, by a middleware that is made or called for them, or by one out of sight that every request goes through. */
function setsHeaders(context: RuleContext): boolean {
  if (PROTECTIVE_HEADER.test(context.source)) return true
  return context.scopes.callsOf('use').some((use) => use.arguments.some((argument, index) => isProtective(context.names.of(argument) ?? '') || (index === 0 && isOutOfSight(argument, context))))
}

function isProtective(name: string): boolean {
  return PROTECTIVE_PACKAGE.test(name) || PROTECTIVE_NAME.test(name)
}

function isOutOfSight(argument: Node, context: RuleContext): boolean {
  const name = context.names.of(argument) ?? ''
  return name !== '' && OUT_OF_SIGHT.test(name) && !ORDINARY.test(name)
}

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

const ignoredMethods = defineRule({
  id: 'csrf/ignored-methods',
  cwe: [352],
  severity: 'medium',
  title: 'requests that change something are let off the check for forgery',
  help: 'Leave ignoreMethods at GET, HEAD and OPTIONS.',
  calls: ['csrf', 'csurf', 'doubleCsrf', 'csrfSync'],
  mentions: ['ignoreMethods', 'ignoredMethods'],
  check(node, context) {
    const call = node as CallNode
    const list = optionAmong(call.arguments[0], ['ignoreMethods', 'ignoredMethods'], context)
    const methods = list && valueBehind(list, context)
    if (methods?.type !== 'ArrayExpression') return
    if (methods.elements.some((element) => /^(?:POST|PUT|PATCH|DELETE)$/i.test(textOf(element, context)))) context.report(list?.parent?.type === 'Property' ? list.parent : call)
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

export const expressServerRules: readonly Rule[] = [ignoredMethods, hardening, csrfOrder, staticFiles, directoryListing, directoryListingCall]
