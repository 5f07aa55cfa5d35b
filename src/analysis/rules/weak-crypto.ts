/** Broken or misused cryptography, and randomness that can be guessed. */
import { memberName, unwrap } from '../ast.ts'
import type { CallNode, Node } from '../ast.ts'
import { defineRule } from '../rule.ts'
import type { Rule } from '../rule.ts'
import { descendants, functionAround, stringOf } from './shared.ts'

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
    const name = context.names.of(call.callee) ?? ''
    if (/^mod:crypto\.(?:createHash|createHmac|createSign|createVerify|hash)$/.test(name)) {
      if (BROKEN_HASH.test(stringOf(call.arguments[0], context) ?? '')) context.report(call)
    } else if (/^(?:mod:)?crypto-?js\b.*\.?(?:MD5|SHA1|HmacMD5|HmacSHA1|RIPEMD160)$/i.test(name) || /^mod:(?:md5|js-md5|blueimp-md5|sha1|js-sha1|hash\.js\.sha1|spark-md5)(?:\.\w+)?(?:\(\))?$/.test(name)) context.report(call)
    else if (/crypto\.subtle\.digest$/.test(name) && /^sha-?1$/i.test(stringOf(call.arguments[0], context) ?? '')) context.report(call)
  },
})

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

const AUTHENTICATED = /(?:gcm|ccm|ocb)$/i

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
    const algorithm = stringOf(call.arguments[0], context)
    if (algorithm === undefined || !(AUTHENTICATED.test(algorithm) || /poly1305$/i.test(algorithm))) return
    const owner = functionAround(call)
    if (!owner) return
    const inner = descendants(owner)
    const called = (name: string): boolean => inner.some((each) => each.type === 'CallExpression' && each.callee.type === 'MemberExpression' && memberName(each.callee) === name)
    if (called('update') && !called('final') && !called('pipe') && !called('finaltext')) context.report(call)
  },
})

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
    if (node.type === 'MemberExpression') {
      const isCallee = node.parent?.type === 'CallExpression' && node.parent.callee === node
      if (memberName(node) === 'pseudoRandomBytes' && !isCallee && context.names.of(node) === 'mod:crypto.pseudoRandomBytes') context.report(node)
      return
    }
    const call = node as CallNode
    const name = context.names.of(call.callee) ?? ''
    if (name === 'mod:crypto.pseudoRandomBytes') return context.report(call)
    if (name === 'Math.random' && SECRET_NAME.test(receiverName(call))) context.report(call)
  },
})

/** The name of what a value ends up in: a variable, a property, or the function that returns it. */
function receiverName(node: Node): string {
  for (let current = node.parent, last: Node = node; current; last = current, current = current.parent) {
    switch (current.type) {
      case 'VariableDeclarator':
        return current.id.type === 'Identifier' ? current.id.name : ''
      case 'AssignmentExpression': {
        const target = unwrap(current.left)
        return target.type === 'Identifier' ? target.name : target.type === 'MemberExpression' ? (memberName(target) ?? '') : ''
      }
      case 'Property':
        return current.value === last && current.key.type === 'Identifier' ? current.key.name : ''
      case 'FunctionDeclaration':
      case 'FunctionExpression':
        return current.id?.name ?? ''
      default:
    }
  }
  return ''
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
    const name = context.names.of(call.callee) ?? ''
    const number = (value: Node | undefined): number => Number(context.constants.valueOf(value) ?? Number.POSITIVE_INFINITY)
    const option = (at: number, key: string): Node | undefined => context.constants.option(call.arguments[at], key)
    if (/^mod:crypto\.generateKeyPair/.test(name)) {
      if (/^rsa|^dsa/.test(stringOf(call.arguments[0], context) ?? '') && number(option(1, 'modulusLength')) < 2048) context.report(call)
    } else if (/^mod:crypto\.pbkdf2/.test(name)) {
      if (number(call.arguments[2]) < 10_000) context.report(call)
    } else if (/^mod:bcrypt(?:js)?\.(?:hash|genSalt)/.test(name)) {
      if (number(call.arguments[/genSalt/.test(name) ? 0 : 1]) < 10) context.report(call)
    } else if (/^mod:argon2\.hash/.test(name)) {
      const type = option(1, 'type')
      if (type && isPassword(call.arguments[0]) && /argon2(?:i|d)$/.test(context.names.of(type) ?? '')) context.report(call)
    } else if (name === 'mod:crypto.createDiffieHellman' && number(call.arguments[0]) < 2048) context.report(call)
  },
})

function isPassword(node: Node | undefined): boolean {
  const value = node && unwrap(node)
  const name = value?.type === 'MemberExpression' ? memberName(value) : value?.type === 'Identifier' ? value.name : ''
  return /passw(?:or)?d|passphrase|\bpwd?\b|plain|secret/i.test(name ?? '')
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
    const isSetter = /\.setPassword$/.test(context.names.of(call.callee) ?? '')
    const [first] = call.arguments
    if (!first) return
    if (isSetter) {
      const name = context.names.of(first) ?? ''
      if (/mod:crypto\.createHash\(\)/.test(name) && usesBroken(first)) context.report(call)
      return
    }
    if (isPassword(first) && /^mod:crypto\.createHash\(\)\.update$/.test(context.names.of(call.callee) ?? '')) context.report(call)

    function usesBroken(value: Node): boolean {
      const made = context.constants.literal(value)
      return made !== undefined && descendants(made).some((each) => each.type === 'Literal' && typeof each.value === 'string' && BROKEN_HASH.test(each.value))
    }
  },
})

export const weakCryptoRules: readonly Rule[] = [hash, cipher, derivedVector, tagLength, unfinished, guessable, keySize, passwordHash]
