/** Secrets compared in a time that tells how much of a guess was right. */
import { calleeName, memberName, unwrap } from '../syntax/ast.ts'
import type { Node } from '../syntax/ast.ts'
import { defineRule } from '../rule.ts'
import type { Rule, RuleContext } from '../rule.ts'
import { Trust } from '../taint/sources.ts'
import { containerOfId } from '../syntax/blocks.ts'
import { lastWord } from './shared.ts'

const SECRET = /^(?:\w*_)?(?:pass(?:word|wd|phrase)?|secret|api_?key|auth_?token|access_?token|csrf_?token|token|hmac|signature|digest|otp|pin_?code|pwd)$|(?:Password|Secret|ApiKey|Token|Signature|Hmac|Digest)$/i
const EQUALITY: ReadonlySet<string> = new Set(['===', '!==', '==', '!='])
const SETUP = /confirm|repeat|retype|again|verify|type|length|field/i
/** Nothing that a parser or a cache compares all day. */
const PASSWORD = /passw|secret|api_?key|hmac|signature/i

const timing = defineRule({
  id: 'timing/compared-secret',
  cwe: [208],
  severity: 'low',
  title: 'a secret is compared in a time that depends on it',
  help: 'Use crypto.timingSafeEqual on two digests.',
  nodes: ['BinaryExpression'],
  check(node, context) {
    if (node.type !== 'BinaryExpression' || !EQUALITY.has(node.operator)) return
    const sides = [unwrap(node.left), unwrap(node.right)]
    const secrets = sides.filter((side) => SECRET.test(lastWord(side)) || isSignature(side, context)).length
    // On a page there is nobody from whom a user's own input is kept.
    if (secrets === 0 || containerOfId(context.id) !== undefined || sides.some((side) => SETUP.test(lastWord(side)) || isNoSecret(side, context))) return
    if (isGuess(sides, secrets, context)) context.report(node)
  },
})

/** Whether one side is a secret, and the other what somebody took it for. */
function isGuess(sides: readonly Node[], secrets: number, context: RuleContext): boolean {
  const brought = sides.filter((side) => context.tainted(side, 'any', Trust.Remote)).length
  // The signature of what outsiders have sent rests on it, and on a key.
  if (sides.some((side) => isSignature(side, context)) && sides.some((side) => side.type === 'CallExpression' && !isSignature(side, context))) return true
  // Who brings both sides knows them: a password typed twice.
  if (brought === 2) return false
  // Tokens are also what parsers and caches compare all day; they are secrets where an outsider brings one.
  return sides.some((side) => PASSWORD.test(lastWord(side)) || isSignature(side, context)) || (secrets === 2 && brought === 1)
}

/** `req.get('x-hub-signature')`, `headers['x-signature-256']`. */
function isSignature(side: Node, context: RuleContext): boolean {
  if (side.type === 'MemberExpression') return SIGNATURE_HEADER.test(memberName(side) ?? '')
  return side.type === 'CallExpression' && /^(?:get|header)$/.test(calleeName(side) ?? '') && SIGNATURE_HEADER.test(String(context.constants.valueOf(side.arguments[0])))
}

const SIGNATURE_HEADER = /^x-.*(?:signature|hmac)/i

/** A question whether there is a secret at all, or what kind it is; and the word of a grammar (`token === '('`). */
function isNoSecret(side: Node, context: RuleContext): boolean {
  if (side.type === 'Identifier' && side.name === 'undefined') return true
  if (side.type === 'UnaryExpression' && side.operator === 'typeof') return true
  const value = context.constants.valueOf(side)
  if (typeof value === 'string') return value.length < 6 || /^[a-z]+$/i.test(value)
  return value === null || typeof value === 'boolean' || typeof value === 'number'
}

export const comparisonRules: readonly Rule[] = [timing]
