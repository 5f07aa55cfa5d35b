/** JSON web tokens that are believed, or given out, too easily. */
import { unwrap } from '../syntax/ast.ts'
import type { CallNode, Node } from '../syntax/ast.ts'
import { defineRule } from '../rule.ts'
import type { Rule, RuleContext } from '../rule.ts'
import { Trust } from '../taint/sources.ts'
import { calledName, functionAround, isTrue, lastWord, optionAmong, textOf } from './shared.ts'

/** They check nothing: fit for a page that shows who is signed in, not for who answers requests. */
const READERS = /^mod:jwt-decode(?:\.(?:jwtDecode|jwt_decode))?$/

const unverified = defineRule({
  id: 'authn-jwt/unverified',
  cwe: [345, 347],
  severity: 'high',
  title: 'a token is read without checking who signed it',
  help: 'Use verify with the key and a fixed list of algorithms.',
  calls: ['decode', 'decodeJwt', 'unsecuredDecode', 'jwtDecode', 'jwt_decode', 'jwt-decode'],
  check(node, context) {
    const call = node as CallNode
    const name = context.names.of(call.callee) ?? ''
    if (name === 'mod:jwt-simple.decode') {
      const skip = call.arguments[2]
      const value = context.constants.valueOf(skip)
      // The third argument is a flag, and every non-empty text is true.
      if (value === true || (typeof value === 'string' && value !== '')) context.report(call)
      return
    }
    if (isRead(call, name, context) && !isVerified(call, context)) context.report(call)
  },
})

function isRead(call: CallNode, name: string, context: RuleContext): boolean {
  if (READERS.test(name)) return context.tainted(call.arguments[0], 'any', Trust.Remote) !== undefined
  return DECODERS.test(name) && !hasKey(call, context)
}

const DECODERS = /^mod:(?:jsonwebtoken\.decode|jose\.(?:decodeJwt|JWT\.decode))$/

/** Whether the same token is verified before. */
function isVerified(call: CallNode, context: RuleContext): boolean {
  return context.scopes.callsOf('verify').some((verify) => sameSubject(verify.arguments[0], call.arguments[0]) && verify.start < call.start)
}

/** Something other than options in second place: then it is not this library's decode but a check with a key. */
function hasKey(call: CallNode, context: RuleContext): boolean {
  const second = call.arguments[1]
  if (!second) return false
  const target = unwrap(second)
  return target.type === 'Identifier' && context.constants.literal(target)?.type !== 'ObjectExpression'
}

function sameSubject(left: Node | undefined, right: Node | undefined): boolean {
  return left?.type === 'Identifier' && right?.type === 'Identifier' && left.name === right.name
}

const NONE = /^none$/i

const noAlgorithm = defineRule({
  id: 'weak-crypto/unsigned-token',
  cwe: [327, 347],
  severity: 'high',
  title: 'a token without a signature is accepted or made',
  help: 'List the algorithms that you sign with, without "none".',
  calls: ['verify', 'sign', 'encode', 'decode'],
  check(node, context) {
    const call = node as CallNode
    if (!/^mod:(?:jsonwebtoken|jose|jwt-simple|fast-jwt|njwt)\b/.test(calledName(call, context))) return
    if (call.arguments.some((argument) => isNone(argument, context) || listsNone(argument, context))) context.report(call)
  },
})

/** `'none'`, or a member of that name. */
function isNone(argument: Node, context: RuleContext): boolean {
  return NONE.test(textOf(argument, context)) || NONE.test(context.names.of(argument)?.split('.').at(-1) ?? '')
}

/** `{ algorithms: ['HS256', 'none'] }`. */
function listsNone(options: Node, context: RuleContext): boolean {
  const list = context.constants.literal(optionAmong(options, ['algorithms', 'algorithm'], context))
  const algorithms = list?.type === 'ArrayExpression' ? list.elements : [list]
  return algorithms.some((algorithm) => NONE.test(textOf(algorithm, context)))
}

const unexpiring = defineRule({
  id: 'authn-jwt/expiry-ignored',
  cwe: [613],
  severity: 'high',
  title: 'a token is accepted after it has expired',
  help: 'Drop ignoreExpiration.',
  nodes: ['Property'],
  mentions: ['ignoreExpiration'],
  check(node, context) {
    if (node.type !== 'Property') return
    if (node.key.type === 'Identifier' && node.key.name === 'ignoreExpiration' && isTrue(node.value, context)) context.report(node)
  },
})

const irrevocable = defineRule({
  id: 'authn-jwt/irrevocable',
  cwe: [613],
  severity: 'low',
  title: 'a token that was given out cannot be taken back',
  help: 'Give express-jwt an isRevoked function.',
  nodes: ['CallExpression'],
  mentions: ['express-jwt'],
  check(node, context) {
    const call = node as CallNode
    if (!/^mod:express-jwt(?:\.expressjwt)?$/.test(context.names.of(call.callee) ?? '')) return
    const [options] = call.arguments
    if (options && !context.constants.option(options, 'isRevoked')) context.report(call)
  },
})

const exposedClaims = defineRule({
  id: 'hardcoded-secret/exposed-claims',
  cwe: [522, 312],
  severity: 'medium',
  title: 'a whole record is put into a token that anyone can read',
  help: 'Put in the id alone.',
  calls: ['sign', 'encode', 'SignJWT'],
  check(node, context) {
    const call = node as CallNode
    const name = context.names.of(call.callee) ?? ''
    if (!/^mod:(?:jsonwebtoken\.sign|jose\.JWT\.sign|jwt-simple\.encode|jose\.SignJWT)$/.test(name)) return
    const payload = call.arguments[0] && unwrap(call.arguments[0])
    if (!payload) return
    if (isRecord(payload, context) || hasSecretClaim(payload)) context.report(call)
  },
})

/** A person as the database has it, rather than claims picked here. */
function isRecord(payload: Node, context: RuleContext): boolean {
  if (payload.type !== 'Identifier' || context.constants.isConstant(payload)) return false
  return /user|account|person|customer|profile|member|employee|patient/i.test(payload.name) && context.constants.literal(payload)?.type !== 'ObjectExpression'
}

function hasSecretClaim(payload: Node): boolean {
  return payload.type === 'ObjectExpression' && payload.properties.some((entry) => entry.type === 'Property' && /passw(?:or)?d|email|ssn|credit|birth|phone|address/i.test(lastWord(entry.key) + lastWord(unwrap(entry.value))))
}

/** Tokens that scripts can read are tokens that any injected script can steal. */
const storedToken = defineRule({
  id: 'authn-jwt/stored-token',
  cwe: [922, 522],
  severity: 'medium',
  title: 'a token is kept where every script of the page can read it',
  help: 'Keep it in a cookie with httpOnly.',
  calls: ['setItem'],
  check(node, context) {
    const call = node as CallNode
    if (!/^(?:localStorage|sessionStorage)\.setItem$/.test(context.names.of(call.callee) ?? '')) return
    const value = call.arguments[1] && unwrap(call.arguments[1])
    const name = `${textOf(call.arguments[0], context)} ${value ? lastWord(value) : ''}`
    if (/\bjwt\b|access_?token|id_?token|auth_?token|refresh_?token|bearer/i.test(name)) context.report(call)
  },
})

/** Decoded by a library that never checks, and kept. */
const decodedToken = defineRule({
  id: 'authn-jwt/decoded-kept',
  cwe: [922, 345],
  severity: 'low',
  title: 'a token is decoded unchecked and kept where every script can read it',
  help: 'Keep tokens in a cookie with httpOnly, and let the server say what they hold.',
  nodes: ['CallExpression'],
  mentions: ['jwt-decode'],
  check(node, context) {
    const call = node as CallNode
    if (!/^mod:jwt-decode(?:\.jwtDecode)?$/.test(context.names.of(call.callee) ?? '')) return
    const owner = functionAround(call)
    const isKept = context.scopes.callsOf('setItem').some((each) => functionAround(each) === owner && /(?:local|session)Storage/.test(context.names.of(each.callee) ?? ''))
    if (isKept) context.report(call)
  },
})

export const tokenRules: readonly Rule[] = [unverified, noAlgorithm, unexpiring, irrevocable, exposedClaims, storedToken, decodedToken]
