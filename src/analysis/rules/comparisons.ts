/** Secrets compared in a time that tells how much of a guess was right. */
import { memberName, unwrap } from '../ast.ts'
import type { Node } from '../ast.ts'
import { defineRule } from '../rule.ts'
import type { Rule } from '../rule.ts'
import { Trust } from '../sources.ts'

const SECRET = /^(?:\w*_)?(?:pass(?:word|wd|phrase)?|secret|api_?key|auth_?token|access_?token|csrf_?token|token|hmac|signature|digest|otp|pin_?code|pwd)$|(?:Password|Secret|ApiKey|Token|Signature|Hmac|Digest)$/i
const EQUALITY: ReadonlySet<string> = new Set(['===', '!==', '==', '!='])
const SETUP = /confirm|repeat|retype|again|verify|type|length|field/i

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
    if (!sides.some((side) => SECRET.test(nameOf(side)))) return
    const isTrivial = sides.some((side) => {
      const value = context.constants.valueOf(side)
      return value === '' || value === null || typeof value === 'boolean' || typeof value === 'number' || (side.type === 'Identifier' && side.name === 'undefined') || (side.type === 'UnaryExpression' && side.operator === 'typeof')
    })
    if (isTrivial || sides.some((side) => SETUP.test(nameOf(side)))) return
    // One side alone may be a word of a grammar (`token === '('`): a secret is compared with a secret, or with a text long enough to be one.
    const secrets = sides.filter((side) => SECRET.test(nameOf(side))).length
    const isText = sides.some((side) => { const value = context.constants.valueOf(side); return typeof value === 'string' && (value.length < 6 || /^[a-z]+$/i.test(value)) })
    const isPassword = sides.some((side) => /passw|secret|api_?key|hmac|signature/i.test(nameOf(side)))
    // Tokens and signatures are also what parsers and caches compare all day; they are secrets where an outsider brings one.
    if (secrets > 0 && !isText && (isPassword || (secrets === 2 && sides.some((side) => context.tainted(side, 'any', Trust.Remote))))) context.report(node)
  },
})

function nameOf(node: Node): string {
  if (node.type === 'Identifier') return node.name
  return node.type === 'MemberExpression' ? (memberName(node) ?? '') : ''
}

export const comparisonRules: readonly Rule[] = [timing]
