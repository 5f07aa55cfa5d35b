/** Keys that are too short, and passwords that are hashed too fast. */
import { unwrap } from '../syntax/ast.ts'
import type { CallNode, Node } from '../syntax/ast.ts'
import { defineRule } from '../rule.ts'
import type { Rule, RuleContext } from '../rule.ts'
import { calledName, descendants, lastWord, textOf } from './shared.ts'
import { BROKEN_HASH } from './weak-crypto.ts'

interface Strength {
  readonly callee: RegExp
  isTooWeak(call: CallNode, context: RuleContext): boolean
}

const STRENGTHS: readonly Strength[] = [
  {
    callee: /^mod:crypto\.generateKeyPair/,
    isTooWeak: (call, context) => isWeakPair(textOf(call.arguments[0], context), call.arguments[1], context),
  },
  { callee: /^mod:crypto\.pbkdf2/, isTooWeak: (call, context) => amount(call.arguments[2], context) < 10_000 },
  { callee: /^mod:bcrypt(?:js)?\.hash/, isTooWeak: (call, context) => amount(call.arguments[1], context) < 10 },
  { callee: /^mod:bcrypt(?:js)?\.genSalt/, isTooWeak: (call, context) => amount(call.arguments[0], context) < 10 },
  {
    callee: /^mod:argon2\.hash/,
    isTooWeak: (call, context) => isPassword(call.arguments[0]) && /argon2(?:i|d)$/.test(context.names.of(context.constants.option(call.arguments[1], 'type')) ?? ''),
  },
  { callee: /^mod:node-forge\.pki\.rsa\.generateKeyPair$/, isTooWeak: (call, context) => amount(context.constants.option(call.arguments[0], 'bits') ?? call.arguments[0], context) < 2048 },
  { callee: /^mod:node-rsa(?:\(\))?(?:\.generateKeyPair)?$/, isTooWeak: (call, context) => amount(context.constants.option(call.arguments[0], 'b') ?? call.arguments[0], context) < 2048 },
  { callee: /^mod:crypto\.createDiffieHellman$/, isTooWeak: (call, context) => amount(call.arguments[0], context) < 2048 },
]

/** Curves of less than 224 bits, by the names that OpenSSL has for them. */
const SHORT_CURVE = /^(?:sec[pt]1[1-9]\d|prime192|c2pnb1[67]\d|c2tnb191|brainpoolP1[69]\d|wap-wsg-idm-ecid-wtls(?:[1-9]|10)$|Oakley-EC2N-3)/i

function isWeakPair(type: string, options: Node | undefined, context: RuleContext): boolean {
  const bits = (name: string): number => amount(context.constants.option(options, name), context)
  if (type === 'ec') return SHORT_CURVE.test(textOf(context.constants.option(options, 'namedCurve'), context))
  return /^[rd]sa/.test(type) && (bits('modulusLength') < 2048 || bits('divisorLength') < 224)
}

/** A constant number; without one, enough. */
function amount(value: Node | undefined, context: RuleContext): number {
  return Number(context.constants.valueOf(value) ?? Number.POSITIVE_INFINITY)
}

const keySize = defineRule({
  id: 'weak-crypto/key-size',
  cwe: [326],
  severity: 'medium',
  title: 'a key is too short, or a password hash too cheap',
  help: 'RSA 2048 bits or more (3072 better); PBKDF2-SHA256 600,000 rounds; bcrypt cost 10; argon2id.',
  calls: ['NodeRSA', 'generateKeyPair', 'generateKeyPairSync', 'pbkdf2', 'pbkdf2Sync', 'hash', 'hashSync', 'genSalt', 'genSaltSync', 'createDiffieHellman'],
  check(node, context) {
    const call = node as CallNode
    const name = calledName(call, context)
    if (STRENGTHS.find(({ callee }) => callee.test(name))?.isTooWeak(call, context)) context.report(call)
  },
})

function isPassword(node: Node | undefined): boolean {
  return node !== undefined && /passw(?:or)?d|passphrase|\bpwd?\b|plain|secret/i.test(lastWord(unwrap(node)))
}

const passwordHash = defineRule({
  id: 'weak-crypto/password-hash',
  cwe: [916, 327],
  severity: 'high',
  title: 'a password is hashed by a function made to be fast',
  help: 'Use argon2, scrypt or bcrypt.',
  calls: ['setPassword', 'update'],
  check(node, context) {
    const call = node as CallNode
    const [first] = call.arguments
    if (!first) return
    const name = calledName(call, context)
    const isFast = name.endsWith('.setPassword') ? isBrokenDigest(first, context) : isPassword(first) && name === 'mod:crypto.createHash().update'
    if (isFast) context.report(call)
  },
})

/** `createHash('md5')…`, also through a variable. */
function isBrokenDigest(value: Node, context: RuleContext): boolean {
  if (!/mod:crypto\.createHash\(\)/.test(context.names.of(value) ?? '')) return false
  const made = context.constants.literal(value)
  return made !== undefined && descendants(made).some((each) => each.type === 'Literal' && typeof each.value === 'string' && BROKEN_HASH.test(each.value))
}

export const keyStrengthRules: readonly Rule[] = [keySize, passwordHash]
