/** Broken or misused hashes and ciphers. */
import { calleeName, memberName } from '../syntax/ast.ts'
import type { CallNode, Node } from '../syntax/ast.ts'
import { defineRule } from '../rule.ts'
import type { Rule, RuleContext } from '../rule.ts'
import { calledName, descendants, functionAround, stringOf, textOf } from './shared.ts'

export const BROKEN_HASH: RegExp = /^(?:rsa-)?(?:md[245]|sha-?1|ripemd(?:128)?|rmd160)(?:with\w+)?$/i
const BROKEN_CIPHER = /^(?:des|3des|des-|rc2|rc4|bf|blowfish|cast|idea)|-ecb$/i

const hash = defineRule({
  id: 'weak-crypto/hash',
  cwe: [328, 327],
  severity: 'medium',
  title: 'a broken hash function is used',
  help: 'Use SHA-256 or better; for passwords argon2, scrypt or bcrypt. For a checksum that protects nothing, suppress this with that reason.',
  calls: ['createHash', 'createHmac', 'createSign', 'createVerify', 'MD5', 'SHA1', 'HmacMD5', 'HmacSHA1', 'RIPEMD160', 'md5', 'sha1', 'digest', 'hash', 'create'],
  check(node, context) {
    const call = node as CallNode
    if (isBrokenHash(call, calledName(call, context), context)) context.report(call)
  },
})

/** Functions that are a broken hash whatever they are given. */
const BROKEN_FUNCTION = /^(?:mod:)?crypto-?js\b.*\.?(?:MD5|SHA1|HmacMD5|HmacSHA1|RIPEMD160)$/i
const BROKEN_PACKAGE = /^mod:(?:md5|js-md5|blueimp-md5|sha1|js-sha1|hash\.js\.sha1|spark-md5|node-forge\.md\.(?:md5|sha1)\.create|ts-md5\.Md5\.hashStr|@noble\/hashes\/(?:legacy|sha1)(?:\.(?:md5|sha1))?)(?:\.\w+)?(?:\(\))?$/

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

const cipherMode = defineRule({
  id: 'weak-crypto/cipher-mode',
  cwe: [327],
  severity: 'high',
  title: 'equal blocks of a text are encrypted to equal blocks',
  help: 'Use a mode with a nonce, and authentication: AES-GCM.',
  nodes: ['Property'],
  mentions: ['ECB'],
  check(node, context) {
    if (node.type === 'Property' && /(?:^|\.)mode\.ECB$/.test(context.names.of(node.value) ?? '')) context.report(node)
  },
})

const padding = defineRule({
  id: 'weak-crypto/padding',
  cwe: [780],
  severity: 'medium',
  title: 'RSA encrypts with a padding that lets a text be guessed piece by piece',
  help: 'Use RSA_PKCS1_OAEP_PADDING.',
  nodes: ['Property'],
  mentions: ['RSA_PKCS1_PADDING', 'RSA_NO_PADDING'],
  check(node, context) {
    if (node.type !== 'Property' || !/constants\.RSA_(?:PKCS1|NO)_PADDING$/.test(context.names.of(node.value) ?? '')) return
    const call = node.parent?.parent
    if (call?.type === 'CallExpression' && /^(?:publicEncrypt|privateDecrypt)$/.test(calleeName(call) ?? '')) context.report(node)
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

/** CBC by its name, by OpenSSL's short names for it, and with a MAC that nobody computes outside of TLS. */
const CHAINED = /-cbc(?:-hmac-sha\d+)?$|^(?:aes|camellia|aria)-?(?:128|192|256)$|^seed$/i

/** What is changed on its way is decrypted all the same, and by the errors of the padding a text is guessed piece by piece. */
const unauthenticated = defineRule({
  id: 'weak-crypto/unauthenticated',
  cwe: [327, 353],
  severity: 'low',
  title: 'a message is encrypted in CBC mode, and nothing notices when it is changed',
  help: 'Use aes-256-gcm or chacha20-poly1305, or send a MAC of the encrypted message and check it first.',
  calls: ['createCipheriv'],
  check(node, context) {
    const call = node as CallNode
    if (context.names.of(call.callee) !== 'mod:crypto.createCipheriv') return
    if (CHAINED.test(stringOf(call.arguments[0], context) ?? '') && !makesMac(context)) context.report(call)
  },
})

/** Whether anything in the module could be the MAC of an encrypted message. */
function makesMac({ scopes }: RuleContext): boolean {
  return ['createHmac', 'createSign', 'HmacSHA256', 'HmacSHA512', 'timingSafeEqual', 'hmac', 'sign'].some((name) => scopes.callsOf(name).length > 0)
}

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

export const weakCryptoRules: readonly Rule[] = [hash, cipher, cipherMode, padding, unauthenticated, derivedVector, tagLength, unfinished]
