/** Broken or misused cryptography, and randomness that can be guessed. */
import { memberName, unwrap } from '../ast.ts'
import type { CallNode, MemberExpression, Node } from '../ast.ts'
import { defineRule } from '../rule.ts'
import type { Rule, RuleContext } from '../rule.ts'
import { calledName, descendants, functionAround, lastWord, stringOf, textOf } from './shared.ts'

const BROKEN_HASH = /^(?:rsa-)?(?:md[245]|sha-?1|ripemd(?:128)?|rmd160)(?:with\w+)?$/i
const BROKEN_CIPHER = /^(?:des|3des|des-|rc2|rc4|bf|blowfish|cast|idea|seed)|-ecb$/i

const hash = defineRule({
  id: 'weak-crypto/hash',
  cwe: [328, 327],
  severity: 'medium',
  title: 'a broken hash function is used',
  help: 'Use SHA-256 or better; for passwords argon2, scrypt or bcrypt. For a checksum that protects nothing, suppress this with that reason.',
  calls: ['createHash', 'createHmac', 'createSign', 'createVerify', 'MD5', 'SHA1', 'HmacMD5', 'HmacSHA1', 'RIPEMD160', 'md5', 'sha1', 'digest', 'hash'],
  check(node, context) {
    const call = node as CallNode
    if (isBrokenHash(call, calledName(call, context), context)) context.report(call)
  },
})

/** Functions that are a broken hash whatever they are given. */
const BROKEN_FUNCTION = /^(?:mod:)?crypto-?js\b.*\.?(?:MD5|SHA1|HmacMD5|HmacSHA1|RIPEMD160)$/i
const BROKEN_PACKAGE = /^mod:(?:md5|js-md5|blueimp-md5|sha1|js-sha1|hash\.js\.sha1|spark-md5)(?:\.\w+)?(?:\(\))?$/

function isBrokenHash(call: CallNode, name: string, context: RuleContext): boolean {
  if (/^mod:crypto\.(?:createHash|createHmac|createSign|createVerify|hash)$/.test(name)) return BROKEN_HASH.test(textOf(call.arguments[0], context))
  if (/crypto\.subtle\.digest$/.test(name)) return /^sha-?1$/i.test(textOf(call.arguments[0], context))
  return BROKEN_FUNCTION.test(name) || BROKEN_PACKAGE.test(name)
}

const cipher = defineRule({
  id: 'weak-crypto/cipher',
  cwe: [327],
  severity: 'high',
  title: 'a broken cipher is used',
  help: 'Use aes-256-gcm or chacha20-poly1305 with a fresh nonce for each message.',
  calls: ['createCipheriv', 'createDecipheriv', 'encrypt', 'decrypt', 'createCipher', 'createDecipher'],
  check(node, context) {
    const call = node as CallNode
    const name = context.names.of(call.callee) ?? ''
    if (/^mod:crypto\.create(?:C|Dec)ipher(?:iv)?$/.test(name) && BROKEN_CIPHER.test(stringOf(call.arguments[0], context) ?? '')) context.report(call)
    else if (/^(?:mod:)?crypto-?js\b.*\.?(?:DES|TripleDES|RC4|RC4Drop|Rabbit|RabbitLegacy|Blowfish)\.(?:en|de)crypt$/i.test(name)) context.report(call)
  },
})

const derivedVector = defineRule({
  id: 'weak-crypto/no-vector',
  cwe: [1204, 329],
  severity: 'high',
  title: 'a cipher derives its nonce from the password, so that equal messages look equal',
  help: 'Use createCipheriv with a random nonce for each message.',
  calls: ['createCipher', 'createDecipher'],
  check(node, context) {
    const call = node as CallNode
    if (/^mod:crypto\.create(?:C|Dec)ipher$/.test(context.names.of(call.callee) ?? '')) context.report(call)
  },
})

const AUTHENTICATED = /(?:gcm|ccm|ocb|poly1305)$/i

const tagLength = defineRule({
  id: 'weak-crypto/tag-length',
  cwe: [310],
  severity: 'medium',
  title: 'the length of the authentication tag is not fixed, so that a forged short one passes',
  help: 'Pass { authTagLength: 16 }, or check the length of the tag.',
  calls: ['createDecipheriv'],
  check(node, context) {
    const call = node as CallNode
    if (context.names.of(call.callee) !== 'mod:crypto.createDecipheriv') return
    if (!/gcm$/i.test(stringOf(call.arguments[0], context) ?? '')) return
    if (context.constants.option(call.arguments[3], 'authTagLength') || call.arguments[3] || checksTag(call)) return
    context.report(call)
  },
})

function checksTag(call: Node): boolean {
  const owner = functionAround(call) ?? call
  return descendants(owner).some((each) => each.type === 'BinaryExpression' && descendants(each, 20).some((inner) => inner.type === 'MemberExpression' && memberName(inner) === 'length'))
}

const unfinished = defineRule({
  id: 'weak-crypto/unverified-message',
  cwe: [310, 354],
  severity: 'high',
  title: 'an authenticated message is read without its check at the end',
  help: 'Call final() and use nothing of the text before it has returned.',
  calls: ['createDecipheriv'],
  check(node, context) {
    const call = node as CallNode
    if (context.names.of(call.callee) !== 'mod:crypto.createDecipheriv') return
    const owner = functionAround(call)
    if (!owner || !AUTHENTICATED.test(textOf(call.arguments[0], context))) return
    const methods = methodsCalledIn(owner)
    if (methods.has('update') && !['final', 'pipe', 'finaltext'].some((method) => methods.has(method))) context.report(call)
  },
})

function methodsCalledIn(owner: Node): ReadonlySet<string | undefined> {
  return new Set(descendants(owner).flatMap((each) => (each.type === 'CallExpression' && each.callee.type === 'MemberExpression' ? [memberName(each.callee)] : [])))
}

const SECRET_NAME = /token|secret|password|passwd|\bpwd|nonce|salt|session|\bkey$|apikey|otp|csrf|uuid|verif|\biv$|reset|auth/i

const guessable = defineRule({
  id: 'weak-crypto/guessable-secret',
  cwe: [338, 330],
  severity: 'medium',
  title: 'a secret is made of numbers that can be guessed',
  help: 'Use crypto.randomUUID(), crypto.randomBytes() or crypto.getRandomValues().',
  calls: ['random', 'pseudoRandomBytes'],
  nodes: ['MemberExpression'],
  mentions: ['pseudoRandomBytes', 'random'],
  check(node, context) {
    const isGuessable = node.type === 'MemberExpression' ? isHandedOn(node, context) : makesGuessable(node as CallNode, context)
    if (isGuessable) context.report(node)
  },
})

/** `crypto.pseudoRandomBytes` as a value: who calls it is not seen. */
function isHandedOn(member: MemberExpression, context: RuleContext): boolean {
  if (memberName(member) !== 'pseudoRandomBytes') return false
  const isCallee = member.parent?.type === 'CallExpression' && member.parent.callee === member
  return !isCallee && context.names.of(member) === 'mod:crypto.pseudoRandomBytes'
}

function makesGuessable(call: CallNode, context: RuleContext): boolean {
  const name = calledName(call, context)
  return name === 'mod:crypto.pseudoRandomBytes' || (name === 'Math.random' && SECRET_NAME.test(receiverName(call)))
}

/** The name of what a value ends up in: a variable, a property, or the function that returns it. */
function receiverName(node: Node): string {
  for (let current = node.parent, last: Node = node; current; last = current, current = current.parent) {
    const name = nameGiven(current, last)
    if (name !== undefined) return name
  }
  return ''
}

/** What a node calls the value in it, empty where it has no name; nothing where the value goes on to the node around. */
function nameGiven(node: Node, value: Node): string | undefined {
  switch (node.type) {
    case 'VariableDeclarator':
      return variableName(node.id)
    case 'AssignmentExpression':
      return lastWord(unwrap(node.left))
    case 'Property':
      return node.value === value ? variableName(node.key) : ''
    case 'FunctionDeclaration':
    case 'FunctionExpression':
      return variableName(node.id)
    default:
      return undefined
  }
}

function variableName(node: Node | null): string {
  return node?.type === 'Identifier' ? node.name : ''
}

interface Strength {
  readonly callee: RegExp
  isTooWeak(call: CallNode, context: RuleContext): boolean
}

const STRENGTHS: readonly Strength[] = [
  {
    callee: /^mod:crypto\.generateKeyPair/,
    isTooWeak: (call, context) => /^rsa|^dsa/.test(textOf(call.arguments[0], context)) && amount(context.constants.option(call.arguments[1], 'modulusLength'), context) < 2048,
  },
  { callee: /^mod:crypto\.pbkdf2/, isTooWeak: (call, context) => amount(call.arguments[2], context) < 10_000 },
  { callee: /^mod:bcrypt(?:js)?\.hash/, isTooWeak: (call, context) => amount(call.arguments[1], context) < 10 },
  { callee: /^mod:bcrypt(?:js)?\.genSalt/, isTooWeak: (call, context) => amount(call.arguments[0], context) < 10 },
  {
    callee: /^mod:argon2\.hash/,
    isTooWeak: (call, context) => isPassword(call.arguments[0]) && /argon2(?:i|d)$/.test(context.names.of(context.constants.option(call.arguments[1], 'type')) ?? ''),
  },
  { callee: /^mod:crypto\.createDiffieHellman$/, isTooWeak: (call, context) => amount(call.arguments[0], context) < 2048 },
]

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
  calls: ['generateKeyPair', 'generateKeyPairSync', 'pbkdf2', 'pbkdf2Sync', 'hash', 'hashSync', 'genSalt', 'genSaltSync', 'createDiffieHellman'],
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

export const weakCryptoRules: readonly Rule[] = [hash, cipher, derivedVector, tagLength, unfinished, guessable, keySize, passwordHash]
